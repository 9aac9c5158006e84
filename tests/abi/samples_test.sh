#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# samples_test.sh CC FALCO PLUGIN_MAP VERSION_FOLDER... - plugins of every kind, built against each frozen header, in
# today's falco.
set -euo pipefail
compiler=$1 falco=$2 map=$3
shift 3
samples=$(cd "$(dirname "$0")/samples" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() {
	"$@" >"$work/out" 2>&1 || { echo "FAILED: $*"; cat "$work/out"; exit 1; }
}

for version in "$@"; do
	echo "-- $version"
	rm -f "$work"/alerts "$work"/metrics "$work"/*.so
	for kind in source matcher tap output tool; do
		run "$compiler" -std=c99 -O1 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror "-Wl,--version-script=$map" \
			"-I$version" "$samples/$kind.c" -o "$work/$kind-sample.so"
		run "$falco" plugin check "$work/$kind-sample.so"
		if grep -E '^P-[0-9]+ +(fail|warn|crash|hang)' "$work/out"; then exit 1; fi
	done
	touch "$work/rules"
	cat >"$work/falco.yaml" <<-YAML
		source: $work/source-sample.so
		matcher: $work/matcher-sample.so
		plugins:
		  - {library: $work/tap-sample.so}
		  - {library: $work/output-sample.so, config: {path: $work/alerts}}
		log_syslog: false
		log_stderr: true
		metrics: {enabled: true, output_file: $work/metrics}
	YAML
	run "$falco" -c "$work/falco.yaml" -r "$work/rules"
	grep -q 'saw 3 events' "$work/out" || { echo "FAILED: the tap saw something else"; cat "$work/out"; exit 1; }
	grep -q 'the sample was made' "$work/out" || { echo "FAILED: the output did not log"; cat "$work/out"; exit 1; }
	grep -q '"output.sample.sample.written":3' "$work/metrics" || { echo "FAILED: metrics"; cat "$work/metrics"; exit 1; }
	for number in 1 2 3; do echo "every_event/sample/4/1/number $number"; done | diff - "$work/alerts"
done
