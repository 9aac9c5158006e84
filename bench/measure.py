#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures falco against the floor, as whole processes, and prints a table.

Each round runs every subject once, in turn, so that what else the machine does falls on all of them alike. CPU time is
the kernel's account of the process (user and system, all threads), memory its peak resident set. Two ratios to the
floor are shown: "median" is the median of the rounds' own ratios, "least" compares the least CPU time of all rounds,
which is what remains on a machine that others use as well.
"""
import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def subjects(build, trace):
	"""Name, command and what it is compared with."""
	falco = [str(build / "falco"), "-c", str(HERE / "falco.yaml"), "-e", trace, "-r"]
	return {
		"floor": [str(build / "bench" / "bench-floor"), trace],
		"one rule, its event never comes": falco + [str(HERE / "absent.yaml")],
		"one rule on openat, never matches": falco + [str(HERE / "never.yaml")],
		"one rule, tried on every event": falco + [str(HERE / "every_event.yaml")],
		"shipped rules": falco + [str(HERE.parent / "rules" / "falco_rules.yaml")],
	}


def run(command):
	"""Runs a command with its output thrown away; its seconds, CPU seconds and peak memory."""
	null = os.open(os.devnull, os.O_WRONLY)
	begun = time.monotonic()
	child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
	_, status, usage = os.wait4(child, 0)
	wall = time.monotonic() - begun
	os.close(null)
	if status != 0:
		sys.exit(f"bench: FAILED: {' '.join(command)}: ended with {os.waitstatus_to_exitcode(status)}")
	return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss}


def measure(commands, rounds):
	runs = {name: [] for name in commands}
	for command in commands.values():  # once for the page cache; not counted
		run(command)
	names = list(commands)
	for number in range(rounds):
		first = number % len(names)
		for name in names[first:] + names[:first]:
			runs[name].append(run(commands[name]))
	return runs


def summarise(runs, events):
	floor = runs["floor"]
	result = {}
	for name, own in runs.items():
		median = {key: statistics.median(one[key] for one in own) for key in own[0]}
		result[name] = {
			**median,
			"events_per_s": events / median["wall_s"],
			"cpu_ratio_median": statistics.median(a["cpu_s"] / b["cpu_s"] for a, b in zip(own, floor)),
			"cpu_ratio_least": min(one["cpu_s"] for one in own) / min(one["cpu_s"] for one in floor),
			"peak_above_floor_mib": statistics.median((a["peak_kib"] - b["peak_kib"]) / 1024 for a, b in zip(own, floor)),
			"runs": own,
		}
	return result


def print_table(title, result):
	print(f"\n{title}\n")
	print(f"| {'':<33} | events/s |  wall s |   CPU s | CPU/floor, median | least | peak MiB | above floor |")
	print(f"|{'-' * 35}|---------:|--------:|--------:|------------------:|------:|---------:|------------:|")
	for name, row in result.items():
		print(f"| {name:<33} | {row['events_per_s'] / 1e6:6.2f} M | {row['wall_s']:7.2f} | {row['cpu_s']:7.2f} "
		      f"| {row['cpu_ratio_median']:17.3f} | {row['cpu_ratio_least']:5.3f} | {row['peak_kib'] / 1024:8.1f} "
		      f"| {row['peak_above_floor_mib']:+11.1f} |")


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--trace", required=True)
	parser.add_argument("--events", type=int, required=True, help="how many the trace holds")
	parser.add_argument("--rounds", type=int, default=5)
	parser.add_argument("--name", required=True, help="what the trace is called in the results")
	parser.add_argument("--results", type=Path, required=True, help="JSON file to add the results to")
	options = parser.parse_args()

	runs = measure(subjects(options.build.resolve(), options.trace), options.rounds)
	result = summarise(runs, options.events)
	print_table(f"{options.name} trace, {options.events} events, medians of {options.rounds} rounds", result)

	everything = json.loads(options.results.read_text()) if options.results.exists() else {}
	everything[options.name] = {"events": options.events, "rounds": options.rounds, "subjects": result}
	options.results.write_text(json.dumps(everything, indent=2) + "\n")


if __name__ == "__main__":
	main()
