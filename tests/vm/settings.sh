# SPDX-License-Identifier: Apache-2.0
#
# The live sources' own settings have the effect that they promise, on a machine with two CPUs.
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

# How many rings of so many bytes falco has mapped: each twice in a row, by eBPF with a page in front.
rings() {
	local range perms offset device inode name bytes count
	bytes=$(($1 * 2))
	[ "$SOURCE" != source-ebpf ] || bytes=$((bytes + 4096))
	count=0
	while read -r range perms offset device inode name; do
		case $name in
		/dev/scap* | anon_inode:bpf-map) [ $((0x${range#*-} - 0x${range%-*})) -ne $bytes ] || count=$((count + 1)) ;;
		esac
	done </proc/$falco/maps
	echo $count
}
# expect_rings COUNT BYTES
expect_rings() {
	[ "$(rings "$2")" = "$1" ] || fail "there are $(rings "$2") rings of $2 bytes, not $1: $(grep 'scap\|bpf' /proc/$falco/maps)"
}

# run COUNT BYTES CONFIG [LINE]: falco with this configuration of the source, which gives it so many rings of that size,
# and this line in falco.yaml, while a file is missed and one is written.
run() {
	configure
	sed -i "s|^rules_file: .*|rules_file: /tmp/rules.yaml|" /tmp/falco.yaml
	printf 'plugins: [{library: %s, config: {%s}}]\n' "$SOURCE" "$3" >>/tmp/falco.yaml
	echo "$4" >>/tmp/falco.yaml
	start_falco
	expect_rings "$1" "$2"
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

per_cpu=2 # the module has a ring for each CPU, eBPF one for two
[ "$SOURCE" != source-ebpf ] || per_cpu=1
run $per_cpu 8388608 ''
run $per_cpu 1048576 'buf_size_preset: 1'
[ "$longest" = 80 ] || fail "of what was written $longest bytes were captured, not 80"
[ "$missed" = 1 ] || fail "a failed call made $missed alerts, not 1"
run $per_cpu 65536 'buffer_bytes: 65536, snaplen: 200, drop_failed_exits: true'
[ "$longest" = 200 ] || fail "with snaplen: 200 $longest bytes were captured"
missed_once=$missed
run $per_cpu 65536 'buffer_bytes: 65536, drop_failed_exits: true' 'falco_libs: {snaplen: 120}'
[ "$longest" = 120 ] || fail "with falco_libs.snaplen: 120 $longest bytes were captured"
[ "$missed_once $missed" = "0 0" ] || fail "a failed call made $missed_once and $missed alerts in spite of drop_failed_exits"
if [ "$SOURCE" = source-ebpf ]; then
	run 2 65536 'buffer_bytes: 65536, cpus_for_each_buffer: 1'
	run 1 65536 'buffer_bytes: 65536, cpus_for_each_buffer: 0'
	[ "$longest" = 80 ] || fail "with one buffer for all CPUs $longest bytes were captured"
	echo 0 >/sys/devices/system/cpu/cpu1/online || give_up "a CPU cannot be switched off"
	run 1 65536 'buffer_bytes: 65536, cpus_for_each_buffer: 1'
	run 2 65536 'buffer_bytes: 65536, cpus_for_each_buffer: 1, online_cpus_only: false'
	echo 1 >/sys/devices/system/cpu/cpu1/online
fi
configure
refused "are more than this machine's memory" -o "plugins[]={library: $SOURCE, config: {buffer_bytes: 1073741824}}"
finish
