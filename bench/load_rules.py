#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long falco takes to read and check rules, and with how much memory: the shipped ones, and made ones (make_rules.py)
in rising numbers, beside a program that only parses and compiles them (load_floor.cpp); and what it takes to be ready to
match them, with all indexes, which a replay of a few events tells. Prints a table and adds the figures to a file of
results."""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LARGEST = "50000 made"
TINY = HERE.parent / "tests" / "traces" / "acts.scap"


def make_rules(path, number):
    with open(path, "w") as rules:
        subprocess.run([HERE / "make_rules.py", str(number)], stdout=rules, check=True)


def measure(command):
    """CPU seconds and peak memory in MiB of a process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"load_rules: {' '.join(map(str, command))} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(command, floor, number):
    """The least of so many runs of each, which take turns, and the median of the rounds' ratios."""
    rounds = [(measure(command), measure(floor)) for _ in range(number)]
    ratio = statistics.median(falco[0] / other[0] for falco, other in rounds)
    return min(falco for falco, _ in rounds), min(other for _, other in rounds), ratio


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--results", required=True)
    parser.add_argument("--rounds", type=int, default=5, help="but two of the most rules")
    options = parser.parse_args()
    falco = os.path.join(options.build, "falco")
    floor = os.path.join(options.build, "bench", "bench-load-floor")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "falco.yaml")
        with open(config, "w") as file:
            file.write("log_stderr: false\nlog_syslog: false\nstdout_output: {enabled: true}\n")
        empty = os.path.join(folder, "empty.yaml")
        open(empty, "w").close()
        files = [("none", empty), ("shipped", "rules/falco_rules.yaml")]
        for number in (1000, 5000, 10000, 50000):
            path = os.path.join(folder, f"{number}.yaml")
            make_rules(path, number)
            files.append((f"{number} made", path))
        for name, path in files:
            (seconds, memory), (floor_seconds, floor_memory), ratio = compare(
                [falco, "-c", config, "-V", path], [floor, path], 2 if name == LARGEST else options.rounds)
            ready = min(measure([falco, "-c", config, "-r", path, "-e", TINY]) for _ in range(2))
            rows.append({"rules": name, "cpu_s": round(seconds, 3), "memory_mib": round(memory, 1),
                         "floor_cpu_s": round(floor_seconds, 3), "floor_memory_mib": round(floor_memory, 1),
                         "cpu_ratio": round(ratio, 2), "ready_cpu_s": round(ready[0], 3),
                         "ready_memory_mib": round(ready[1], 1)})

    print("| rules | CPU time, s | memory, MiB | floor: CPU time, s | memory, MiB | CPU time / floor | "
          "ready to match: CPU time, s | memory, MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        print(f"| {row['rules']} | {row['cpu_s']:.2f} | {row['memory_mib']:.0f} | {row['floor_cpu_s']:.2f} | "
              f"{row['floor_memory_mib']:.0f} | {row['cpu_ratio']:.2f} | {row['ready_cpu_s']:.2f} | "
              f"{row['ready_memory_mib']:.0f} |")
    everything = json.load(open(options.results)) if os.path.exists(options.results) else {}
    everything["loading"] = rows
    with open(options.results, "w") as file:
        json.dump(everything, file, indent=2)


if __name__ == "__main__":
    main()
