#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over all files of src/ that the build compiles, but for the tests: those would
double its time, and what it finds there is mostly GoogleTest.

    check_tidy.py BUILD_FOLDER [FILE...]

A file that was clean is not checked again until it, a header of the project that it includes, its
compiler options or the selection of checks has changed; BUILD_FOLDER/tidy-cache remembers.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import sources

TOOL = "clang-tidy-19"
WARNING = re.compile(r"^(/\S+?):(\d+):\d+: (?:warning|error): (.*)$", re.MULTILINE)


@functools.cache
def included(path):
    """The project's headers that `path` includes itself, those that exist."""
    names = (sources.INCLUDE.match(line) for line in path.read_text().splitlines())
    paths = (sources.ROOT / "src" / name[1] for name in names if name and name[1])
    return frozenset(header for header in paths if header.exists())


def reached(path):
    """`path` and all headers of the project that it includes, however far away."""
    found, ahead = set(), [path]
    while ahead:
        file = ahead.pop()
        if file not in found:
            found.add(file)
            ahead += included(file)
    return sorted(found)


@functools.cache
def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def key(command):
    """What the answer of clang-tidy depends on."""
    options = re.sub(r"-o \S+|-MF \S+", "", command["command"])
    parts = [options, digest(sources.ROOT / ".clang-tidy"), TOOL]
    parts += [f"{path} {digest(path)}" for path in reached(pathlib.Path(command["file"]))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def warnings_of(command, build, cache):
    """The warnings for one file; nothing when it is known to be clean."""
    clean = cache / key(command)
    if clean.exists():
        clean.touch()
        return [], True
    done = subprocess.run([TOOL, "--quiet", "-p", build, command["file"]], capture_output=True,
                          text=True)
    found = [f"{pathlib.Path(file).resolve().relative_to(sources.ROOT)}:{line}: {words}"
             for file, line, words in WARNING.findall(done.stdout)
             if pathlib.Path(file).resolve().is_relative_to(sources.ROOT)]
    if done.returncode != 0 and not found:
        name = pathlib.Path(command["file"]).relative_to(sources.ROOT)
        found = [f"{name}:1: {TOOL} failed: {(done.stderr or done.stdout).strip()[-300:]}"]
    if not found:
        clean.touch()
    return found, False


def forget_old(cache, keep=2000):
    """Drops the entries that were not used for the longest time."""
    entries = sorted(cache.iterdir(), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in entries[keep:]:
        entry.unlink()


def main():
    build, *chosen = sys.argv[1:]
    chosen = {pathlib.Path(name).resolve() for name in chosen}
    cache = sources.ROOT / build / "tidy-cache"
    cache.mkdir(parents=True, exist_ok=True)
    commands = json.loads((sources.ROOT / build / "compile_commands.json").read_text())
    commands = [command for command in commands
                if pathlib.Path(command["file"]).is_relative_to(sources.ROOT / "src")
                and pathlib.Path(command["file"]).exists()
                and not command["file"].endswith("_test.cc")
                and (not chosen or pathlib.Path(command["file"]) in chosen)]
    if not commands or len(commands) < len(chosen):
        sources.report([f"{build}/compile_commands.json:1: the build does not compile that"], "tidy")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda command: warnings_of(command, build, cache), commands))
    forget_old(cache)
    problems = sorted({problem for found, _ in answers for problem in found})
    known = sum(was_known for _, was_known in answers)
    sources.report(problems, f"tidy of {len(commands)} files ({known} known to be clean)")


main()
