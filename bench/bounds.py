#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What bounds a replay: where its instructions go, for each event of a trace, beside the floor's. Callgrind counts them, so
that no other work on the machine disturbs; it models the caches as well: a miss is one of a cache of 1 MiB, which stands
for a processor's own.

    bench/bounds.py --build build [--trace NAME FILE]... [--rules NAME FILE]...

Without --trace: the generated trace of relevant calls. Without --rules: the shipped rules and 100, 1,000 and 10,000 made ones.
"""
import argparse
import re
import tempfile
from pathlib import Path

from count_instructions import ALERTING, HERE, MATCHING, READING, run

NEXT = ["sinsp::next*"]
REPEAT = 3  # of the generated trace, so that what is done once for each name counts less
READER = ["falco::scapfile::TraceReader::run*"]


def count(folder, functions, *command):
	"""Instructions and cache misses below the functions, and what the program printed."""
	log = folder / "callgrind.out"
	finished = run("valgrind", "--tool=callgrind", f"--callgrind-out-file={log}", "--collect-atstart=no", "--cache-sim=yes",
		       "--LL=1048576,16,64", *(f"--toggle-collect={function}" for function in functions), *command)
	text = log.read_text()
	names = re.search(r"^events: (.*)", text, re.MULTILINE).group(1).split()
	figures = re.search(r"^(?:summary|totals): (.*)", text, re.MULTILINE).group(1).split()
	found = dict(zip(names, map(int, figures)))
	return found["Ir"], found.get("ILmr", 0) + found.get("DLmr", 0) + found.get("DLmw", 0), finished.stdout


def describe(build, folder, trace, rules):
	"""A table's row: what is done for each event, by part."""
	events = int(run(build / "bench" / "bench-floor", trace).stdout)
	if rules is None:
		return [count(folder, NEXT, build / "bench" / "bench-floor", trace)[:2]] + [(0, 0)] * 4, events
	falco = build / "falco", "-c", HERE / "falco.yaml", "-r", rules, "-e", trace
	return [count(folder, functions, *falco)[:2] for functions in (NEXT, READING, MATCHING, ALERTING, READER)], events


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--trace", nargs=2, action="append", default=[], metavar=("NAME", "FILE"))
	parser.add_argument("--rules", nargs=2, action="append", default=[], metavar=("NAME", "FILE"))
	options = parser.parse_args()
	build = options.build.resolve()
	with tempfile.TemporaryDirectory() as name:
		folder = Path(name)
		traces, files = options.trace, options.rules
		if not traces:
			packed, plain = folder / "relevant.scap.gz", folder / "relevant.scap"
			run(build / "bench" / "bench-generate-trace", "relevant", packed)
			run(build / "bench" / "bench-make-trace", packed, plain, str(REPEAT))
			traces = [("generated, relevant", plain)]
		if not files:
			files = [("shipped rules", HERE.parent / "rules" / "falco_rules.yaml")]
			for number in (100, 1000, 10000):
				path = folder / f"{number}.yaml"
				path.write_text(run(HERE / "make_rules.py", number).stdout)
				files.append((f"{number:,} made rules", path))
		for trace_name, trace in traces:
			print(f"\nInstructions (and cache misses) for each event of the trace: {trace_name}\n")
			print("| rules | sinsp::next | source and host | matching | alerts | reading thread | all |\n|---|" + "---:|" * 6)
			for rules_name, rules in [("floor", None), *files]:
				parts, events = describe(build, folder, trace, rules)
				if rules is not None:
					parts[1] = tuple(whole - own for whole, own in zip(parts[1], parts[0]))
				parts.append(tuple(map(sum, zip(*parts))))
				print(f"| {rules_name} | " + " | ".join(f"{ir / events:,.0f} ({missed / events:.2f})" for ir, missed in parts) +
				      " |", flush=True)


if __name__ == "__main__":
	main()
