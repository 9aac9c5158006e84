# SPDX-License-Identifier: Apache-2.0
#
# falco live with -w, through the plugin that SOURCE names: a replay of the recording raises the alerts that the live
# run raised, by rule and number; and after kill -9 what was recorded until then can be read.
if [ "$SOURCE" = source-kmod ]; then
	insmod /vm/scap.ko || exit 1
fi
failed=0
fail() {
	echo "FAILED: $*"
	failed=1
}
# configure FILE: alerts go to /results/FILE.
configure() {
	cat >/tmp/falco.yaml <<EOF
rules_file: /etc/falco/falco_rules.yaml
source: $SOURCE
json_output: true
log_stderr: true
log_syslog: false
syslog_output: {enabled: false}
stdout_output: {enabled: false}
file_output: {enabled: true, filename: /results/$1}
EOF
}
# start NAME ARGUMENT...: alerts go to /results/NAME.json; returns when falco captures.
start() {
	name=$1
	shift
	configure "$name.json"
	falco -c /tmp/falco.yaml "$@" >"/results/$name.out" 2>"/results/$name.err" &
	falco=$!
	until grep -q 'Reading events from' "/results/$name.err"; do
		if ! kill -0 $falco 2>/dev/null; then
			cat "/results/$name.err"
			echo "FAILED: falco does not capture"
			exit 1
		fi
		usleep 50000
	done
}
wait_for_rule() {
	tries=0
	until grep -q "\"rule\":\"$2\"" "/results/$1.json" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 1200 ] || { fail "$1: no alert of the rule $2"; return; }
		usleep 50000
	done
}
# What falco says of itself is no event.
by_rule() {
	grep -v '"Falco internal' "/results/$1.json" | grep -o '"rule":"[^"]*"' | sort | uniq -c
}
replay() {
	configure "$1.json"
	falco -c /tmp/falco.yaml -e "$2" >"/results/$1.out" 2>"/results/$1.err" ||
		{ fail "$1: the replay of $2 ends with status $?"; cat "/results/$1.err"; }
}

for compress in false true; do
	start live-$compress -w /tmp/$compress.scap -o record.compress=$compress
	cat /etc/shadow >/dev/null
	touch /etc/written_by_the_test_$compress
	cp /bin/busybox /tmp/true && /tmp/true true
	wait_for_rule live-$compress execute_below_tmp
	kill -TERM $falco
	wait $falco || fail "live-$compress: falco ended with status $? after SIGTERM"
	grep 'recorder: recorded' /results/live-$compress.err || fail "live-$compress: no totals in the log"
	replay replayed-$compress /tmp/$compress.scap
	by_rule live-$compress >/tmp/live
	by_rule replayed-$compress >/tmp/replayed
	cat /tmp/live
	cmp -s /tmp/live /tmp/replayed || { fail "live-$compress: the replay raised other alerts:"; cat /tmp/replayed; }

	start killed-$compress -w /tmp/killed-$compress.scap -o record.compress=$compress
	cat /etc/shadow >/dev/null
	wait_for_rule killed-$compress read_sensitive_file_untrusted
	# The alert's event reaches the file with the next flush, and something always happens.
	size=$(stat -c %s /tmp/killed-$compress.scap)
	tries=0
	until [ "$(stat -c %s /tmp/killed-$compress.scap)" -gt "$size" ] || [ $tries -ge 200 ]; do
		tries=$((tries + 1))
		usleep 50000
	done
	kill -KILL $falco
	wait $falco
	replay after-$compress /tmp/killed-$compress.scap
	grep -q '"rule":"read_sensitive_file_untrusted"' /results/after-$compress.json ||
		fail "killed-$compress: the recording has not the event that raised an alert"
done
exit $failed
