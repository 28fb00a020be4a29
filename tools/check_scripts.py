#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each script can be parsed and each source says its licence on its first lines."""

import ast
import pathlib
import re
import subprocess

import sources

SHELL = [pathlib.Path("run"), pathlib.Path(".ci/run"), *sources.project_files("*.sh")]
PYTHON = sources.project_files("*.py")
CMAKE = sources.project_files("CMakeLists.txt") + sources.project_files("*.cmake")


def shell_problems(path):
    done = subprocess.run(["bash", "-n", str(path)], cwd=sources.ROOT, capture_output=True,
                          text=True)
    return [re.sub(r"^(.*?): line (\d+):", r"\1:\2:", line) for line in done.stderr.splitlines()]


def python_problems(path):
    try:
        ast.parse(sources.read(path))
        return []
    except SyntaxError as error:
        return [f"{path}:{error.lineno}: {error.msg}"]


def licence_problems(path):
    first_lines = sources.read(path).splitlines()[:2]
    if any("SPDX-License-Identifier: Apache-2.0" in line for line in first_lines):
        return []
    return [f"{path}:1: no line 'SPDX-License-Identifier: Apache-2.0'"]


problems = []
for script in SHELL:
    problems += shell_problems(script)
for script in PYTHON:
    problems += python_problems(script)
for source in [*SHELL, *PYTHON, *CMAKE, *sources.code_files()]:
    problems += licence_problems(source)
sources.report(problems, "scripts and licence lines")
