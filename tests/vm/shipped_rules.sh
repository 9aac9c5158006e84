# SPDX-License-Identifier: Apache-2.0
#
# Every rule that falco ships with, live: each activity raises the alert that stands under it, and nothing else does,
# what ordinary programs do in between included; and a replay of what was recorded meanwhile raises the same. All of them can be provoked here, most of them by programs that the
# guest really has. Programs of these names are copies of tests/vm/actor.cpp instead, since the guest has no such
# thing: systemctl and useradd (rules that look at command lines alone), httpd and mysqld (as a parent), java, ls and
# curl (as clients), app (as what runs in a container, and as an exploit).
. /vm/guest.sh

# ---- what has to be there before falco looks -------------------------------------------------------------------------
mkdir -p /opt/bin /root/.ssh /home/user/.ssh /etc/sudoers.d /var/log /var/spool/cron /srv/data
for name in systemctl useradd httpd mysqld java ls curl app; do
	cp /usr/bin/actor /opt/bin/$name
done
cp /opt/real/bash /bin/bash
echo 'elasticsearch:x:990:990::/home/user:/bin/sh' >>/etc/passwd
echo key >/root/.ssh/id_ed25519
echo history >/root/.bash_history
echo message >/var/log/messages
echo message >/var/log/old
mknod /dev/video0 c 1 3
ip addr add 203.0.113.9/32 dev lo
ip addr add 169.254.169.254/32 dev lo
actor serve 0.0.0.0 4444 &
servers=$!
actor serve /run/docker.sock &
servers="$servers $!"
sleep 1000 &
sleeper=$!
make_group

# Nothing of this is worth an alert.
ordinary() {
	/bin/ls -l / /etc /usr/bin >/dev/null
	/bin/find /etc /usr /var -name '*.conf' >/dev/null
	/bin/cat /etc/hosts /etc/passwd /etc/nsswitch.conf >/dev/null
	/bin/grep -r localhost /etc/hosts >/dev/null
	/bin/ps >/dev/null
	/bin/df >/dev/null 2>&1
	/bin/id >/dev/null
	# As a build goes about its files.
	/bin/mkdir -p /tmp/build/.deps
	for part in a b c; do
		/bin/echo "int $part;" >/tmp/build/$part.c
		/bin/cp /tmp/build/$part.c /tmp/build/$part.o
		/bin/mv /tmp/build/$part.o /tmp/build/.deps/$part.o
	done
	/bin/tar czf /srv/data/build.tar.gz -C /tmp build
	/bin/tar xzf /srv/data/build.tar.gz -C /srv/data
	/bin/chmod -R u+w,go-w /srv/data
	/bin/ln -s /srv/data/build /srv/data/latest
	/bin/rm -r /tmp/build /srv/data/build /srv/data/latest /srv/data/build.tar.gz
	# As a job of cron does.
	printf '#!/bin/sh\nfor f in /var/log/*; do test -s "$f" && wc -c "$f"; done >/run/sizes\nrm /run/sizes\n' >/srv/job
	/bin/chmod 755 /srv/job
	su user -s /bin/sh -c '/bin/sh /srv/job >/dev/null 2>&1; cat /etc/hosts >/dev/null'
	/srv/job
	/bin/rm /srv/job
	echo message >>/var/log/messages
	/bin/touch /var/log/daemon.log
	/opt/bin/curl connect 203.0.113.9 4444
	: >/dev/shm/segment
	/bin/rm /dev/shm/segment
}

configure
start_falco -w /tmp/all.scap
ordinary

# ---- files read ------------------------------------------------------------------------------------------------------
actor open /dev/video0
expect access_camera 'command=actor open /dev/video0 device=/dev/video0'
/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow file=/etc/shadow'
/bin/cat /root/.ssh/id_ed25519 >/dev/null
expect read_ssh_private_key 'key=/root/.ssh/id_ed25519'
/bin/cat /proc/1/environ >/dev/null
expect read_other_process_secrets 'file=/proc/1/environ'

