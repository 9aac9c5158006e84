#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Throughput, memory and alert rate. See docs/PERFORMANCE.md.
#
#   bench/run.sh [BUILD_DIR]      default: build
#
# Environment: ROUNDS (default 5) of each measurement, REPEAT (default 10), how often the recording is repeated to make
# the big trace; RULES, a rules file of yours to measure beside the shipped one; TMPDIR (default /tmp) needs 4 GB, which
# are free again at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${1:-build}
rounds=${ROUNDS:-5}
repeat=${REPEAT:-10}
results=$build/bench/results.json
work=$(mktemp -d "${TMPDIR:-/tmp}/falco-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ ! -x "$build/bench/bench-floor" ]; then
	echo "bench: $build has no benchmarks: build it with -DFALCO_BENCH=ON (make bench does)" >&2
	exit 1
fi
if [ "$(grep -c CMAKE_BUILD_TYPE:STRING=Release "$build/CMakeCache.txt")" -eq 0 ]; then
	echo "bench: $build is no release build: the figures say little" >&2
fi

echo "bench: repeating tests/traces/heavy.scap $repeat times" >&2
events=$("$build/bench/bench-make-trace" tests/traces/heavy.scap "$work/big.scap" "$repeat")
echo "bench: load of the machine: $(cut -d' ' -f1-3 /proc/loadavg), processors: $(nproc)" >&2

rm -f "$results"
bench/measure.py --build "$build" --trace "$work/big.scap" --events "$events" --rounds "$rounds" \
	--name plain --results "$results"
echo
echo "Commands on rules"
echo
bench/rule_commands.py --build "$build" --trace "$work/big.scap" --results "$results"
echo "bench: packing the trace" >&2
gzip -1 "$work/big.scap"
bench/measure.py --build "$build" --trace "$work/big.scap.gz" --events "$events" --rounds "$(((rounds + 1) / 2))" \
	--name gzip --results "$results"
rm "$work/big.scap.gz"

echo
echo "How the cost grows with the rules"
echo
make_trace() { # NAME FROM REPEAT
	"$build/bench/bench-make-trace" "$2" "$work/$1.scap" "$3" >/dev/null
}
"$build/bench/bench-generate-trace" all "$work/all.scap.gz"
"$build/bench/bench-generate-trace" relevant "$work/relevant.scap.gz"
make_trace heavy tests/traces/heavy.scap "$(((repeat + 3) / 4))"
make_trace mixed tests/traces/mixed.scap "$((repeat * 2))"
make_trace generated "$work/all.scap.gz" "$repeat"
make_trace generated-relevant "$work/relevant.scap.gz" "$repeat"
more=()
[ -z "${RULES:-}" ] || more=(--rules "$(basename "$RULES")" "$RULES")
bench/scale.py --build "$build" "${more[@]}" --tiny tests/traces/acts.scap --rounds "$rounds" --results "$results" \
	--plot "$build/bench/scale.svg" --trace heavy "$work/heavy.scap" --trace mixed "$work/mixed.scap" \
	--trace "generated, all" "$work/generated.scap" --trace "generated, relevant" "$work/generated-relevant.scap"
echo
echo "What an alert takes of the capture thread"
echo
bench/alerts.py --build "$build" --trace "$work/mixed.scap" --rounds "$rounds" --results "$results"
rm "$work"/*.scap

echo
echo "An event that no rule is about, and one look-up in each kind of index, by the number of constants"
echo
"$build/bench/bench-indexes" --benchmark_out="$work/indexes.json" --benchmark_out_format=json

echo
echo "A million alerts through one output, and the parts of an alert's way"
echo
TMPDIR=$work "$build/bench/bench-alert-path" --benchmark_enable_random_interleaving=true --benchmark_out="$work/alerts.json" --benchmark_out_format=json
python3 - "$results" "$work/alerts.json" "$work/indexes.json" <<-'PYTHON'
	import json, sys
	results, alerts, indexes = sys.argv[1:]
	everything = json.load(open(results))
	everything["alerts"] = json.load(open(alerts))["benchmarks"]
	everything["indexes"] = json.load(open(indexes))["benchmarks"]
	json.dump(everything, open(results, "w"), indent=2)
PYTHON
echo
echo "Alerts to output-file, in falco's process and in one of its own (isolation: process): batches of 256, and the whole way"
echo
TMPDIR=$work "$build/bench/bench-isolation" --benchmark_enable_random_interleaving=true --benchmark_out="$work/isolation.json" --benchmark_out_format=json
python3 - "$results" "$work/isolation.json" <<-'PYTHON'
	import json, sys
	results, isolation = sys.argv[1:]
	everything = json.load(open(results))
	runs = json.load(open(isolation))["benchmarks"]
	medians = {tuple(run["run_name"].split("/")[:2]): run for run in runs if run.get("aggregate_name") == "median"}
	ratio = {}
	for what, kind in (("batches", "opened_each_time"), ("batches", "kept_open"), ("whole_way", "kept_open")):
	    own, within = medians[what, f"{kind}_isolated"], medians[what, f"{kind}_in_process"]
	    one = {name: own[key] / within[key] for name, key in (("CPU", "cpu_us/alert"), ("time", "real_time"))}
	    ratio[f"{what} {kind}"] = one
	    print(f"{what}, {kind}, in a process of its own: {one['CPU']:.2f} times the CPU time of all processes, "
	          f"{one['time']:.2f} times the time")
	everything["isolation"] = {"runs": runs, "ratio": ratio}
	json.dump(everything, open(results, "w"), indent=2)
PYTHON
if [ -x "$build/bench/bench-fleet" ]; then
	echo
	echo "Several falcos, one Kafka topic"
	echo
	for falcos in 1 3; do TMPDIR=$work "$build/bench/bench-fleet" $falcos; done
fi
echo
echo "Reading and checking rules (falco -V)"
echo
bench/load_rules.py --build "$build" --results "$results"
echo
echo "Allocations of a replay for its events, outside sinsp::next"
echo
bench/allocations.py --build "$build" || true # tells what is too much
echo
echo "The goals"
echo
bench/summary.py "$results"
echo
echo "bench: all figures are in $results, the plot in $build/bench/scale.svg" >&2
