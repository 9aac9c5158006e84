#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the commands on rules cost, as whole processes: 1,000 small test cases, all of one recording or each of a trace that
it describes; comparing many recordings with one process and with two; explaining one event against the plain replay of the
same trace; explanations in alerts; profiling, by the command and live at one event in a thousand, against the replay of a
big trace. Prints a table and adds the figures to a file of results.

Each round runs every subject once, in turn, so that what else the machine does falls on all of them alike; of all rounds
the least time of each counts."""
import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRACES = HERE.parent / "tests" / "traces"
SHIPPED = HERE.parent / "rules" / "falco_rules.yaml"

RULES = """\
- macro: opened
  condition: (evt.type in (open, openat) and evt.dir = <)
- rule: shadow
  desc: d
  condition: opened and fd.name = /etc/shadow and not proc.name = sshd
  output: "shadow by %proc.name (file=%fd.name)"
  priority: WARNING
"""
# Thousands of alerts of a condition of the usual size: seven checks decide.
NOISY = """\
- macro: opened
  condition: (evt.type in (open, openat) and evt.dir = < and fd.num >= 0)
- rule: noisy
  desc: d
  condition: opened and (fd.directory = /nowhere or fd.name startswith /) and not proc.name in (sshd, login) and not user.name = nobody
  output: "%proc.name opened %fd.name (user=%user.name)"
  priority: WARNING
"""
# The JSON form, which shows the explanation.
CONFIG = """\
stdout_output: {enabled: true}
log_stderr: false
log_syslog: false
json_output: true
json_include_output_fields_property: true
"""
COMPARED = 120


def run(command, output=subprocess.DEVNULL):
    """Seconds, CPU seconds and peak memory in KiB, children's included."""
    begin = time.monotonic()
    with subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"rule_commands: {' '.join(command)} ended with {process.returncode}")
    return {"wall": time.monotonic() - begin, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss}


def measure(subjects, rounds):
    """Of each subject the least of each figure."""
    runs = {name: [] for name in subjects}
    names = list(subjects)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            runs[name].append(run(subjects[name]))
    return {name: {key: min(one[key] for one in own) for key in own[0]} for name, own in runs.items()}


def last_event(falco, config, trace):
    """The number of the last event, which an error names."""
    done = subprocess.run([falco, "explain", "-c", config, "-r", str(SHIPPED), "-e", trace, "--event", "999999999999"],
                          capture_output=True, text=True, check=False)
    return done.stderr.split("the last one is ")[1].split(".")[0]


