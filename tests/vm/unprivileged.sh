# SPDX-License-Identifier: Apache-2.0
#
# falco live as a user who is not root, with nothing but the capabilities that capturing through eBPF takes.
. /vm/guest.sh
falco() {
	exec capsh --caps='cap_bpf,cap_perfmon,cap_sys_ptrace=eip cap_setpcap,cap_setuid,cap_setgid=ep' --keep=1 --user=user \
		--addamb=cap_bpf --addamb=cap_perfmon --addamb=cap_sys_ptrace --shell=/usr/bin/falco -- "$@"
}

# One that runs already, of another user.
cat >/tmp/reader <<'END'
#!/bin/bash
until [ -e /tmp/captures ]; do usleep 50000; done
read -r line </etc/shadow
END
chmod 755 /tmp/reader
cp /opt/real/bash /bin/bash
/tmp/reader &

chmod 777 /results
configure
start_falco
grep -E '^(Uid|Cap)' /proc/$falco/status
grep -q '^Uid:.*1000.*1000.*1000.*1000' /proc/$falco/status || fail "falco is not the user's"
touch /tmp/captures
/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow file=/etc/shadow'
expect read_sensitive_file_untrusted 'command=reader /tmp/reader file=/etc/shadow'
/bin/touch /etc/written_by_the_test
expect write_below_etc 'command=touch /etc/written_by_the_test'
await_alerts
stop_falco
judge
finish
