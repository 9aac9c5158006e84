#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How falco's cost grows with the number of rules: whole processes against the floor, on several traces; what matching
alone costs an event; and loading. Prints tables, adds the figures to a file of results and draws a plot.

Each round runs every subject once, in turn, and a ratio compares runs of the same round. What starting and loading
rules costs is measured with a trace of a few events and taken off both sides. Where there are so many rules that the
noise of loading them is more than a replay, the traces are repeated.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from measure import run

HERE = Path(__file__).resolve().parent
MANY = 1000  # with more rules the traces are repeated
REFERENCE = ("shipped rules", "100 made rules")  # what the reference evaluator is measured with


def make_rules(folder, numbers, more):
	"""Rules files by what they are called, with their number of rules. `more`: pairs of a name and a file."""
	files = {"one rule, never matches": (1, HERE / "never.yaml"), "shipped rules": (None, HERE.parent / "rules" / "falco_rules.yaml")}
	files.update({name: (None, Path(path)) for name, path in more})
	for number in numbers:
		path = folder / f"{number}.yaml"
		with open(path, "w") as rules:
			subprocess.run([HERE / "make_rules.py", str(number)], stdout=rules, check=True)
		files[f"{number} made rules"] = (number, path)
	return files


def commands(build, trace, files):
	falco = [str(build / "falco"), "-c", str(HERE / "falco.yaml"), "-e", str(trace), "-r"]
	result = {"floor": [str(build / "bench" / "bench-floor"), str(trace)]}
	result.update({name: falco + [str(path)] for name, (_, path) in files.items()})
	# libsinsp's own filters, one rule after the other: more rules would take hours.
	reference = [*falco[:1], "-c", str(HERE / "reference.yaml"), *falco[3:]]
	for name in REFERENCE:
		if name in files:
			result[f"{name}, reference evaluator"] = reference + [str(files[name][1])]
	return result


def measure_trace(build, trace, tiny, files, rounds):
	"""Ratios to the floor, by subject."""
	whole, start = commands(build, trace, files), commands(build, tiny, files)
	for command in whole.values():
		run(command)  # once for the page cache; not counted
	runs = {name: [] for name in whole}
	for _ in range(rounds):
		for name in whole:
			begun, ended = run(start[name]), run(whole[name])
			runs[name].append({**ended, "start_cpu_s": begun["cpu_s"], "replay_cpu_s": ended["cpu_s"] - begun["cpu_s"]})
	result = {}
	for name, own in runs.items():
		ratios = [a["replay_cpu_s"] / b["replay_cpu_s"] for a, b in zip(own, runs["floor"])]
		result[name] = {"ratio": statistics.median(ratios), "ratio_least": min(one["replay_cpu_s"] for one in own)
				/ min(one["replay_cpu_s"] for one in runs["floor"]),
				"cpu_s": statistics.median(one["cpu_s"] for one in own),
				"start_cpu_s": statistics.median(one["start_cpu_s"] for one in own),
				"peak_mib": statistics.median(one["peak_kib"] for one in own) / 1024, "runs": own}
	return result


def measure_many(build, trace, tiny, files, rounds, times):
	"""The same with a trace that is repeated, which is removed again. Without the floor's own row."""
	with tempfile.TemporaryDirectory(dir=Path(trace).parent) as folder:
		longer = Path(folder) / "longer.scap"
		subprocess.run([build / "bench" / "bench-make-trace", trace, longer, str(times)], stdout=subprocess.DEVNULL, check=True)
		result = measure_trace(build, longer, tiny, files, rounds)
	del result["floor"]
	return result


def measure_matching(build, trace, files, rounds):
	"""What the evaluator alone costs, by rules file: of each figure the median."""
	tool = str(build / "bench" / "bench-matching")
	result = {}
	for name, (_, path) in files.items():
		runs = [json.loads(subprocess.run([tool, str(trace), str(path)], stdout=subprocess.PIPE, check=True).stdout)
			for _ in range(rounds)]
		result[name] = {key: statistics.median(one[key] for one in runs) for key in runs[0]}
	return result


def print_ratios(by_trace):
	names = next(iter(by_trace.values()))
	print("CPU time over the floor's, starting taken off both; medians\n")
	print("| rules | " + " | ".join(by_trace) + " | starting, CPU s | peak MiB |")
	print("|---|" + "---:|" * (len(by_trace) + 2))
	for name in names:
		rows = [of[name] for of in by_trace.values()]
		print(f"| {name} | " + " | ".join(f"{row['ratio']:.2f}" for row in rows) +
		      f" | {statistics.median(row['start_cpu_s'] for row in rows):.2f} | {max(row['peak_mib'] for row in rows):.0f} |")


