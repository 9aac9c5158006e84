#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# init_script_test.sh SOURCE_DIR BUILD_DIR - starts, asks for, restarts and stops a real falco with the init script; also
# with nothing but a handful of programs in its PATH.
set -euo pipefail
source_dir=$1 build=$2
fakes=$build/tests/plugins

work=$(mktemp -d)
cleanup() {
	if [ -s "$work/falco.pid" ]; then kill -KILL "$(cat "$work/falco.pid")" 2>/dev/null || true; fi
	rm -rf "$work"
}
trap cleanup EXIT

cmake -DFALCO_PREFIX="$work" "-DFALCO_SUBDIRS=bin;etc;doc" -DFALCO_SOURCE="$source_dir/packaging" \
	-P "$source_dir/packaging/fill.cmake" >/dev/null 2>&1
script=$work/etc/init.d/falco
export FALCO_PROGRAM=$build/falco FALCO_PID_FILE=$work/falco.pid FALCO_DEFAULTS=$work/defaults

cat >"$work/falco.yaml" <<-YAML
	log_syslog: false
	file_output: {enabled: true, filename: $work/alerts}
	source: $fakes/source-fake-live.so
	matcher: $fakes/matcher-fake.so
	plugins:
	  - {library: $fakes/source-fake-live.so, config: {endless: true, events: 3}}
YAML
echo 'quiet 4 seen %name' >"$work/rules"
chmod 644 "$work/falco.yaml" "$work/rules"
echo "FALCO_OPTIONS=\"-c $work/falco.yaml -r $work/rules\"" >"$FALCO_DEFAULTS"

# expect STATUS WORDS COMMAND: what the script answers.
expect() {
	local status=0
	"$script" "$3" >"$work/out" 2>&1 || status=$?
	if [ "$status" -ne "$1" ] || ! grep -q -- "$2" "$work/out"; then
		echo "FAILED: $3 ended with $status, not with $1 and '$2':"
		cat "$work/out"
		exit 1
	fi
}
pid() { cat "$work/falco.pid"; }
# A process that nobody has waited for yet is over all the same.
is_alive() { [ -d "/proc/$1" ] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; }
fail() { echo "FAILED: $*"; exit 1; }

# Until so many alerts were written: a falco that is told to stop before its capture began has none.
await_alerts() {
	local end=$((SECONDS + 30))
	# shellcheck disable=SC2002 # the file may not be there yet
	until [ "$(cat "$work/alerts" 2>/dev/null | wc -l)" -ge "$1" ]; do
		[ $SECONDS -lt $end ] || fail "there are not $1 alerts after half a minute"
		sleep 0.05
	done
}

round() {
	expect 3 'is not running' status
	expect 0 'is not running' stop
	expect 7 'is not running' reload
	expect 0 'started' start
	local first second
	first=$(pid)
	expect 0 "is running, as process $first" status
	expect 0 "is running already, as process $first" start
	[ "$(pid)" = "$first" ] || fail "a second falco was started"

	await_alerts 3
	expect 0 'started' restart
	second=$(pid)
	[ "$second" != "$first" ] || fail "restart did not start another one"
	! is_alive "$first" || fail "restart did not wait for the end"

	# The end has come when stop comes back, and all alerts are there.
	await_alerts 6
	expect 0 'stopped' stop
	! is_alive "$second" || fail "stop did not wait for the end"
	[ ! -e "$work/falco.pid" ] || fail "the pid file is still there"
	[ "$(wc -l <"$work/alerts")" -eq 6 ] || fail "alerts are missing"
	rm "$work/alerts"
	expect 3 'is not running' status
}

echo "-- with what this machine has"
round

echo "-- with few programs"
mkdir "$work/few"
for program in bash sh cat readlink rm sleep kill; do ln -s "$(command -v $program)" "$work/few/$program"; done
sed -i "s|^PATH=.*|PATH=$work/few|" "$script"
round

echo "-- a pid file that names another program, or none"
echo $$ >"$work/falco.pid"
expect 1 'left .* behind' status
expect 0 'is not running' stop
kill -0 $$
echo 'none' >"$work/falco.pid"
expect 1 'left .* behind' status
expect 0 'started' start
expect 0 'stopped' stop

echo "-- a program that was replaced is still found"
cp "$build/falco" "$work/falco.new"
ln -s "$build/plugins" "$work/plugins"
mv "$work/falco.new" "$work/falco"
export FALCO_PROGRAM=$work/falco
expect 0 'started' start
replaced=$(pid)
cp "$build/falco" "$work/falco.new"
mv "$work/falco.new" "$work/falco"
expect 0 "is running, as process $replaced" status
expect 0 'stopped' stop
! is_alive "$replaced" || fail "it still runs"
export FALCO_PROGRAM=$build/falco

echo "-- an end that does not come is forced"
expect 0 'started' start
stopped=$(pid)
kill -STOP "$stopped"
FALCO_STOP_TIMEOUT=1 expect 0 "process $stopped does not end, so it is killed" stop
! is_alive "$stopped" || fail "it still runs"

echo "-- a start that fails says why"
echo 'no: [such' >"$work/rules"
expect 1 'Runtime error: ' start
expect 3 'is not running' status
FALCO_PROGRAM=$work/none expect 5 'cannot be run' start
expect 2 'Usage: ' nonsense
echo "-- done"
