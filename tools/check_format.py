#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that clang-format would change nothing. `check_format.py --fix [FILE...]` changes it."""

import re
import subprocess
import sys

import sources

files = sys.argv[2:] or [str(path) for path in sources.code_files()]
if "--fix" in sys.argv:
    subprocess.run(["clang-format-19", "-i", *files], cwd=sources.ROOT, check=True)
    sys.exit(0)

done = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *files], cwd=sources.ROOT,
                      capture_output=True, text=True)
places = re.findall(r"^(.+:\d+):\d+: error: (.*)", done.stderr, re.MULTILINE)
problems = [f"{place}: {words}" for place, words in places]
if done.returncode != 0 and not problems:
    problems = done.stderr.splitlines()
sources.report(problems, f"format of {len(files)} files")
