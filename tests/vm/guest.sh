# SPDX-License-Identifier: Apache-2.0
#
# What jobs share, so that a job reads as a list of activities and of what falco has to say about each. Sourced first,
# in the guest:
#
#     . /vm/guest.sh
#     configure                          # falco with the source that $SOURCE names; alerts to $alerts, as JSON
#     start_falco                        # until it captures
#     cat /etc/shadow >/dev/null
#     expect read_sensitive_file_untrusted 'file=/etc/shadow'
#     stop_falco
#     judge                              # each expected alert came, and no other
#     finish
#
# Everything that waits waits for a condition, and gives up after $patience seconds. What does not hold is told by a
# line that begins with FAILED, and makes the job's status 1.
# A program started by its path has its own name; the applets that busybox starts by their names are called "exe".
# shellcheck shell=sh

patience=${PATIENCE:-150}
# Not empty: the kernel loses events of busy moments, and counts them, see excused.
LOSSY=${LOSSY:-}
failed=0
falco=''
runs=0
alerts=/results/alerts.json
expected=/tmp/expected
: >$expected

fail() {
	echo "FAILED: $*"
	failed=1
}

# What cannot go on.
give_up() {
	fail "$@"
	tail -n 20 $log 2>/dev/null
	[ -z "$falco" ] || kill -9 $falco 2>/dev/null
	exit 1
}

# Seconds since the guest was started.
uptime_s() {
	local up rest
	read -r up rest </proc/uptime
	echo "${up%%.*}"
}

# wait_for COMMAND...: until it succeeds.
wait_for() {
	local until
	until=$(($(uptime_s) + patience))
	while ! "$@"; do
		[ "$(uptime_s)" -lt $until ] || return 1
		usleep 50000
	done
}

# in_group COMMAND...: in the control group of a container and in nothing else of one. See also in_container.
in_group() {
	/bin/sh -c 'echo $$ >/sys/fs/cgroup/system.slice/docker-fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210.scope/cgroup.procs
		exec "$@"' sh "$@"
}
make_group() {
	mkdir -p /sys/fs/cgroup/system.slice
	# A process is found in a group only by the controllers that are on there.
	for controller in $(cat /sys/fs/cgroup/system.slice/cgroup.controllers); do
		echo "+$controller" >/sys/fs/cgroup/system.slice/cgroup.subtree_control
	done 2>/dev/null
	mkdir -p /sys/fs/cgroup/system.slice/docker-fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210.scope
}

# The kernel module where modprobe finds it.
install_module() {
	mkdir -p "/lib/modules/$(uname -r)/extra" && cp /vm/scap.ko "/lib/modules/$(uname -r)/extra/" && /sbin/depmod
}

# ---- falco -----------------------------------------------------------------------------------------------------------

# configure [CONFIG]: the kernel module if the source needs it, and falco's configuration; CONFIG is more of it.
configure() {
	if [ "$SOURCE" = source-kmod ] && [ ! -e /dev/scap0 ]; then
		insmod /vm/scap.ko || give_up "the kernel module cannot be loaded"
	fi
	cat >/tmp/falco.yaml <<-END
		rules_file: /etc/falco/falco_rules.yaml
		source: $SOURCE
		json_output: true
		json_include_output_fields_property: true
		log_stderr: true
		log_syslog: false
		${LOSSY:+"syscall_event_drops: {actions: [ignore]}"}
		file_output: {enabled: true, filename: $alerts}
		$*
	END
}

log_has() { grep -qF -- "$1" $log; }
captures_or_ended() { log_has 'Reading events from' || ! kill -0 $falco 2>/dev/null; }

# start_falco [OPTION...]: until it captures. Its log is $log then, its standard output $output.
start_falco() {
	local before
	launch_falco "$@"
	before=$(uptime_s)
	wait_for captures_or_ended || give_up "falco does not capture after $patience s"
	log_has 'Reading events from' || give_up "falco ended instead of capturing"
	echo "capturing $(($(uptime_s) - before)) s after its start"
}

# The same without waiting.
launch_falco() {
	runs=$((runs + 1))
	log=/results/falco-$runs.err
	output=/results/falco-$runs.out
	falco -c /tmp/falco.yaml "$@" >$output 2>$log &
	falco=$!
}

has_ended() { ! kill -0 $falco 2>/dev/null; }

