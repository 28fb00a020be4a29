#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs each fuzz target for some seconds: `fuzz.py BUILD_FOLDER SECONDS`. Prints how many inputs
each has executed. What it finds stays below BUILD_FOLDER: new inputs in found/NAME, a crash in
crash-NAME-*."""

import re
import subprocess
import sys

import sources

# An input that takes longer, in seconds, or more memory, in MB, counts as a crash.
LIMITS = ["-timeout=5", "-rss_limit_mb=2048"]


def fuzz(name, build, seconds):
    """Runs one target; tells the inputs executed and whether it survived."""
    found = build / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    seeds = sources.ROOT / "fuzz" / "corpus" / name
    corpora = [found] + ([seeds] if seeds.is_dir() else [])
    done = subprocess.run(
        [build / f"fuzz-{name}", f"-max_total_time={seconds}", "-print_final_stats=1", *LIMITS,
         f"-artifact_prefix={build}/crash-{name}-", *corpora],
        stderr=subprocess.PIPE, text=True, errors="replace")
    executed = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    if done.returncode != 0:
        print(done.stderr[-4000:])
    return int(executed[1]) if executed else 0, done.returncode == 0


build = sources.ROOT / sys.argv[1]
failed = False
names = sorted(path.stem for path in (sources.ROOT / "fuzz").glob("*.cc"))
for name in names:
    executed, survived = fuzz(name, build, int(sys.argv[2]))
    failed |= not survived
    print(f"fuzz: {name:<24} {executed:>10} executions  {'ok' if survived else 'CRASHED'}",
          flush=True)
if not names:
    print("fuzz: there are no targets")
sys.exit(1 if failed else 0)