def count_alerts(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return sum(line.startswith(b"{") for line in done.stdout.splitlines())


def folder_of_copies(path, recording, number):
    path.mkdir()
    for i in range(number):
        shutil.copy(recording, path / f"{i:04}.scap")
    return str(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--trace", help="a big trace, for profile (default: tests/traces/heavy.scap, repeated)")
    parser.add_argument("--repeat", type=int, default=10, help="how often heavy.scap is repeated for that")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--results")
    options = parser.parse_args()
    falco = str(options.build / "falco")
    heavy, mixed = str(TRACES / "heavy.scap"), str(TRACES / "mixed.scap")
    shipped = str(SHIPPED)
    with tempfile.TemporaryDirectory(prefix="falco-bench-") as name:
        folder = Path(name)

        def write(name, text):
            (folder / name).write_text(text)
            return str(folder / name)

        config, noisy = write("falco.yaml", CONFIG), write("noisy.yaml", NOISY)
        shutil.copy(TRACES / "acts.scap", folder / "acts.scap")
        cases = write("cases.yaml", f"rules: {write('rules.yaml', RULES)}\ntrace: acts.scap\ncases:\n" + "".join(
            f"  - {{name: case {i}, alerts: [{{rule: shadow, count: 1..}}]}}\n" for i in range(1000)))
        described = write("described.yaml", f"rules: {folder / 'rules.yaml'}\ncases:\n" + "".join(
            f"  - name: case {i}\n    trace: {{events: [{{process: 1, open: {{name: /etc/shadow, flags: O_RDONLY}}}}]}}\n"
            "    alerts: [{rule: shadow, count: 1}]\n" for i in range(1000)))

        def replay(rules, trace, *more):
            return [falco, "-c", config, "-r", rules, "-e", trace, *more]

        tiny = str(folder / "acts.scap")
        sampled = ["-o", "profile.sample=1/1000"]
        compare = [falco, "compare", "-c", config, "--old", shipped, "--new", shipped]
        recordings = folder_of_copies(folder / "recordings", mixed, COMPARED)
        noise = str(folder / "noise.scap")
        subprocess.run([options.build / "bench" / "bench-make-trace", mixed, noise, "10"], stdout=subprocess.DEVNULL,
                       check=True)
        big = options.trace or str(folder / "big.scap")
        if not options.trace:
            subprocess.run([options.build / "bench" / "bench-make-trace", heavy, big, str(options.repeat)],
                           stdout=subprocess.DEVNULL, check=True)
        few = folder_of_copies(folder / "few", TRACES / "acts.scap", 20)
        many = folder_of_copies(folder / "many", TRACES / "acts.scap", 1000)

        subjects = {
            "test, 1,000 small cases": [falco, "test", cases],
            "test, 1,000 described traces": [falco, "test", described],
            # A process that reads ahead uses a part of the second processor, too.
            f"compare, {COMPARED} recordings, -j 1": ["taskset", "-c", "0"] + compare + [recordings, "-j", "1"],
            f"compare, {COMPARED} recordings, -j 2": compare + [recordings, "-j", "2"],
            "compare, 20 small recordings": compare + [few, "-j", "2"],
            "compare, 1,000 small recordings": compare + [many, "-j", "2"],
            "replay of heavy.scap": replay(shipped, heavy),
            "explain, its last event": [falco, "explain", "-c", config, "-r", shipped, "-e", heavy, "--event",
                                        last_event(falco, config, heavy)],
            "replay of the big trace": replay(shipped, big),
            "profile of the big trace": [falco, "profile", "-c", config, "-r", shipped, "-e", big],
            "its replay, profile.sample 1/1000": replay(shipped, big, *sampled),
            "replay of a tiny trace": replay(shipped, tiny),
            "the same, profile.sample 1/1000": replay(shipped, tiny, *sampled),
            "alerts of a noisy rule": replay(noisy, noise),
            "the same, explain at 1/s": replay(noisy, noise, "-o", "explain={rules: [noisy], rate: 1/s}"),
            "the same, all explained": replay(noisy, noise, "-o", "explain={rules: [noisy], rate: 999999/s}"),
        }
        alerts = count_alerts(subjects["alerts of a noisy rule"])
        figures = measure(subjects, options.rounds)

    print(f"{'':36}  wall s   CPU s  peak MiB")
    for name, figure in figures.items():
        print(f"{name:36}  {figure['wall']:6.2f}  {figure['cpu']:6.2f}  {figure['peak'] / 1024:8.1f}")

    def cpu(name):
        return figures[name]["cpu"]

    def wall(name):
        return figures[name]["wall"]

    def profiled(name):
        """Of the CPU time of the plain replay, what starting takes taken off both."""
        return ((cpu(name) - cpu("the same, profile.sample 1/1000"))
                / (cpu("replay of the big trace") - cpu("replay of a tiny trace")))

    plain, all_explained = cpu("alerts of a noisy rule"), cpu("the same, all explained")
    # What is measured, the figure, the most it may be: bench/summary.py tells them, too.
    goals = [
        ("test, 1,000 small cases, s", wall("test, 1,000 small cases"), 5),
        ("test, 1,000 described traces, s", wall("test, 1,000 described traces"), 5),
        ("compare, -j 2 / -j 1 on one processor (1.8 times as fast)",
         wall(f"compare, {COMPARED} recordings, -j 2") / wall(f"compare, {COMPARED} recordings, -j 1"), 1 / 1.8),
        ("explain, seconds beyond the replay", wall("explain, its last event") - wall("replay of heavy.scap"), 0.5),
        ("profile, CPU time / replay", profiled("profile of the big trace"), 2),
        ("profile.sample 1/1000, CPU time / without", profiled("its replay, profile.sample 1/1000"), 1.03),
    ]
    facts = {
        f"an explanation in an alert, us ({alerts} alerts)": (all_explained - plain) / alerts * 1e6,
        "explain at 1/s, CPU time / without": cpu("the same, explain at 1/s") / plain,
    }
    print()
    for name, value, most in goals:
        print(f"{name:58}  {value:6.2f}  (goal: at most {most:.3g})")
    for name, value in facts.items():
        print(f"{name:58}  {value:6.2f}")
    if options.results:
        everything = json.loads(Path(options.results).read_text())
        everything["rule_commands"] = {**figures, "goals": goals, "facts": facts}
        Path(options.results).write_text(json.dumps(everything, indent=2))


if __name__ == "__main__":
    main()
