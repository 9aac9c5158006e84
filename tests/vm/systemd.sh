# SPDX-License-Identifier: Apache-2.0
#
# falco as a service of systemd, with packaging/falco.service as it is installed: its kernel module, which nobody has
# loaded, is loaded; it is active when it captures, sees
# what happens from inside the sandbox, reloads, is missed by the watchdog when it hangs, comes back when it is killed,
# and delivers what it has when it is stopped.
[ -r /vm/environment ] || { echo "this job is for the guest of scripts/vm/run.sh only"; exit 1; }
. /vm/guest.sh
[ "$(cat /proc/1/comm)" = systemd ] || give_up "the first process is $(cat /proc/1/comm)"
alerts=/var/log/falco-alerts.json
log=/results/journal

property() { systemctl show falco --property "$1" --value; }
journal() { journalctl --unit falco --output cat --no-pager >$log; }
journal_has() {
	journal
	grep -qF -- "$1" $log
}
# restarted COUNT: systemd has started falco anew so often, and it captures.
active() { [ "$(systemctl is-active falco)" = active ]; }
restarted() { [ "$(property NRestarts)" = "$1" ] && active; }

configure 'syscall_event_drops: {actions: [ignore]}'
cp /tmp/falco.yaml /etc/falco/falco.yaml
if [ "$SOURCE" = source-kmod ]; then # as falco-driver leaves it
	rmmod scap && install_module || give_up "the module cannot be installed"
fi
mkdir -p /etc/default
echo 'FALCO_OPTIONS="-c /etc/falco/falco.yaml"' >/etc/default/falco

# ---- start
systemctl enable --now /opt/falco/lib/systemd/system/falco.service ||
	{ systemctl status falco; journal; cat $log; give_up "systemctl enable --now failed"; }
[ -L /etc/systemd/system/multi-user.target.wants/falco.service ] || fail "it is not started at a boot"
active || fail "it is $(systemctl is-active falco) after the start"
journal_has "Reading events from ${SOURCE#source-}" || fail "it is active before it captures"
pid=$(property MainPID)
grep -E '^(Seccomp|NoNewPrivs|CapEff|CapBnd):' "/proc/$pid/status"
grep -q '^Seccomp:.*2$' "/proc/$pid/status" || fail "there is no filter of system calls"
grep -q '^NoNewPrivs:.*1$' "/proc/$pid/status" || fail "it may gain privileges"
[ "$(property StatusText)" != '' ] && echo "status: $(property StatusText)"

# ---- it sees what happens
/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
in_container /bin/sh -c 'ls / >/dev/null'
expect run_shell_in_container 'container_id=0123456789ab'
await_alerts

# ---- reload
cat >/etc/falco/more.yaml <<-END
	- rule: marked
	  desc: a file of the test is opened
	  condition: evt.type in (open, openat) and evt.dir = < and fd.name = /opt/marker
	  output: "%fd.name"
	  priority: WARNING
END
echo 'rules_files: [/etc/falco/falco_rules.yaml, /etc/falco/more.yaml]' >>/etc/falco/falco.yaml
sed -i '/^rules_file:/d' /etc/falco/falco.yaml
systemctl reload falco || fail "systemctl reload: status $?"
wait_for journal_has 'Reloaded /etc/falco/falco.yaml' || fail "it does not reload: $(cat $log)"
# It also reloads because the files have changed.
wait_for active || fail "it is $(systemctl is-active falco) after the reload"
[ "$(property MainPID)" = "$pid" ] || fail "the reload started it anew"
mkdir -p /opt && touch /opt/marker
/bin/cat /opt/marker
expect marked '/opt/marker'
await_alerts

# ---- the watchdog, with less patience than in the unit
mkdir -p /run/systemd/system/falco.service.d
printf '[Service]\nWatchdogSec=4\nRestartSec=1\nTimeoutAbortSec=2\n' >/run/systemd/system/falco.service.d/quick.conf
systemctl daemon-reload
systemctl restart falco || fail "systemctl restart: status $?"
sleep 9 # twice as long as the watchdog waits, with nothing to do
restarted 0 || fail "it was started anew though it lives"
pid=$(property MainPID)
kill -STOP "$pid"
wait_for restarted 1 || fail "a falco that hangs is not started anew: $(systemctl status falco)"
journalctl --no-pager --output cat | grep -i 'watchdog timeout'
[ "$(property MainPID)" != "$pid" ] || fail "the one that hangs is still there"
/bin/sh -c ': >/etc/after_the_watchdog'
expect write_below_etc 'file=/etc/after_the_watchdog'
await_alerts

# ---- killed
kill -KILL "$(property MainPID)"
wait_for restarted 2 || fail "a falco that was killed is not started anew: $(systemctl status falco)"
/bin/sh -c ': >/etc/after_the_kill'
expect write_below_etc 'file=/etc/after_the_kill'
await_alerts

# ---- stop
systemctl stop falco || fail "systemctl stop: status $?"
[ "$(systemctl is-active falco)" = inactive ] || fail "it is $(systemctl is-active falco) after the stop"
[ "$(property Result)/$(property ExecMainStatus)" = success/0 ] ||
	fail "it ended with $(property Result), status $(property ExecMainStatus)"
journal_has 'Events captured' || fail "it did not come to its statistics"
# The job itself does more that the shipped rules tell of, so others may have come.
compare >/tmp/differences || fail "$(cat /tmp/differences)"
wc -l <$alerts
cp $alerts /results/alerts.json
[ $failed -eq 0 ] || tail -n 40 $log
finish