# ---- files written ---------------------------------------------------------------------------------------------------
/bin/sh -c 'echo core >/proc/sys/kernel/core_pattern'
expect write_kernel_control_file 'file=/proc/sys/kernel/core_pattern'
/bin/touch /etc/ld.so.preload
expect write_preload_file 'command=touch /etc/ld.so.preload'
/bin/sh -c 'echo key >>/home/user/.ssh/authorized_keys'
expect write_authorized_keys 'file=/home/user/.ssh/authorized_keys'
/bin/touch /root/.ssh/config
expect write_below_root_ssh 'file=/root/.ssh/config'
/bin/touch /etc/sudoers.d/user
expect write_sudoers 'command=touch /etc/sudoers.d/user'
/bin/sh -c 'echo group:x:2000: >>/etc/group'
expect write_account_file 'file=/etc/group'
/bin/touch /etc/crontab
expect write_cron_job 'file=/etc/crontab'
/bin/sh -c 'echo alias >>/home/user/.profile'
expect write_shell_startup_file 'file=/home/user/.profile'
/bin/cp /bin/busybox /usr/bin/tool
expect write_binary_dir 'command=cp /bin/busybox /usr/bin/tool'
/bin/touch /etc/setting
expect write_below_etc 'file=/etc/setting'
/bin/sh -c ': >/dev/.hidden'
expect create_files_below_dev 'file=/dev/.hidden'

# ---- traces wiped, files and directories changed ---------------------------------------------------------------------
/bin/rm /root/.bash_history
expect delete_shell_history 'command=rm /root/.bash_history'
/bin/rm /var/log/old
expect delete_log_file 'command=rm /var/log/old'
/bin/sh -c ': >/var/log/messages'
expect truncate_log_file 'file=/var/log/messages'
/bin/cp /bin/busybox /srv/busybox
/bin/chmod 4755 /srv/busybox
expect set_user_id_bit 'command=chmod 4755 /srv/busybox'
/bin/mknod /srv/disk b 8 0
expect create_device_node 'command=mknod /srv/disk b 8 0'
/bin/mv /usr/bin/tool /usr/bin/tool.bak
expect rename_or_remove_binary 'command=mv /usr/bin/tool /usr/bin/tool.bak'
/bin/ln -s /etc/shadow /srv/harmless
expect link_to_sensitive_file 'command=ln -s /etc/shadow /srv/harmless'
/bin/mkdir /tmp/.hidden
expect create_hidden_directory 'directory=/tmp/.hidden'
ordinary

# ---- programs started ------------------------------------------------------------------------------------------------
actor memory /usr/bin/actor run /bin/true
expect execute_from_memory 'command=memfd:payload run /bin/true'
cp /usr/bin/actor /dev/shm/program
/dev/shm/program run /bin/true
expect execute_below_dev 'executable=/dev/shm/program'
cp /usr/bin/actor /tmp/program
/tmp/program run /bin/true
expect execute_below_tmp 'executable=/tmp/program'
/bin/true stratum+tcp://pool.example:3333
expect run_crypto_miner 'stratum+tcp://pool.example:3333'
/bin/grep -r 'BEGIN RSA PRIVATE KEY' /home
expect search_for_credentials 'command=grep -r BEGIN RSA PRIVATE KEY'
/bin/find /home -name 'id_rsa*'
expect search_for_credentials 'command=find /home -name id_rsa'
/bin/sh -c 'echo ZXhpdA== | base64 -d | sh'
expect run_encoded_commands 'base64 -d'
/opt/bin/systemctl stop auditd 2>/dev/null
expect stop_security_service 'command=systemctl stop auditd'
/opt/bin/httpd run /bin/sh -c true
expect server_spawned_shell 'shell=sh -c true parent=httpd'
/opt/bin/mysqld run /bin/id >/dev/null
expect database_spawned_process 'command=id parent=mysqld'
/opt/bin/useradd -m mallory 2>/dev/null
expect change_users 'command=useradd -m mallory'

