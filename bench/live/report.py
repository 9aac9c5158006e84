#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what bench/live/measure.sh found, a column an engine: report.py RESULTS_DIR ENGINE..."""
import sys
from pathlib import Path
from statistics import median

TICKS_PER_SECOND = 100  # of the guest's kernel


def figures(path):
	lines = [line.split("=", 1) for line in path.read_text().splitlines() if "=" in line]
	found = {}
	for name, value in lines:
		found.setdefault(name, []).append(float(value))
	return found


def rows(found):
	one = lambda name: median(found[name]) # of the rounds, or of the one figure there is
	yield "falco, calls/s without a drop", f"{one('falco_calls_per_s'):,.0f}"
	yield "next() only, calls/s without a drop", f"{one('floor_calls_per_s'):,.0f}"
	yield "ratio", f"{one('falco_calls_per_s') / one('floor_calls_per_s'):.2f}"
	yield "ratio in each round", " ".join(f"{falco / floor:.2f}" for falco, floor in
	                                      zip(found["falco_calls_per_s"], found["floor_calls_per_s"]))
	percent = lambda name: one(name) / (10 * TICKS_PER_SECOND) * 100
	yield "falco, CPU at 5,000 events/s", f"{percent('falco_ticks_in_10s'):.1f} %"
	yield "next() only, CPU at 5,000 events/s", f"{percent('floor_ticks_in_10s'):.1f} %"
	yield "system call to alert on disk, median", f"{one('latency_median_ms'):.1f} ms"
	yield "the same, 99th percentile", f"{one('latency_p99_ms'):.1f} ms"
	yield "probes without an alert", f"{one('latency_missing'):.0f} of {one('latency_probes'):.0f}"
	yield "memory at the start", f"{one('memory_start_kib') / 1024:.1f} MiB"
	calls = 0
	for part, made in enumerate(found["memory_calls"], 1):
		calls += made
		yield (f"after {2 * calls:,.0f} events, {5000 * part:,} processes",
		       f"{one(f'memory_{part}_kib') / 1024:.1f} MiB")


def main():
	folder, engines = Path(sys.argv[1]), sys.argv[2:]
	columns = {engine: list(rows(figures(folder / engine / "figures"))) for engine in engines}
	for engine, column in columns.items():
		print(f"\n{engine}\n")
		width = max(len(name) for name, _ in column)
		for name, value in column:
			print(f"  {name:<{width}}  {value:>16}")


main()
