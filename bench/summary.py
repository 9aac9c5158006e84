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


def goals(results):
	"""Yields what is measured, the figure, the most it may be."""
	plain = results["plain"]["subjects"]
	yield "one rule on openat, CPU/floor", plain["one rule on openat, never matches"]["cpu_ratio_median"], 1.03
	yield ("stretch: one rule, its event never comes, CPU/floor",
	       plain["one rule, its event never comes"]["cpu_ratio_median"], 0.7)
	if "gzip" in results:
		packed = results["gzip"]["subjects"]["shipped rules"]["wall_s"]
		yield "shipped rules, gzip'd over plain, wall", packed / plain["shipped rules"]["wall_s"], 1.05
	yield from goals_of_scale(results.get("scale", {}))
	for row in results.get("loading", []):
		if row["rules"] == "10000 made":
			yield "loading 10000 rules, CPU s", row["cpu_s"], 1
			yield "loading 10000 rules, MiB", row["memory_mib"], 80
	if "rule_commands" in results:
		yield "replay of a tiny trace, wall s", results["rule_commands"]["replay of a tiny trace"]["wall"], 0.06
	for form, most in (("text", 2), ("JSON", 4)):
		if "alert_cost" in results:
			yield f"an alert as {form}, µs of the capture thread", results["alert_cost"]["us"][form], most
	yield from results.get("rule_commands", {}).get("goals", [])


def goals_of_scale(scale):
	for trace, subjects in scale.get("processes", {}).items():
		for name, subject in subjects.items():
			if name != "floor" and not name.startswith("one rule") and not name.endswith("reference evaluator"):
				yield f"{name}, {trace}, CPU/floor", subject["ratio"], OF_RULES.get(name, OF_OTHERS)
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