def print_matching(by_trace):
	print("\nMatching alone: ns for each event that has rules\n")
	print("| rules | " + " | ".join(by_trace) + " |")
	print("|---|" + "---:|" * len(by_trace))
	for name in next(iter(by_trace.values())):
		print(f"| {name} | " + " | ".join(f"{of[name]['ns_per_event_with_rules']:.0f}" for of in by_trace.values()) + " |")


def draw(by_trace, files, path):
	"""Cost against number of rules, both axes logarithmic."""
	width, height, left, top, right, bottom = 670, 400, 60, 30, 160, 50
	numbers = [number for number, _ in files.values() if number]
	# What cannot be told from the noise has no place on a logarithmic axis.
	drawn = {trace: [(number, of[name]["ratio"]) for name, (number, _) in files.items() if number and of[name]["ratio"] > 0]
		 for trace, of in by_trace.items()}
	ratios = [ratio for points in drawn.values() for _, ratio in points]
	lowest, highest = min(0.9, min(ratios) / 1.1), max(2.0, max(ratios) * 1.1)

	def x(number):
		return left + (width - left - right) * math.log(number / min(numbers)) / math.log(max(numbers) / min(numbers))

	def y(ratio):
		return height - bottom - (height - top - bottom) * math.log(ratio / lowest) / math.log(highest / lowest)

	out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
	       '<rect width="100%" height="100%" fill="white"/>',
	       f'<text x="{left}" y="18">CPU time over the floor\'s, by number of rules</text>']
	for number in numbers:
		out.append(f'<line x1="{x(number):.0f}" y1="{top}" x2="{x(number):.0f}" y2="{height - bottom}" stroke="#ddd"/>')
		out.append(f'<text x="{x(number):.0f}" y="{height - bottom + 18}" text-anchor="middle">{number}</text>')
	for ratio in (0.2, 0.3, 0.5, 0.7, 1.0, 1.2, 1.5, 2, 3, 5, 10, 20, 50):
		if lowest <= ratio <= highest:
			out.append(f'<line x1="{left}" y1="{y(ratio):.0f}" x2="{width - right}" y2="{y(ratio):.0f}" stroke="#ddd"/>')
			out.append(f'<text x="{left - 8}" y="{y(ratio) + 4:.0f}" text-anchor="end">{ratio:g}</text>')
	for (trace, of), colour in zip(drawn.items(), ("#1f77b4", "#d62728", "#2ca02c", "#9467bd")):
		points = [(x(number), y(ratio)) for number, ratio in of]
		out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="' +
			   " ".join(f"{a:.0f},{b:.0f}" for a, b in points) + '"/>')
		place = top + 16 + 18 * list(by_trace).index(trace)
		out.append(f'<text x="{width - right + 12}" y="{place}" fill="{colour}">{trace}</text>')
	out.append("</svg>")
	path.write_text("\n".join(out) + "\n")


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--trace", nargs=2, action="append", metavar=("NAME", "FILE"), required=True)
	parser.add_argument("--tiny", required=True, help="a trace of a few events")
	parser.add_argument("--rules", nargs=2, action="append", default=[], metavar=("NAME", "FILE"), help="rules to measure, too")
	parser.add_argument("--numbers", type=int, nargs="+", default=[100, 1000, 10000, 50000], help="of made rules")
	parser.add_argument("--rounds", type=int, default=3)
	parser.add_argument("--longer", type=int, default=25, help=f"how often a trace is repeated for more than {MANY} rules")
	parser.add_argument("--results", type=Path, required=True, help="JSON file to add the results to")
	parser.add_argument("--plot", type=Path, required=True, help="SVG file to write")
	options = parser.parse_args()
	build = options.build.resolve()

	with tempfile.TemporaryDirectory() as folder:
		files = make_rules(Path(folder), options.numbers, options.rules)
		many = {name: file for name, file in files.items() if (file[0] or 0) > MANY}
		few = {name: file for name, file in files.items() if name not in many}
		ratios = {name: measure_trace(build, trace, options.tiny, few, options.rounds) for name, trace in options.trace}
		for name, trace in options.trace if many else []:
			ratios[name].update(measure_many(build, trace, options.tiny, many, options.rounds, options.longer))
		print_ratios(ratios)
		matching = {name: measure_matching(build, trace, files, options.rounds) for name, trace in options.trace}
		print_matching(matching)
		draw(ratios, files, options.plot)
	everything = json.loads(options.results.read_text()) if options.results.exists() else {}
	everything["scale"] = {"rounds": options.rounds, "processes": ratios, "matching": matching}
	options.results.write_text(json.dumps(everything, indent=2) + "\n")


if __name__ == "__main__":
	main()
