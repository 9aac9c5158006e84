# SPDX-License-Identifier: Apache-2.0
#
# The guest's part of bench-live: measures falco and a program that only asks for the next event, on the engine ENGINE
# (kmod or ebpf), one after the other in the same run. Writes key=value lines to /results/figures.
figures=/results/figures
: >$figures
say() { echo "$*" >>$figures; echo "$*"; }

ring=1048576 # bytes a CPU: small, so that a rate that cannot be kept up shows within a second
[ "$ENGINE" != kmod ] || insmod /vm/scap.ko || exit 1
# Not in /tmp, where the load works: falco watches the folders of its configuration.
cat >/root/probe.yaml <<'EOF'
- rule: probe
  desc: the file that the latency is measured with
  condition: evt.type in (open, openat) and evt.dir = < and fd.name startswith /tmp/probe-
  output: probe %fd.name
  priority: notice
EOF
cat >/root/falco.yaml <<EOF
rules_files: [/etc/falco/falco_rules.yaml, /root/probe.yaml]
source: live
plugins:
  - library: source-$ENGINE
    name: live
    config: {buffer_bytes: $ring}
syscall_event_drops: {threshold: 0, actions: [log], rate: 1000, max_burst: 1000}
log_stderr: true
log_syslog: false
syslog_output: {enabled: false}
stdout_output: {enabled: false}
file_output: {enabled: true, filename: /tmp/alerts}
EOF

wait_for() { # PATTERN FILE PID
	until grep -q "$1" "$2"; do
		kill -0 "$3" 2>/dev/null || { cat "$2"; echo "FAILED: it does not capture"; exit 1; }
		usleep 50000
	done
}
cpu() { # PID: clock ticks of user and system time
	sed 's/.*) //' "/proc/$1/stat" | { read -r _ _ _ _ _ _ _ _ _ _ _ user system _; echo $((user + system)); }
}
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"; } # PID: KiB
value() { echo "$2" | tr ' ' '\n' | sed -n "s/^$1=//p"; } # KEY LINE

# The subject says how many events it lost so far; called after it had time to read what is left in the ring.
drops_of_falco() { grep -c 'syscall event drop' /tmp/falco.err; }
drops_of_floor() {
	before=$(grep -c '^events=' /tmp/floor.out)
	kill -USR1 "$floor"
	until [ "$(grep -c '^events=' /tmp/floor.out)" -gt "$before" ]; do usleep 20000; done
	value drops "$(grep '^events=' /tmp/floor.out | tail -n 1)"
}

# Whether it loses nothing at this rate, in one of two tries: something else may take the processor for a moment. The
# calls a second are in `got`.
sustains() { # SUBJECT RATE
	for try in 1 2; do
		lost=$(drops_of_$1)
		line=$(load rate $2 3)
		usleep 1500000
		got=$(value calls_per_s "$line")
		[ "$(drops_of_$1)" -ne "$lost" ] || return 0
	done
	return 1
}

# The highest rate that it sustains, as calls a second: of rising rates, then between the last that it sustains and the
# first that it does not.
ceiling() { # SUBJECT
	best=0
	wanted=15000
	until sustains $1 $wanted || [ $wanted -lt 100 ]; do wanted=$((wanted / 2)); done
	while [ $wanted -lt 200000 ]; do
		sustains $1 $wanted || break
		[ "$got" -le $best ] || best=$got
		[ "$got" -ge $((wanted * 9 / 10)) ] || break # the load itself cannot go faster
		wanted=$((wanted * 120 / 100))
	done
	high=$wanted
	for step in 1 2 3; do
		wanted=$(((best + high) / 2))
		if sustains $1 $wanted && [ "$got" -gt $best ]; then best=$got; else high=$wanted; fi
	done
	echo $best
}

start_floor() {
	next_only "$ENGINE" 0 $ring "$calls" >/tmp/floor.out 2>/tmp/floor.err &
	floor=$!
	wait_for capturing /tmp/floor.out $floor
}
start_falco() { # OPTION...
	: >/tmp/falco.err
	falco -c /root/falco.yaml "$@" >/tmp/falco.out 2>/tmp/falco.err &
	falco=$!
	wait_for 'Reading events from' /tmp/falco.err $falco
}
end() { # PID
	kill -TERM $1
	wait $1
}

# Both capture the same: falco says what it asks the kernel for.
start_falco -o log_level=debug
calls=$(sed -n 's/.*captures [0-9]* kinds of system calls: //p' /tmp/falco.err)
end $falco
[ -n "$calls" ] || { echo "FAILED: falco does not say what it captures"; exit 1; }

for round in 1 2 3; do
	start_floor
	say floor_calls_per_s=$(ceiling floor)
	ticks=$(cpu $floor)
	load rate 2500 10 >/dev/null
	say floor_ticks_in_10s=$(($(cpu $floor) - ticks))
	end $floor
	start_falco
	say falco_calls_per_s=$(ceiling falco)
	ticks=$(cpu $falco)
	load rate 2500 10 >/dev/null
	say falco_ticks_in_10s=$(($(cpu $falco) - ticks))
	[ $round -eq 3 ] || end $falco
done
touch /tmp/alerts
for figure in $(load probe 300 20 /tmp/alerts); do say latency_$figure; done
say memory_start_kib=$(resident $falco)
for part in 1 2 3 4; do
	load rate 0 "$MEMORY_SECONDS" >/tmp/line
	say memory_calls=$(value calls "$(cat /tmp/line)")
	load spawn 5000 >/dev/null
	say memory_${part}_kib=$(resident $falco)
done
kill -TERM $falco
wait $falco
say falco_status=$?
cp /tmp/falco.out /tmp/falco.err /results
