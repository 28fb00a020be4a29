#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds code that stands in src/ twice: runs of RUN or more equal lines, where spaces, comments,
empty lines, includes and lines of braces alone do not count."""

import collections
import re

import sources

RUN = 12


def counting_lines(text):
    """The (number, normalised line) pairs that count."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        code = re.sub(r"//.*", "", line)
        code = re.sub(r"\s+", "", code)
        if re.search(r"\w", code) and not code.startswith(("#include", "#pragma", "namespace")):
            lines.append((number, code))
    return lines


def duplicates(files):
    """The longest equal runs, as (file, first, last, other file, other first)."""
    windows = collections.defaultdict(list)
    for file, lines in files.items():
        for index in range(len(lines) - RUN + 1):
            key = tuple(code for _, code in lines[index:index + RUN])
            windows[key].append((file, index))
    covered = set()
    for places in windows.values():
        for file, index in places[1:]:
            first_file, first_index = places[0]
            if (file, index) in covered:
                continue
            length = equal_length(files[first_file], first_index, files[file], index)
            covered.update((file, index + step) for step in range(length - RUN + 1))
            yield (file, files[file][index][0], files[file][index + length - 1][0],
                   first_file, files[first_file][first_index][0])


def equal_length(first, first_index, second, second_index):
    length = 0
    while (first_index + length < len(first) and second_index + length < len(second)
           and first[first_index + length][1] == second[second_index + length][1]):
        length += 1
    return length


files = {str(path): counting_lines(sources.read(path)) for path in sources.code_files(("src",))}
problems = [f"{file}:{first}: lines {first} to {last} stand also in {other}:{other_first}"
            for file, first, last, other, other_first in duplicates(files)]
sources.report(sorted(problems), "duplicated code")
