# SPDX-License-Identifier: Apache-2.0
#
# falco live: system calls that neither a rule nor the state needs do not leave the kernel; with a rule that asks for
# them, or with base_syscalls.all, they do.
[ "$SOURCE" != source-kmod ] || insmod /vm/scap.ko || exit 1
calls=5000
failed=0

# run NAME CONDITION OPTION...: falco while dd makes many reads and writes; prints how many events it captured.
run() {
	name=$1
	cat >/tmp/rules.yaml <<EOF
- rule: watched
  desc: x
  condition: $2
  output: "%proc.name"
  priority: WARNING
EOF
	shift 2
	cat >/tmp/falco.yaml <<EOF
log_stderr: true
log_syslog: false
file_output: {enabled: true, filename: /results/alerts.$name}
EOF
	falco -c /tmp/falco.yaml -r /tmp/rules.yaml --source ${SOURCE#source-} "$@" >/results/out.$name 2>/results/err.$name &
	falco=$!
	until grep -q 'Reading events from' /results/err.$name; do
		kill -0 $falco 2>/dev/null || { cat /results/err.$name >&2; break; }
		usleep 50000
	done
	dd if=/dev/zero of=/dev/null bs=1 count=$calls 2>/dev/null
	kill -TERM $falco
	wait $falco
	sed -n 's/^Events captured: //p' /results/out.$name
}

few=$(run few 'evt.type = setns')
reads=$(run reads 'evt.type = read and proc.name = nobody')
all=$(run all 'proc.name = nobody' -o base_syscalls.all=true)
never=$(run never 'evt.type = read and proc.name = nobody' -o 'base_syscalls.custom_set[]=!read')
echo "captured: $few for setns, $reads for read, $all with base_syscalls.all, $never without read"
[ "$few" -lt $calls ] || { echo "FAILED: reads and writes were captured for nobody"; failed=1; }
[ "$reads" -ge $((2 * calls)) ] || { echo "FAILED: reads were not captured for the rule"; failed=1; }
[ "$all" -ge $((4 * calls)) ] || { echo "FAILED: reads and writes were not captured with base_syscalls.all"; failed=1; }
[ "$never" -lt $calls ] || { echo "FAILED: reads were captured though custom_set rules them out"; failed=1; }
exit $failed