# ---- in a container --------------------------------------------------------------------------------------------------
# A container is entered by leaving namespaces and mounting a /proc of its own, and in_container is no known runtime.
in_container /bin/dpkg -l >/dev/null 2>&1
expect create_namespace '-m -u -i -p -f --mount-proc /bin/dpkg'
expect create_namespace '-m -u -i -p -f --mount-proc /bin/wget'
expect create_namespace '-m -u -i -p -f --mount-proc /bin/sh'
expect mount_in_container 'directory=/proc type=proc container=0123456789ab'
expect mount_in_container 'command=unshare'
expect package_manager_in_container 'command=dpkg -l container_id=0123456789ab'
in_container /bin/wget -q -O /dev/null http://127.0.0.1:4444/ 2>/dev/null
expect download_tool_in_container 'command=wget -q'
in_container /bin/sh -c '/bin/sh -c "exit 0"; exit 0'
expect run_shell_in_container 'container_id=0123456789ab'
expect shell_in_container 'cmdline=sh -c exit 0'
# By the control group alone.
in_group /opt/bin/app connect 169.254.169.254 4444
expect contact_cloud_metadata '->169.254.169.254:4444 container=fedcba987654'

# ---- network ---------------------------------------------------------------------------------------------------------
su elasticsearch -s /bin/sh -c '/opt/bin/java connect 203.0.113.9 4444'
expect elasticsearch_unexpected_network_outbound '->203.0.113.9:4444'
/bin/bash -c 'exec 3<>/dev/tcp/203.0.113.9/4444'
expect shell_network_outbound 'command=bash -c exec 3<>/dev/tcp/203.0.113.9/4444'
/opt/bin/ls connect 203.0.113.9 4444
expect system_binary_network_outbound 'command=ls connect 203.0.113.9 4444'
/opt/bin/curl connect /run/docker.sock
expect docker_socket_access 'command=curl connect /run/docker.sock'
# A remote shell as it is made: netcat waits, and hands the connection to a program.
/bin/nc -l -p 9001 -e /bin/true &
expect bind_program_to_netcat 'command=nc -l -p 9001 -e /bin/true'
expect unexpected_listener 'command=nc -l -p 9001 -e /bin/true'
expect redirect_input_to_socket 'command=nc -l -p 9001 -e /bin/true'
wait_for /opt/bin/curl connect 127.0.0.1 9001 2>/dev/null || fail "netcat does not listen"

# ---- namespaces, privileges, other processes, the kernel -------------------------------------------------------------
/bin/nsenter -t 1 -u /bin/true
expect change_thread_namespace 'command=nsenter -t 1 -u /bin/true'
/bin/unshare -u /bin/true
expect create_namespace 'command=unshare -u /bin/true'
/bin/chroot / /bin/true
expect change_root_directory 'command=chroot / /bin/true'
su user -s /bin/sh -c '/opt/bin/app setuid 0' 2>/dev/null
expect become_root 'command=app setuid 0'
actor attach $sleeper
expect attach_to_process "command=actor attach $sleeper request="
actor poke
expect write_process_memory 'command=actor poke'
/bin/rmmod virtio_blk
/bin/insmod /vm/modules.d/virtio_blk.ko
expect load_kernel_module 'command=insmod /vm/modules.d/virtio_blk.ko'
actor bpf
expect load_bpf_program 'command=actor bpf'
ordinary

await_alerts
kill $servers $sleeper
stop_falco
judge
for rule in $(sed -n 's/^- rule: //p' /etc/falco/falco_rules.yaml); do
	[ -n "$LOSSY" ] || grep -q "\"rule\":\"$rule\"" /results/alerts-*.json || fail "the rule $rule is not provoked by this job"
done
# Where events are lost, the live run found some processes in /proc that the recording does not tell of.
[ -n "$LOSSY" ] || replays_alike /tmp/all.scap
finish
