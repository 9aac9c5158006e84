#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions that matching takes in replays that are always the same, and compares them with the figures in
instructions.json: a measure that no other work on the machine disturbs. Fails when a figure is more than the tolerance
away, in either direction: with --update the new figures are written down instead.

    bench/count_instructions.py --build build [--update]

Callgrind counts what happens below GraphEvaluator::evaluate, so reading the trace and loading rules are not in it.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "instructions.json"
TOLERANCE = 0.05  # another compiler's release changes less


def count(build, folder, rules):
	"""Instructions for each event of the recording that has rules."""
	log, tool = Path(folder) / "callgrind.out", build / "bench" / "bench-matching"
	finished = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={log}", "--collect-atstart=no",
				   "--toggle-collect=falco::matcher::GraphEvaluator::evaluate*",
				   tool, HERE.parent / "tests" / "traces" / "mixed.scap", rules],
				  capture_output=True, text=True)
	if finished.returncode != 0:
		sys.exit(f"count_instructions: FAILED: {finished.stderr}")
	total = int(re.search(r"^(?:summary|totals): (\d+)", log.read_text(), re.MULTILINE).group(1))
	return total / json.loads(finished.stdout)["events_with_rules"]


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--update", action="store_true", help="write the figures down")
	options = parser.parse_args()
	with tempfile.TemporaryDirectory() as folder:
		made = Path(folder) / "made.yaml"
		with open(made, "w") as rules:
			subprocess.run([HERE / "make_rules.py", "300"], stdout=rules, check=True)
		files = {"shipped rules": HERE.parent / "rules" / "falco_rules.yaml", "300 made rules": made}
		found = {name: round(count(options.build.resolve(), folder, path)) for name, path in files.items()}
	if options.update:
		FIGURES.write_text(json.dumps(found, indent=2) + "\n")
		return
	expected = json.loads(FIGURES.read_text())
	bad = False
	for name, figure in found.items():
		change = figure / expected[name] - 1
		print(f"{name}: {figure} instructions an event, {change:+.1%} from {expected[name]}")
		bad = bad or abs(change) > TOLERANCE
	if bad:
		sys.exit(f"count_instructions: FAILED: more than {TOLERANCE:.0%} away; if that is meant, run "
			 f"bench/count_instructions.py --build {options.build} --update and commit {FIGURES.name}")


if __name__ == "__main__":
	main()
