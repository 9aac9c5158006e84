#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the figures of a run (bench/run.sh) against the goals, and prints one table: what is met and what is missed. What
was not measured is left out.

    bench/summary.py RESULTS
"""
import json
import sys
from pathlib import Path

# CPU time over the floor's, at most, on each trace.
OF_RULES = {"shipped rules": 1.05, "100 made rules": 1.2, "1000 made rules": 1.3, "10000 made rules": 1.5, "50000 made rules": 2.0}
OF_OTHERS = 1.15  # rules files that were named by RULES, such as the published ones
STRETCH = 0.7  # of these, on recordings

# CPU time of an output in a process of its own over that of one in falco's, at most.
OF_ISOLATION = {"batches opened_each_time": 2, "whole_way kept_open": 2}
DURABLE_A_SECOND = 50000


def goals(results):
	"""Yields what is measured, the figure, the most it may be."""
	plain = results["plain"]["subjects"]
	for name in ("one rule, its event never comes", "one rule on openat, never matches", "one rule, tried on every event"):
		yield f"{name}, CPU/floor", plain[name]["cpu_ratio_median"], 1.03
	if "gzip" in results:
		packed = results["gzip"]["subjects"]["shipped rules"]["wall_s"]
		yield "shipped rules, gzip'd over plain, wall", packed / plain["shipped rules"]["wall_s"], 1.05
	yield from goals_of_scale(results.get("scale", {}))
	for row in results.get("loading", []):
		if row["rules"] == "10000 made":
			yield "10000 rules ready to match, CPU s", row["ready_cpu_s"], 1
			yield "10000 rules ready to match, MiB", row["ready_memory_mib"], 80
	if "rule_commands" in results:
		yield "replay of a tiny trace, wall s", results["rule_commands"]["replay of a tiny trace"]["wall"], 0.06
	for key, what in (("alert_cost", "an alert"), ("wide_alert_cost", "an alert with twelve fields")):
		for form, most in (("text", 2), ("JSON", 4)):
			if key in results:
				yield f"{what} as {form}, µs of the capture thread", results[key]["us"][form], most
	if "alerts" in results:
		yield from goals_of_outputs({run["name"].replace("/iterations:1", ""): run for run in results["alerts"]})
	for kind, ratio in results.get("isolation", {}).get("ratio", {}).items():
		if kind in OF_ISOLATION:
			yield f"isolated output-file, {kind.replace('_', ' ')}, CPU/in process", ratio["CPU"], OF_ISOLATION[kind]
	yield from results.get("rule_commands", {}).get("goals", [])


def goals_of_outputs(runs):
	"""Of the runs of bench/delivery_path.cpp, by name."""
	ours, spdlog = (runs[f"{name}/repeats:5/process_time/real_time_median"]["alerts/s"]
			for name in ("to_shipped_output_file/kept_open", "spdlog_to_open_file"))
	yield "alerts to a file kept open, time/spdlog", spdlog / ours, 1
	durable = runs["through_spool/durable/process_time/real_time"]["alerts/s"]
	yield f"{DURABLE_A_SECOND} durable alerts through a spool, wall s", DURABLE_A_SECOND / durable, 1
	queued = runs["memory_of_queued"]
	yield "an alert that waits, bytes above its text", queued["bytes"] - queued["text"], 200


def goals_of_scale(scale):
	for trace, subjects in scale.get("processes", {}).items():
		for name, subject in subjects.items():
			if name != "floor" and not name.startswith("one rule") and not name.endswith("reference evaluator"):
				yield f"{name}, {trace}, CPU/floor", subject["ratio"], OF_RULES.get(name, OF_OTHERS)
				if name not in OF_RULES and trace in ("heavy", "mixed"):
					yield f"stretch: {name}, {trace}, CPU/floor", subject["ratio"], STRETCH
	for trace, subjects in scale.get("matching", {}).items():
		most, few = (subjects[f"{number} made rules"]["ns_per_event_with_rules"] for number in (10000, 100))
		yield f"matching 10000 rules, {trace}, µs", most / 1000, 1
		yield f"matching 10000 rules, {trace}, over 100", most / few, 1.5


def main():
	if len(sys.argv) != 2:
		sys.exit("usage: bench/summary.py RESULTS")
	missed = 0
	print("| goal | at most | measured | |\n|---|---:|---:|---|")
	for name, figure, most in goals(json.loads(Path(sys.argv[1]).read_text())):
		missed += figure > most
		print(f"| {name} | {most:.3g} | {figure:.2f} | {'missed' if figure > most else 'met'} |")
	print(f"\n{missed} goals are missed" if missed else "\nall goals are met")


if __name__ == "__main__":
	main()
