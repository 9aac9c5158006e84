# SPDX-License-Identifier: Apache-2.0
#
# falco live, through the plugin that SOURCE names: it says when it captures, sees what happens, in containers too,
# and ends at SIGTERM.
if [ "$SOURCE" = source-kmod ]; then
	insmod /vm/scap.ko || exit 1
fi
cat >/tmp/falco.yaml <<'EOF'
rules_file: /etc/falco/falco_rules.yaml
source: SOURCE
json_output: true
json_include_output_fields_property: true
log_stderr: true
log_syslog: false
syslog_output: {enabled: false}
stdout_output: {enabled: false}
file_output: {enabled: true, filename: /results/alerts.json}
EOF
sed -i "s/SOURCE/$SOURCE/" /tmp/falco.yaml
falco -c /tmp/falco.yaml >/results/falco.out 2>/results/falco.err &
falco=$!
until grep -q 'Reading events from' /results/falco.err; do
	if ! kill -0 $falco 2>/dev/null; then
		cat /results/falco.err
		echo "FAILED: falco does not capture"
		exit 1
	fi
	usleep 50000
done
echo "capturing at $(cut -d' ' -f1 /proc/uptime)"

# Each activity and the rule that sees it.
su user -s /bin/sh -c 'cat /etc/hosts >/dev/null'
cat /etc/shadow >/dev/null
touch /etc/written_by_the_test
cp /bin/busybox /tmp/true && /tmp/true true
# By its path: the applets that busybox starts by name all have the name `exe`.
in_container /bin/sh -c 'ls / >/dev/null'

# Alerts are written as they come: wait for the last one rather than for a time.
expected='read_sensitive_file_untrusted write_below_etc execute_below_tmp mount_in_container run_shell_in_container'
tries=0
for rule in $expected; do
	until grep -q "\"rule\":\"$rule\"" /results/alerts.json 2>/dev/null || [ $tries -ge 600 ]; do
		tries=$((tries + 1))
		usleep 50000
	done
done

kill -TERM $falco
wait $falco
status=$?
cat /results/falco.err /results/falco.out
cut -c1-300 /results/alerts.json
failed=0
[ $status -eq 0 ] || { echo "FAILED: falco ended with status $status after SIGTERM"; failed=1; }
for rule in $expected; do
	grep -q "\"rule\":\"$rule\"" /results/alerts.json || { echo "FAILED: no alert of the rule $rule"; failed=1; }
done
grep '"rule":"run_shell_in_container"' /results/alerts.json | grep -q '"container.id":"0123456789ab"' ||
	{ echo "FAILED: the container has not its id"; failed=1; }
[ "$SOURCE" != source-kmod ] || rmmod scap || { echo "FAILED: the module is still in use"; failed=1; }
exit $failed
