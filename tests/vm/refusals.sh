# SPDX-License-Identifier: Apache-2.0
#
# Where falco cannot capture it says what is missing and ends, and `source: auto` takes what there is.
. /vm/guest.sh

# refused_to_user TEXT OPTION...: the same for a user who is not root.
refused_to_user() {
	local text=$1
	shift
	su user -s /bin/sh -c "falco -c /tmp/falco.yaml -o file_output.enabled=false -o stdout_output.enabled=true $*" \
		>/tmp/said 2>&1 && fail "falco captures for a user"
	grep -qF -- "$text" /tmp/said || fail "falco does not say '$text' to a user but: $(cat /tmp/said)"
}

SOURCE=auto configure
refused "Make sure that the kernel module is loaded" -o source=source-kmod
refused "apt-get -y install linux-headers-$(uname -r)" -o source=source-kmod
refused_to_user "needs root: run falco as root" -o source=source-kmod
refused_to_user "falco lacks CAP_BPF" -o source=source-ebpf
refused_to_user "no source can be used" -o source=auto

# A device behind which there is no module, something else, or a module of another version; and one that not even root
# may open, as in a container.
mknod /dev/scap0 c 511 0
refused "/dev/scap0: No such device or address. The device is there but the kernel module behind it is not: load it with modprobe scap" \
	-o source=source-kmod
rm /dev/scap0 && mknod /dev/scap0 c 1 3
refused "the loaded kernel module scap has API version unknown, and this falco needs 8." -o source=source-kmod
rm /dev/scap0
insmod /vm/other.ko || give_up "the other kernel module cannot be loaded"
refused "the loaded kernel module scap has API version 9.0." -o source=source-kmod
refused "unload it (rmmod scap) and load the module that was built for this falco" -o source=source-kmod
rmmod scap
mkdir -p /closed && mount -t tmpfs -o nodev tmpfs /closed && mkdir /closed/dev && mknod /closed/dev/scap0 c 1 3
export HOST_ROOT=/closed
refused "/closed/dev/scap0: Permission denied. The container or service that falco runs in keeps it from the device" \
	-o source=source-kmod
unset HOST_ROOT

mount -t tmpfs tmpfs /sys/kernel/btf
refused "has no description of its types at /sys/kernel/btf/vmlinux" -o source=source-ebpf
refused "no source can be used. Tried ebpf: " -o source=auto

insmod /vm/scap.ko || give_up "the kernel module cannot be loaded"
refused_to_user "needs root: run falco as root" -o source=source-kmod
start_falco
log_has 'Reading events from kmod' || fail "source: auto did not take the kernel module"
/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
await_alerts
stop_falco
judge

# A module that serves one falco only, and a second one.
rmmod scap && insmod /vm/scap.ko max_consumers=1 || give_up "the kernel module cannot be loaded for one"
start_falco -o source=source-kmod
first=$falco
refused 'stop all and load it for more: rmmod scap; modprobe scap max_consumers=N' -o source=source-kmod
falco=$first
stop_falco

# A module that is installed is loaded.
rmmod scap && install_module || give_up "the kernel module cannot be installed"
start_falco -o source=source-kmod
log_has '/dev/scap0 does not exist: /sbin/modprobe scap loaded it' || fail "falco does not say that it loads the module"
stop_falco
SOURCE=source-kmod finish
