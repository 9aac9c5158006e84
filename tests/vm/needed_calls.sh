# SPDX-License-Identifier: Apache-2.0
#
# falco live: system calls that neither a rule nor the state needs do not leave the kernel; with a rule that asks for
# them, or with base_syscalls.all, they do. A reload of the rules or of base_syscalls changes that in the open capture.
. /vm/guest.sh
calls=5000
many=20000

# rules CONDITION
rules() {
	cat >/tmp/rules.yaml <<-END
		- rule: watched
		  desc: x
		  condition: $1
		  output: "%proc.name"
		  priority: WARNING
	END
}
# read_and_write COUNT: so often.
read_and_write() { dd if=/dev/zero of=/dev/null bs=1 count="$1" 2>/dev/null; }
# start CONDITION OPTION...
start() {
	rules "$1"
	shift
	start_falco -r /tmp/rules.yaml -o watch_config_files=false "$@"
	reloads=0
}
# The configuration is read again, and has taken effect.
reload() {
	reloads=$((reloads + 1))
	kill -HUP $falco
	wait_for is_reloaded || give_up "falco has not reloaded"
}
is_reloaded() { [ "$(grep -c 'Reloaded /tmp/falco.yaml' $log)" -ge $reloads ]; }
# How many events were captured from the start to the end.
stop() {
	stop_falco
	captured=$(sed -n 's/^Events captured: //p' $log)
	echo "$1: captured $captured"
}
# run NAME CONDITION OPTION...: the count for a falco with that rule.
run() {
	local name=$1
	shift
	start "$@"
	read_and_write $calls
	stop "$name"
}

configure
run 'for setns' 'evt.type = setns' -o log_level=debug
[ "$captured" -lt $calls ] || fail "reads and writes were captured for nobody"
grep -q 'captures [0-9]* kinds of system calls:.*[ ,]execve,.*,setns,' $log || fail "falco does not tell which calls it captures"
! grep 'kinds of system calls:.*[ ,]read,' $log || fail "falco tells of calls that it does not capture"
run 'for read' 'evt.type = read and proc.name = nobody'
[ "$captured" -ge $((2 * calls)) ] || fail "reads were not captured for the rule"
run 'with base_syscalls.all' 'proc.name = nobody' -o base_syscalls.all=true
[ "$captured" -ge $((4 * calls)) ] || fail "reads and writes were not captured with base_syscalls.all"
run 'without read' 'evt.type = read and proc.name = nobody' -o 'base_syscalls.custom_set[]=!read'
[ "$captured" -lt $calls ] || fail "reads were captured though custom_set rules them out"

# Those of the middle are captured, and the many before and after them are not.
only_the_middle() {
	[ "$captured" -ge $((2 * calls)) ] || fail "$1: what is needed since a reload was not captured"
	[ "$captured" -lt $((2 * calls + many)) ] || fail "$1: what is not needed was captured"
}
reload_rules() { # OPTION...
	start 'evt.type = setns' "$@"
	read_and_write $many
	rules 'evt.type = read and proc.name = nobody' && reload
	read_and_write $calls
	rules 'evt.type = setns' && reload
	read_and_write $many
	stop "with reloads of the rules $*"
	only_the_middle "rules $*"
}
reload_rules
# From 5.19 on the kernel lets falco change and count an open capture without privileges.
[ "$SOURCE" != source-ebpf ] || reload_rules -o capabilities.keep_capture=false

configure 'base_syscalls: {custom_set: ["!read"]}'
start 'evt.type = read and proc.name = nobody'
read_and_write $many
configure && reload
read_and_write $calls
configure 'base_syscalls: {custom_set: ["!read"]}' && reload
read_and_write $many
stop 'with reloads of base_syscalls'
only_the_middle 'base_syscalls'
! log_has 'base_syscalls has changed' || fail "the log says that base_syscalls has to wait"
finish