# stop_falco [STATUS]: ends it, and it has to end with the status (0).
stop_falco() {
	kill -TERM $falco 2>/dev/null
	expect_end "${1:-0}"
}

# expect_end STATUS: it ends by itself.
expect_end() {
	local status
	wait_for has_ended || give_up "falco has not ended after $patience s"
	wait $falco
	status=$?
	falco=''
	[ $status -eq "$1" ] || fail "falco ended with status $status instead of $1"
}

# refused TEXT [OPTION...]: falco does not start, says the text and ends with status 1.
refused() {
	local text=$1
	shift
	launch_falco "$@"
	expect_end 1
	log_has "$text" || fail "falco does not say '$text' but: $(cat $log)"
}

# ---- alerts ----------------------------------------------------------------------------------------------------------

# expect RULE TEXT: an alert of that rule with that text in it comes.
expect() { printf '%s\t%s\n' "$1" "$2" >>$expected; }

# Compares expected and actual alerts: prints those that are missing, and with `all` those that nobody expects, too.
compare() {
	[ -e $alerts ] || : >$alerts
	awk -v all="$1" -F'\t' '
		FILENAME == ARGV[1] { rule[++n] = "\"rule\":\"" $1 "\""; text[n] = $2; next }
		{
			known = 0
			for (i = 1; i <= n; i++) {
				if (index($0, rule[i]) && index($0, text[i])) known = seen[i] = 1
			}
			if (!known && all) { print "not expected: " substr($0, 1, 400); bad = 1 }
		}
		END {
			for (i = 1; i <= n; i++) {
				if (!seen[i]) { print "missing: " rule[i] " with " text[i]; bad = 1 }
			}
			exit bad
		}' $expected $alerts
}
none_missing() { compare >/dev/null; }

# All alerts expected so far have come.
await_alerts() {
	if [ -n "$LOSSY" ]; then
		(patience=30 && wait_for none_missing)
		return
	fi
	wait_for none_missing || fail "after $patience s: $(compare)"
}

# On kernels that preempt eBPF programs, under emulation often: some alerts are missing, and others come in their place, of a
# process that is not known to run another program by now. Each may be a fifth of the expected ones, if falco says that
# events were lost.
excused() {
	local missing others lost
	[ -n "$LOSSY" ] || return 1
	missing=$(grep -c '^missing' /tmp/differences)
	others=$(grep -c '^not expected' /tmp/differences)
	lost=$(sed -n 's/^   preempted: //p' $log)
	echo "$missing alerts are missing, $others are not expected, ${lost:-0} events were lost"
	[ $((missing * 5)) -le "$(wc -l <$expected)" ] && [ $((others * 5)) -le "$(wc -l <$expected)" ] &&
		[ "${lost:-0}" -ge $((missing + others)) ]
}

# At the end: the alerts that came are those that were expected. Then a new list begins.
judge() {
	compare all >/tmp/differences || excused || fail "$(cat /tmp/differences)"
	echo "$(wc -l <$alerts) alerts, $(wc -l <$expected) expected"
	mv $alerts /results/alerts-$runs.json
	: >$expected
}

# How many alerts each rule raised, in a file of them.
alerts_by_rule() { sed -n 's/.*"rule":"\([^"]*\)".*/\1/p' "$1" | sort | uniq -c; }

# replays_alike RECORDING: a replay raises the alerts that the last run raised when it was recorded, by rule and number.
replays_alike() {
	alerts_by_rule /results/alerts-$runs.json >/tmp/live
	falco -c /tmp/falco.yaml -e "$1" >/dev/null 2>/results/replay.err ||
		fail "the replay of $1 ends with status $?: $(cat /results/replay.err)"
	mv $alerts /results/replayed.json
	alerts_by_rule /results/replayed.json >/tmp/replayed
	echo "the recording has $(stat -c %s "$1") bytes; rules: $(wc -l </tmp/live) live, $(wc -l </tmp/replayed) replayed"
	diff /tmp/live /tmp/replayed >/tmp/differences || fail "a replay of $1 raises other alerts: $(cat /tmp/differences)"
}

finish() {
	if [ "$SOURCE" = source-kmod ]; then
		rmmod scap || fail "the module is still in use"
	fi
	[ $failed -eq 0 ] || tail -n 30 /results/falco-*.err
	exit $failed
}
