# SPDX-License-Identifier: Apache-2.0
#
# The live sources' own settings have the effect that they promise.
. /vm/guest.sh
cat >/tmp/rules.yaml <<'END'
- rule: missed
  desc: a file that is not there
  condition: evt.type in (open, openat) and evt.dir = < and evt.failed = true and evt.arg.name contains /opt/missing
  output: "%evt.arg.name %proc.cmdline"
  priority: WARNING
- rule: written
  desc: a long text
  condition: evt.type = write and evt.dir = < and fd.name = /opt/long
  output: "data %evt.arg.data"
  priority: WARNING
END
mkdir -p /opt
head -c 300 /dev/zero | tr '\0' A >/tmp/text

# run CONFIG: falco with this configuration of the source, while a file is missed and one is written.
run() {
	configure
	sed -i "s|^rules_file: .*|rules_file: /tmp/rules.yaml|" /tmp/falco.yaml
	printf 'plugins: [{library: %s, config: {%s}}]\n' "$SOURCE" "$1" >>/tmp/falco.yaml
	start_falco
	/bin/cat /opt/missing 2>/dev/null
	/bin/dd if=/tmp/text of=/opt/long bs=300 count=1 2>/dev/null
	expect written '"output"'
	await_alerts
	stop_falco
	longest=$(grep -o 'data A*' $alerts | tr -d -c 'A\n' | awk '{ print length($0) }' | sort -n | tail -n 1)
	missed=$(grep -c '"rule":"missed"' $alerts)
	mv $alerts /results/alerts-$runs.json
	: >$expected
}

run 'buf_size_preset: 1'
[ "$longest" = 80 ] || fail "of what was written $longest bytes were captured, not 80"
[ "$missed" = 1 ] || fail "a failed call made $missed alerts, not 1"
run 'buffer_bytes: 65536, snaplen: 200, drop_failed_exits: true'
[ "$longest" = 200 ] || fail "with snaplen: 200 $longest bytes were captured"
[ "$missed" = 0 ] || fail "a failed call made $missed alerts in spite of drop_failed_exits"
if [ "$SOURCE" = source-ebpf ]; then
	run 'cpus_for_each_buffer: 0, online_cpus_only: false'
	[ "$longest" = 80 ] || fail "with one buffer for all CPUs $longest bytes were captured"
fi
configure
refused "are more than this machine's memory" -o "plugins[]={library: $SOURCE, config: {buffer_bytes: 1073741824}}"
finish
