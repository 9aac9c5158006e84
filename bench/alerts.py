#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an alert takes of the capture thread, from the moment a rule matched on, the values of its fields included: replays
with many alerts, as text and as JSON, against the same replay without any. Prints a table and adds the figures to a file
of results.

The capture thread is falco's main one. Its CPU time is read when the process has ended and nobody has waited for it yet.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
JSON = ["-o", "json_output=true", "-o", "json_include_output_fields_property=true"]


def main_thread_seconds(command):
	"""CPU seconds of a process's main thread; its output is thrown away."""
	process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
	os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
	nanoseconds = int(Path(f"/proc/{process.pid}/task/{process.pid}/schedstat").read_text().split()[0])
	if process.wait() != 0:
		sys.exit(f"alerts: FAILED: {' '.join(command)}")
	return nanoseconds / 1e9


def measure(options, loud):
	"""What an alert of these rules takes, and of what it was found out."""
	with tempfile.TemporaryDirectory() as folder:
		silent = Path(folder) / "silent.yaml"
		silent.write_text(loud.read_text().replace("evt.dir = <", "evt.dir = < and proc.name = nosuchprogram"))
		falco = [str(options.build.resolve() / "falco"), "-c", str(HERE / "falco.yaml"), "-e", options.trace, "-r"]
		commands = {"none": [*falco, str(silent)], "text": [*falco, str(loud)], "JSON": [*falco, str(loud), *JSON]}
		printed = subprocess.run(commands["text"], capture_output=True, text=True, check=True).stdout
		alerts = int(re.search(r"^Events detected: (\d+)", printed, re.MULTILINE).group(1))
		rounds = [{name: main_thread_seconds(command) for name, command in commands.items()}
			  for _ in range(options.rounds)]
	figures = {form: statistics.median(one[form] - one["none"] for one in rounds) / alerts * 1e6 for form in ("text", "JSON")}
	return {"alerts": alerts, "rounds": rounds, "us": figures}


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--build", type=Path, required=True, help="build folder")
	parser.add_argument("--trace", required=True)
	parser.add_argument("--rounds", type=int, default=5)
	parser.add_argument("--results", type=Path, required=True, help="JSON file to add the results to")
	options = parser.parse_args()

	everything = json.loads(options.results.read_text()) if options.results.exists() else {}
	print("| an alert | µs of the capture thread |\n|---|---:|")
	for name, key, rules in (("with five fields", "alert_cost", "alerts.yaml"),
				 ("with twelve, numbers among them", "wide_alert_cost", "wide_alerts.yaml")):
		everything[key] = cost = measure(options, HERE / rules)
		for form, figure in cost["us"].items():
			print(f"| {name}, as {form} | {figure:.2f} |")
	options.results.write_text(json.dumps(everything, indent=2) + "\n")


if __name__ == "__main__":
	main()
