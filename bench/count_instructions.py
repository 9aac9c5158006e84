#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions that parts of a replay take, in replays that are always the same, and compares them with the
figures in instructions.json: a measure that no other work on the machine disturbs. Fails when a figure is more than the
tolerance away, in either direction: with --update the new figures are written down instead.

    bench/count_instructions.py --build build [--update]

Callgrind counts what happens below the functions that are named with each part: matching an event that has rules, reading
an event (the source's thread that reads ahead is not in it), and what an alert takes of the capture thread once a rule
matched, the values of its fields included.
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
OF_ALERTS = 0.15  # how often the output's thread has to be woken is not always the same
MATCHING = ["falco::matcher::GraphEvaluator::evaluate*"]
READING = ["falco::host::Source::next*"]
ALERTING = ["falco::matcher::FieldExtractor::extract*", "falco::host::CaptureLoop::emit*"]


def run(*command):
	finished = subprocess.run(list(map(str, command)), capture_output=True, text=True)
	if finished.returncode != 0:
		sys.exit(f"count_instructions: FAILED: {command[0]}: {finished.stderr}")
	return finished


def count(folder, functions, *command):
	"""Instructions below the functions, and the program that has run."""
	log = folder / "callgrind.out"
	finished = run("valgrind", "--tool=callgrind", f"--callgrind-out-file={log}", "--collect-atstart=no",
		       *(f"--toggle-collect={function}" for function in functions), *command)
	return int(re.search(r"^(?:summary|totals): (\d+)", log.read_text(), re.MULTILINE).group(1)), finished


class Replays:
	"""Instructions for each event or alert of a replay."""

	def __init__(self, build, folder):
		self.build, self.folder = build, folder

	def matching(self, trace, rules):
		total, finished = count(self.folder, MATCHING, self.build / "bench" / "bench-matching", "--longest=inf", trace, rules)
		return total / json.loads(finished.stdout)["events_with_rules"]

	def reading(self, trace, rules):
		events = json.loads(run(self.build / "bench" / "bench-matching", "--longest=inf", trace, rules).stdout)["events"]
		return count(self.folder, READING, *self.falco(trace, rules))[0] / events

	def alerting(self, trace, rules):
		total, finished = count(self.folder, ALERTING, *self.falco(trace, rules))
		return total / int(re.search(r"^Events detected: (\d+)", finished.stdout, re.MULTILINE).group(1))

	def falco(self, trace, rules):
		return self.build / "falco", "-c", HERE / "falco.yaml", "-r", rules, "-e", trace


def measure(build, folder):
	"""All figures, by name."""
	mixed, relevant = HERE.parent / "tests" / "traces" / "mixed.scap", folder / "relevant.scap.gz"
	shipped, made = HERE.parent / "rules" / "falco_rules.yaml", folder / "made.yaml"
	made.write_text(run(HERE / "make_rules.py", 300).stdout)
	run(build / "bench" / "bench-generate-trace", "relevant", relevant)
	replays = Replays(build, folder)
	found = {"matching, shipped rules": replays.matching(mixed, shipped),
		 "matching, 300 made rules": replays.matching(mixed, made),
		 "matching, shipped rules, relevant trace": replays.matching(relevant, shipped),
		 "matching, 300 made rules, relevant trace": replays.matching(relevant, made),
		 "reading": replays.reading(mixed, shipped),
		 "reading, relevant trace": replays.reading(relevant, shipped),
		 "an alert": replays.alerting(mixed, HERE / "alerts.yaml"),
		 "an alert, twelve fields": replays.alerting(mixed, HERE / "wide_alerts.yaml")}
	return {name: round(figure) for name, figure in found.items()}


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--update", action="store_true", help="write the figures down")
	options = parser.parse_args()
	with tempfile.TemporaryDirectory() as folder:
		found = measure(options.build.resolve(), Path(folder))
	if options.update:
		FIGURES.write_text(json.dumps(found, indent=2) + "\n")
		return
	expected = json.loads(FIGURES.read_text())
	bad = found.keys() != expected.keys()
	for name, figure in found.items():
		change = figure / expected[name] - 1 if name in expected else 0
		print(f"{name}: {figure} instructions, " +
		      (f"{change:+.1%} from {expected[name]}" if name in expected else "which are not written down"))
		bad = bad or abs(change) > (OF_ALERTS if name.startswith("an alert") else TOLERANCE)
	if bad:
		sys.exit(f"count_instructions: FAILED: more than {TOLERANCE:.0%} away (an alert: {OF_ALERTS:.0%}); if that is meant, run "
			 f"bench/count_instructions.py --build {options.build} --update and commit {FIGURES.name}")


if __name__ == "__main__":
	main()
