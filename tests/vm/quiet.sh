# SPDX-License-Identifier: Apache-2.0
#
# A machine on which nothing happens that a rule is about: falco waits without ending, sees what comes after the
# silence at once, and ends when it is told to or when its time is over.
. /vm/guest.sh
cat >/tmp/rules.yaml <<'END'
- rule: marked
  desc: a call that nobody else makes
  condition: evt.type = mkdirat and evt.dir = < and evt.arg.path contains /tmp/mark or
             evt.type = mkdir and evt.dir = < and evt.arg.path contains /tmp/mark
  output: "%evt.type %proc.cmdline"
  priority: WARNING
END
configure
sed -i 's|^rules_file: .*|rules_file: /tmp/rules.yaml|' /tmp/falco.yaml

# seconds COMMAND...: how long it took, in $took.
seconds() {
	took=$(uptime_s)
	"$@"
	took=$(($(uptime_s) - took))
}

start_falco
sleep 5 # of silence
kill -0 $falco 2>/dev/null || fail "falco ended in the silence"
/bin/mkdir /tmp/mark.1
expect marked 'mkdir /tmp/mark.1'
seconds await_alerts
[ $took -le 2 ] || fail "the first event after the silence was told after $took s"
seconds stop_falco
[ $took -le 3 ] || fail "in silence falco took $took s to end"
grep '^Events' $output $log

launch_falco -M 3
wait_for captures_or_ended
log_has 'Reading events from' || fail "falco does not capture"
seconds expect_end 0
[ $took -le 6 ] || fail "falco ended $took s after it began to capture, not after 3"
judge
finish
