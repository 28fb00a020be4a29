#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each room has a README.md; warns of files longer than LONGEST lines."""

import sources

LONGEST = 400

problems = []
for room in sorted(path for path in (sources.ROOT / "src").iterdir() if path.is_dir()):
    has_code = any(file.suffix in (".h", ".cc") for file in room.rglob("*"))
    if has_code and not (room / "README.md").exists():
        problems.append(f"src/{room.name}/README.md:1: the room has no README.md")
for path in sources.code_files(("src",)):
    length = len(sources.read(path).splitlines())
    if length > LONGEST:
        print(f"{path}:{LONGEST}: warning: {length} lines, seldom a file needs over {LONGEST}")
sources.report(problems, "rooms")
