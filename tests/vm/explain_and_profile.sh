# SPDX-License-Identifier: Apache-2.0
#
# While falco captures, alerts are explained up to the rate that the configuration gives, and a sample of the events
# tells what rules cost: for each set of rules, also those that a reload ended.
. /vm/guest.sh
cat >/tmp/rules.yaml <<'END'
- macro: opened
  condition: evt.type in (open, openat) and evt.dir = <
- rule: secret_read
  desc: a file that is there
  condition: opened and fd.name = /opt/secret and not proc.name = keeper
  output: "%fd.name %proc.cmdline"
  priority: WARNING
END
mkdir -p /opt
echo text >/opt/secret
configure "explain: {rules: [secret*], rate: 1/h}
profile: {sample: 1/2, file: /results/profile.jsonl}"
sed -i "s|^rules_file: .*|rules_file: /tmp/rules.yaml|" /tmp/falco.yaml
start_falco
/bin/cat /opt/secret >/dev/null
expect secret_read 'cat /opt/secret'
await_alerts
kill -HUP $falco
wait_for log_has 'Reloaded /tmp/falco.yaml' || give_up 'falco does not load its rules again'
/bin/head /opt/secret >/dev/null
/bin/tail /opt/secret >/dev/null
expect secret_read 'head /opt/secret'
expect secret_read 'tail /opt/secret'
await_alerts
stop_falco

# A new set of rules has an hour of its own.
explained() { grep -F "$1 /opt/secret\"" $alerts | grep -cF '{"check":"fd.name = /opt/secret","holds":true,"seen":"/opt/secret"}'; }
[ "$(explained cat)" = 1 ] || fail "the first alert is not explained: $(cat $alerts)"
[ "$(explained head)" = 1 ] || fail "the first alert of the rules loaded again is not explained: $(cat $alerts)"
[ "$(explained tail)" = 0 ] || fail "more alerts are explained than rate: 1/h allows: $(cat $alerts)"
[ "$(grep -c '"explanation":null' $alerts)" = 1 ] || fail "not one alert is without explanation"

[ "$(wc -l </results/profile.jsonl)" = 2 ] || fail "the profile has not one line a set of rules"
falco profile --read /results/profile.jsonl >/results/profile.txt || fail "falco cannot read its own profile"
grep -q 'One event in 2 was looked at' /results/profile.txt || fail "$(cat /results/profile.txt)"
grep -q 'secret_read' /results/profile.txt || fail "the rule is not in the profile: $(cat /results/profile.txt)"
judge
finish
