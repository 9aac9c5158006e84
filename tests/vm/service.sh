# SPDX-License-Identifier: Apache-2.0
#
# falco as a service, live, through the plugin that SOURCE names, with the init script and with no more privileges than
# packaging/falco.service gives: starts, sees what happens, gives up what it needs no more, restarts, stops.
[ -r /vm/environment ] || { echo "this job is for the guest of scripts/vm/run.sh only"; exit 1; }
if [ "$SOURCE" = source-kmod ]; then
	insmod /vm/scap.ko || exit 1
fi
mkdir -p /etc/default /var/run
{
	echo 'rules_file: /etc/falco/falco_rules.yaml'
	echo "source: $SOURCE"
	echo 'log_syslog: false'
	echo 'file_output: {enabled: true, filename: /results/alerts}'
} >/tmp/falco.yaml
echo 'FALCO_OPTIONS="-c /tmp/falco.yaml"' >/etc/default/falco

# Everything but what the unit names for this source, by number: DAC_READ_SEARCH, SETPCAP and SYS_PTRACE; DAC_OVERRIDE for
# the module's devices; PERFMON and BPF.
case $SOURCE in
source-kmod) given=' 2 8 19 1 ' ;;
*) given=' 2 8 19 38 39 ' ;;
esac
drop=''
for number in $(seq 0 "$(cat /proc/sys/kernel/cap_last_cap)"); do
	case $given in
	*" $number "*) ;;
	*) drop=$drop${drop:+,}$number ;;
	esac
done
service() {
	capsh --drop="$drop" --shell=/bin/sh -- -c "sh /etc/init.d/$1 $2"
}

failed=0
fail() {
	echo "FAILED: $*"
	failed=1
}
# Waits until so many alerts say that /etc/shadow was read.
wait_for_alerts() {
	tries=0
	until [ "$(grep -c 'file=/etc/shadow' /results/alerts 2>/dev/null || true)" -ge "$1" ] 2>/dev/null; do
		tries=$((tries + 1))
		if [ $tries -ge 600 ]; then
			fail "no alert number $1"
			return
		fi
		usleep 50000
	done
}

[ "$SOURCE" != source-kmod ] || ls -l /dev/scap0
service falco status && fail "status before the start"
service falco start || exit 1
first=$(cat /var/run/falco.pid)
service falco status || fail "status"
case $SOURCE in
source-kmod) kept=0000000000080004 ;; # SYS_PTRACE DAC_READ_SEARCH
*) kept=000000c000080004 ;;           # and PERFMON BPF
esac
for set in CapPrm CapEff CapBnd; do
	others=$(grep -h "^$set:" /proc/"$first"/task/*/status | grep -vc "$kept")
	[ "$others" -eq 0 ] || fail "$others threads have another $set than $kept"
done
echo "threads with $kept: $(grep -l "^CapEff:.*$kept" /proc/"$first"/task/*/status | wc -l)"
cat /etc/shadow >/dev/null
wait_for_alerts 1

service falco restart || fail "restart"
second=$(cat /var/run/falco.pid)
[ "$first" != "$second" ] || fail "it was not restarted"
[ ! -d "/proc/$first" ] || fail "the first one still runs"
cat /etc/shadow >/dev/null
wait_for_alerts 2
service falco stop || fail "stop"
[ ! -d "/proc/$second" ] || fail "stop did not wait"
service falco status && fail "status after the stop"
[ "$SOURCE" != source-kmod ] || rmmod scap || fail "the module is still in use"
cat /results/alerts
exit $failed
