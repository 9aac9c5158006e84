# SPDX-License-Identifier: Apache-2.0
#
# Reloads while system calls come without a pause: each call that a rule is about gives one alert, by the rules of
# before or of after. Before that one changes what the open source captures. SOURCE names the plugin that captures.
if [ "$SOURCE" = source-kmod ]; then
	insmod /vm/scap.ko || exit 1
fi
calls=4000
reloads=5
mkdir /tmp/burst
cat >/tmp/falco.yaml <<EOF
rules_file: /tmp/rules.yaml
source: $SOURCE
log_stderr: true
log_syslog: false
file_output: {enabled: true, filename: /results/alerts, queue: {capacity: 100000}}
EOF
rules() { # NUMBER [CONDITION]
	condition='evt.type in (open, openat, openat2) and evt.dir = < and fd.name startswith /tmp/burst/'
	cat >/tmp/rules.new <<EOF
- rule: burst
  desc: a file of the burst is opened
  condition: ${2:-$condition}
  output: "by $1 %fd.name"
  priority: WARNING
EOF
	mv /tmp/rules.new /tmp/rules.yaml
}
# Waits until the log has so many lines with this text.
wait_for_log() {
	until [ "$(grep -c "$1" /results/falco.err)" -ge "$2" ]; do
		if ! kill -0 $falco 2>/dev/null; then
			cat /results/falco.err
			echo "FAILED: falco has ended"
			exit 1
		fi
		usleep 20000
	done
}
rules none 'evt.type = sync'
falco -c /tmp/falco.yaml >/results/falco.out 2>/results/falco.err &
falco=$!
wait_for_log 'Reading events from' 1
rules 0
kill -HUP $falco
wait_for_log 'Reloaded /tmp/falco.yaml' 1

# The burst goes on until the last reload is over, and a hundred calls longer.
(
	i=0
	end=0
	until [ $end -ne 0 ] && [ $i -ge $end ]; do
		i=$((i + 1))
		: >/tmp/burst/$i
		if [ $end -eq 0 ] && [ $i -ge $calls ] && [ -e /tmp/reloaded ]; then
			end=$((i + 100))
		fi
	done
	echo $i >/tmp/burst_last
) &
burst=$!
for reload in $(seq $reloads); do
	rules $reload
	kill -HUP $falco
	until grep -q "by $reload " /results/alerts 2>/dev/null; do
		wait_for_log 'Reading events from' 1
		usleep 20000
	done
done
touch /tmp/reloaded
wait $burst
last=$(cat /tmp/burst_last)
until grep -q "/tmp/burst/$last\$" /results/alerts; do usleep 20000; done
kill -TERM $falco
wait $falco
status=$?
cat /results/falco.err /results/falco.out
failed=0
[ $status -eq 0 ] || { echo "FAILED: falco ended with status $status"; failed=1; }
awk -v last="$last" -v reloads=$reloads '
	/ by [0-9]+ \/tmp\/burst\// {
		n = $NF
		sub(".*/", "", n)
		rules = $(NF - 1)
		if (n + 0 != seen + 1) { print "FAILED: call " n " follows call " seen; bad = 1 }
		if (rules + 0 < before) { print "FAILED: call " n " by rules " rules " after " before; bad = 1 }
		seen = n + 0
		before = rules + 0
		by[before]++
	}
	END {
		for (r = 0; r <= reloads; r++) print by[r] + 0 " calls by rules " r
		if (seen != last + 0) { print "FAILED: the last call is " last ", the last alert of call " seen; bad = 1 }
		exit bad
	}' /results/alerts || failed=1
[ "$SOURCE" != source-kmod ] || rmmod scap || failed=1
exit $failed
