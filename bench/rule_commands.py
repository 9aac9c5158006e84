#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the commands on rules cost: 1,000 small test cases; comparing many recordings with one process and with one for
each core; explaining one event of a big trace against the plain replay of the same trace; profiling, by the command and
live at one event in a thousand, against the replay of the big trace repeated several times. Prints a table and adds the
figures to a file of results."""
import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time

RULES = """\
- macro: opened
  condition: (evt.type in (open, openat) and evt.dir = <)
- rule: shadow
  desc: d
  condition: opened and fd.name = /etc/shadow and not proc.name = sshd
  output: "shadow by %proc.name (file=%fd.name)"
  priority: WARNING
"""
CONFIG = "stdout_output: {enabled: true}\nlog_stderr: false\nlog_syslog: false\n"


def run(command, rounds):
    """Wall clock and CPU seconds, children's included; of all rounds the least of each."""
    figures = []
    for _ in range(rounds):
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"rule_commands: {' '.join(command)} ended with {process.returncode}")
        figures.append((time.monotonic() - begin, usage.ru_utime + usage.ru_stime))
    return {"wall": min(f[0] for f in figures), "cpu": min(f[1] for f in figures)}


def alternate(commands, rounds):
    """The same of several commands that take turns, since other work on the machine comes and goes."""
    figures = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            figures[name].append(run(command, 1))
    return {name: {key: min(f[key] for f in taken) for key in ("wall", "cpu")} for name, taken in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--trace", help="a big trace, for explain and profile (default: tests/traces/heavy.scap)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=10, help="how often the big trace is repeated for profiling")
    parser.add_argument("--results")
    options = parser.parse_args()
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    falco = os.path.join(options.build, "falco")
    traces = os.path.join(source, "tests", "traces")
    big = options.trace or os.path.join(traces, "heavy.scap")
    shipped = os.path.join(source, "rules", "falco_rules.yaml")
    figures = {}
    with tempfile.TemporaryDirectory(prefix="falco-bench-") as folder:
        def write(name, text):
            path = os.path.join(folder, name)
            with open(path, "w") as file:
                file.write(text)
            return path

        config = write("falco.yaml", CONFIG)
        rules = write("rules.yaml", RULES)
        small = os.path.join(folder, "acts.scap")
        shutil.copy(os.path.join(traces, "acts.scap"), small)
        cases = write("cases.yaml", f"rules: {rules}\ntrace: {small}\ncases:\n" + "".join(
            f"  - {{name: case {i}, alerts: [{{rule: shadow, count: 1..}}]}}\n" for i in range(1000)))
        recordings = os.path.join(folder, "recordings")
        os.mkdir(recordings)
        for i in range(40):
            shutil.copy(os.path.join(traces, "mixed.scap"), os.path.join(recordings, f"{i:02}.scap"))

        figures["test, 1,000 small cases"] = run([falco, "test", cases], options.rounds)
        compare = [falco, "compare", "-c", config, "--old", shipped, "--new", shipped, recordings]
        for workers in (1, os.cpu_count()):
            name = f"compare, 40 recordings, -j {workers}"
            figures[name] = run(compare + ["-j", str(workers)], options.rounds)
        figures["replay of the big trace"] = run([falco, "-c", config, "-r", shipped, "-e", big], options.rounds)
        figures["explain, one event near its end"] = run(
            [falco, "explain", "-c", config, "-r", shipped, "-e", big, "--event", str(last_event(falco, config, big))],
            options.rounds)
        repeated = big
        if options.repeat > 1:
            repeated = os.path.join(folder, "repeated.scap")
            subprocess.run([os.path.join(options.build, "bench", "bench-make-trace"), big, repeated,
                            str(options.repeat)], stdout=subprocess.DEVNULL, check=True)
        plain, full, sampled, start, sampled_start = (
            "replay of the repeated trace", "falco profile of it", "its replay, profile.sample 1/1000",
            "replay of a tiny trace", "the same, profile.sample 1/1000")
        replay, sample = [falco, "-c", config, "-r", shipped, "-e"], ["-o", "profile.sample=1/1000"]
        figures.update(alternate({
            plain: replay + [repeated],
            full: [falco, "profile", "-c", config, "-r", shipped, "-e", repeated],
            sampled: replay + [repeated] + sample,
            start: replay + [small],
            sampled_start: replay + [small] + sample}, max(options.rounds, 5)))

    print(f"{'':36}  wall s   CPU s")
    for name, figure in figures.items():
        print(f"{name:36}  {figure['wall']:6.2f}  {figure['cpu']:6.2f}")
    without_start = {name: figures[name]["cpu"] - figures[begin]["cpu"]
                     for name, begin in ((plain, start), (full, sampled_start), (sampled, sampled_start))}
    print("CPU time to that of the plain replay, starting included and taken off:")
    for name in (full, sampled):
        print(f"{name:36}  {figures[name]['cpu'] / figures[plain]['cpu']:6.3f}  "
              f"{without_start[name] / without_start[plain]:6.3f}")
    if options.results:
        everything = json.load(open(options.results))
        everything["rule_commands"] = figures
        json.dump(everything, open(options.results, "w"), indent=2)


def last_event(falco, config, trace):
    """The number of the last event, which an error names."""
    done = subprocess.run([falco, "explain", "-c", config, "-r", os.path.join(os.path.dirname(os.path.abspath(
        __file__)), "..", "rules", "falco_rules.yaml"), "-e", trace, "--event", "999999999999"],
        capture_output=True, text=True, check=False)
    return int(done.stderr.split("the last one is ")[1].split(".")[0])


if __name__ == "__main__":
    main()
