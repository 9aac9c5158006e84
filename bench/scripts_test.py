#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the scripts of the measurements make of figures: no measurement is made here."""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import scale
import summary

HERE = Path(__file__).resolve().parent


def subjects(**ratios):
	return {name.replace("_", " "): {"ratio": ratio} for name, ratio in ratios.items()}


class Plot(unittest.TestCase):
	def test_shows_every_figure_at_its_place(self):
		by_trace = {"heavy": subjects(one=0.5, many=0.8), "relevant": subjects(one=1.0, many=4.0)}
		with tempfile.TemporaryDirectory() as folder:
			path = Path(folder) / "plot.svg"
			scale.draw(by_trace, {"one": (1, None), "many": (100, None), "shipped": (None, None)}, path)
			lines = re.findall(r'<polyline [^>]*points="([^"]*)"', path.read_text())
		heights = [[float(point.split(",")[1]) for point in line.split()] for line in lines]
		(least, low), (middle, high) = heights
		self.assertTrue(350 > least > low > middle > high > 30, heights)  # heights count from above
		# Equal ratios, equal distances.
		self.assertAlmostEqual((least - middle) * 2, middle - high, delta=3)


class Summary(unittest.TestCase):
	RESULTS = {
		"plain": {"subjects": {"one rule on openat, never matches": {"cpu_ratio_median": 1.02},
				       "one rule, its event never comes": {"cpu_ratio_median": 0.75},
				       "one rule, tried on every event": {"cpu_ratio_median": 1.04}, "shipped rules": {"wall_s": 2}}},
		"gzip": {"subjects": {"shipped rules": {"wall_s": 2.2}}},
		"scale": {"processes": {"heavy": {"floor": {"ratio": 1}, "100 made rules": {"ratio": 1.1}, "theirs.yaml": {"ratio": 1.2}},
					"mixed": {"theirs.yaml": {"ratio": 0.69}}, "relevant": {"theirs.yaml": {"ratio": 0.9}}},
			  "matching": {"heavy": {"100 made rules": {"ns_per_event_with_rules": 400},
						 "10000 made rules": {"ns_per_event_with_rules": 700}}}},
		"loading": [{"rules": "10000 made", "cpu_s": 0.9, "memory_mib": 79, "ready_cpu_s": 0.95, "ready_memory_mib": 81}],
		"alert_cost": {"us": {"text": 1.5, "JSON": 4.5}}, "wide_alert_cost": {"us": {"text": 2.5, "JSON": 3.5}},
		"rule_commands": {"replay of a tiny trace": {"wall": 0.05}, "goals": [["compare, -j 2", 0.5, 1 / 1.8], ["explain", 0.6, 0.5]]},
		"alerts": [{"name": "to_nothing/text/iterations:1/process_time/real_time", "alerts/s": 1},
			   {"name": "to_shipped_output_file/kept_open/iterations:1/repeats:5/process_time/real_time_mean", "alerts/s": 1},
			   {"name": "to_shipped_output_file/kept_open/iterations:1/repeats:5/process_time/real_time_median", "alerts/s": 2e6},
			   {"name": "spdlog_to_open_file/iterations:1/repeats:5/process_time/real_time_median", "alerts/s": 3e6},
			   {"name": "through_spool/durable/iterations:1/process_time/real_time", "alerts/s": 40000},
			   {"name": "memory_of_queued/iterations:1", "bytes": 256, "text": 177}],
		"isolation": {"ratio": {"batches opened_each_time": {"CPU": 1.2, "time": 9}, "batches kept_open": {"CPU": 16, "time": 9},
					"whole_way kept_open": {"CPU": 3, "time": 1}}},
	}

	def test_tells_of_each_goal_whether_it_is_met(self):
		missed = {name for name, figure, most in summary.goals(self.RESULTS) if figure > most}
		self.assertEqual(missed, {"one rule, tried on every event, CPU/floor", "shipped rules, gzip'd over plain, wall",
					  "theirs.yaml, heavy, CPU/floor", "stretch: theirs.yaml, heavy, CPU/floor", "matching 10000 rules, heavy, over 100",
					  "10000 rules ready to match, MiB", "an alert as JSON, µs of the capture thread", "an alert with twelve fields as text, µs of the capture thread",
					  "alerts to a file kept open, time/spdlog", "50000 durable alerts through a spool, wall s",
					  "isolated output-file, whole way kept open, CPU/in process", "explain"})
		self.assertEqual(len(list(summary.goals(self.RESULTS))), 26)

	def test_measures_an_alert_that_waits_without_its_text(self):
		self.assertIn(("an alert that waits, bytes above its text", 79, 200), list(summary.goals(self.RESULTS)))

	def test_leaves_out_what_was_not_measured(self):
		self.assertEqual(len(list(summary.goals({"plain": self.RESULTS["plain"]}))), 3)


class MakeRules(unittest.TestCase):
	def test_refuses_what_is_no_number_of_rules(self):
		for bad in ("-5", "x", "1.5", ""):
			done = subprocess.run([HERE / "make_rules.py", "--", bad], capture_output=True, text=True)
			self.assertEqual(done.returncode, 2)
			self.assertIn(f"expected a number of rules, 0 or more, found '{bad}'", done.stderr)


if __name__ == "__main__":
	sys.exit(unittest.main())
