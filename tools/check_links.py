#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each relative link in the documentation leads to a file that exists, and each
#fragment to a heading of it."""

import re
import urllib.parse

import sources

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*(\S+)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


def prose(text):
    """The numbered lines outside of code blocks, without code spans."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*(```|~~~)", line):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)


def anchors(text):
    """The anchors that GitHub makes of the headings."""
    found = set()
    fenced = False
    for line in text.splitlines():
        fenced ^= bool(re.match(r"\s*(```|~~~)", line))
        heading = HEADING.match(line)
        if heading and not fenced:
            words = re.sub(r"[^\w\- ]", "", heading[1].lower())
            found.add(words.replace(" ", "-"))
    return found


def problem(page, target):
    """What is wrong with a link of `page`, or None."""
    parts = urllib.parse.urlsplit(target)
    if parts.scheme or parts.netloc:
        return None  # elsewhere: nothing that this repository can break
    path = urllib.parse.unquote(parts.path)
    base = sources.ROOT if path.startswith("/") else (sources.ROOT / page).parent
    linked = (base / path.lstrip("/")).resolve() if path else sources.ROOT / page
    if not linked.exists():
        return f"dead link: {target}"
    if parts.fragment and linked.suffix == ".md":
        if parts.fragment not in anchors(linked.read_text(encoding="utf-8")):
            return f"no such heading: {target}"
    return None


problems = []
pages = sources.project_files("*.md")
for page in pages:
    for number, line in prose(sources.read(page)):
        targets = LINK.findall(line) + REFERENCE.findall(line)
        wrong = filter(None, (problem(page, target) for target in targets))
        problems += [f"{page}:{number}: {words}" for words in wrong]
sources.report(problems, f"links of {len(pages)} pages")
