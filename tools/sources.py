# SPDX-License-Identifier: Apache-2.0
"""The files of the project, and how a check reports what is wrong. Shared by the checks."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("src", "tests", "bench", "fuzz")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def code_files(folders=CODE_FOLDERS, suffixes=(".h", ".cc")):
    """The C++ files below the folders, sorted, as paths relative to ROOT."""
    found = []
    for folder in folders:
        found += [path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    return sorted(path.relative_to(ROOT) for path in found)


def project_files(pattern):
    """All files of that name pattern outside build folders and hidden ones."""
    def ours(path):
        return not any(part.startswith((".", "build")) for part in path.parts[:-1])
    return sorted(path for path in (p.relative_to(ROOT) for p in ROOT.rglob(pattern)) if ours(path))


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def report(problems, what):
    """Prints the problems, each "file:line: what is wrong", and ends the check."""
    for problem in problems:
        print(problem)
    print(f"{what}: {len(problems)} problems" if problems else f"{what}: ok")
    sys.exit(1 if problems else 0)
