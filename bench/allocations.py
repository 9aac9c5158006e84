#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the allocations that a replay makes for its events outside libsinsp's own sinsp::next, by heaptrack; prints where
they are made, and fails when there are more than --most for 100,000 events. What is made once for a text, a process or a
type of event is among them; loading and binding rules is not.

    bench/allocations.py --build build [--most 2000]
"""
import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRACE = HERE.parent / "tests" / "traces" / "heavy.scap"

# Parts of an event's way, by a function in the stack; the first that is found counts.
PARTS = {"matching": "GraphEvaluator::evaluate", "reading ahead": "TraceReader::read_all", "source": "(source_scapfile.cpp)",
	 "alerts": "CaptureLoop::emit"}
NOT_FOR_EVENTS = ("sinsp::next(", "bind (", "start (source_scapfile.cpp)", "ScapFile (source_scapfile.cpp)")


def part_of(stack):
	"""Of a replay's allocation; None: it is not made for an event outside sinsp::next."""
	if any(function in stack for function in NOT_FOR_EVENTS):
		return None
	if "CaptureLoop::run_capture" not in stack and PARTS["reading ahead"] not in stack:
		return None
	return next((part for part, function in PARTS.items() if function in stack), "the rest")


def run(*command):
	finished = subprocess.run(list(map(str, command)), capture_output=True, text=True)
	if finished.returncode != 0:
		sys.exit(f"allocations: FAILED: {command[0]}: {finished.stderr}")
	return finished.stdout


def count(build, folder, rules):
	"""Allocations by part."""
	data, stacks = folder / "heaptrack", folder / "stacks"
	run("heaptrack", "-o", data, build / "falco", "-c", HERE / "falco.yaml", "-r", rules, "-e", TRACE)
	run("heaptrack_print", "-f", next(folder.glob("heaptrack*")), "-F", stacks, "--flamegraph-cost-type", "allocations",
	    "-p", "0", "-a", "0", "-T", "0", "-l", "0")
	found = Counter({part: 0 for part in (*PARTS, "the rest")})
	for line in stacks.read_text().splitlines():
		stack, number = line.rsplit(" ", 1)
		if part := part_of(stack):
			found[part] += int(number)
	return found


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--most", type=int, default=2000, help="for 100,000 events")
	options = parser.parse_args()
	build, bad = options.build.resolve(), False
	print(f"| rules | {' | '.join(PARTS)} | the rest | for 100,000 events |\n|---|{'---:|' * (len(PARTS) + 2)}")
	for name in ("shipped", 10000):
		with tempfile.TemporaryDirectory() as folder:
			rules = HERE.parent / "rules" / "falco_rules.yaml"
			if name != "shipped":
				rules = Path(folder) / "made.yaml"
				rules.write_text(run(HERE / "make_rules.py", name))
			events = json.loads(run(build / "bench" / "bench-matching", "--longest=inf", TRACE, rules))["events"]
			found = count(build, Path(folder), rules)
		figure = sum(found.values()) * 100000 / events
		bad = bad or figure > options.most
		print(f"| {name} | {' | '.join(map(str, found.values()))} | {figure:.0f} |", flush=True)
	if bad:
		sys.exit(f"allocations: FAILED: more than {options.most} for 100,000 events")


if __name__ == "__main__":
	main()
