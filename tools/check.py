#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs all checks, or the named ones: `check.py BUILD_FOLDER [NAME...]`. Ends with a line for each
that tells how it went and how long it took."""

import subprocess
import sys
import time

import sources

BUILD = sys.argv[1]
CHECKS = {
    "format": ["check_format.py"],
    "layers-self-test": ["check_layers.py", "--self-test"],
    "layers": ["check_layers.py"],
    "links": ["check_links.py"],
    "duplicates": ["check_duplicates.py"],
    "scripts": ["check_scripts.py"],
    "rooms": ["check_rooms.py"],
    "tidy": ["check_tidy.py", BUILD],
}


def run(command):
    """Runs one check; tells whether it passed and the seconds it took."""
    begin = time.monotonic()
    script, *arguments = command
    done = subprocess.run([sys.executable, sources.ROOT / "tools" / script, *arguments],
                          cwd=sources.ROOT)
    return done.returncode == 0, time.monotonic() - begin


names = sys.argv[2:] or list(CHECKS)
unknown = [name for name in names if name not in CHECKS]
if unknown:
    sys.exit(f"check: no check is called {unknown[0]}; there are {', '.join(CHECKS)}")
results = {name: run(CHECKS[name]) for name in names}
print()
for name, (passed, seconds) in results.items():
    print(f"check: {name:<18} {'ok' if passed else 'FAILED':<8} {seconds:6.1f} s")
sys.exit(0 if all(passed for passed, _ in results.values()) else 1)
