#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the rooms to what they may use. The table and the rules below are the one place where
that is written; docs/architecture.md explains them.

    check_layers.py              checks all includes and the calls of clocks
    check_layers.py --self-test  proves for each rule that it can fail
"""

import re
import sys

import sources

# A room, and what it may use. Whatever those may use is included.
ROOMS = {
    "base": [],
    "async": ["base"],
    "image": ["base"],
    "ledger": ["base"],
    "flash": ["image", "ledger", "async"],
    "bus": ["async"],
    "example": ["flash"],
    "cmis": ["flash", "bus", "cmis/module", "cmis/cdb", "cmis/update"],
    "cmis/module": ["flash", "bus"],
    "cmis/cdb": ["cmis/module"],
    "cmis/update": ["cmis/cdb"],
    "fpga": ["flash", "bus"],
    "capi": ["flash", "bus"],
    "kernel": ["flash", "cmis/module"],
    "serve": ["flash"],
    "emu": ["async"],  # and of bus the interfaces alone, see EMU_MAY_INCLUDE
    "inventory": ["example", "cmis", "fpga", "capi", "kernel"],
    "cli": ["inventory", "serve", "emu"],
}

# What emulated hardware may see of the bus: how it is addressed, nothing that talks to it.
EMU_MAY_INCLUDE = {
    "bus/i2c_port.h",
    "bus/module_eeprom.h",
    "bus/card_registers.h",
    "bus/pci_slot.h",
    "bus/platform_facility.h",
}

# Libraries that stay in certain files: what is included, where it may be, and why.
CONFINED = [
    (r"boost/asio.*", r"src/async/real_scheduler\.cc", "Asio stays in src/async/real_scheduler.cc"),
    (r"nlohmann/.*", r".*\.cc", "JSON stays in .cc files"),
    (r"toml\+\+/.*|toml\.hpp?", r".*\.cc", "TOML stays in .cc files"),
    (r"CLI/.*", r".*\.cc", "CLI11 stays in .cc files"),
    (r"iostream", r"(src/cli|tests|bench|fuzz)/.*", "only the command line writes to the terminal"),
]

# Time comes from the Scheduler.
CLOCK = re.compile(
    r"\b(steady_clock|system_clock|high_resolution_clock|clock_gettime|gettimeofday|sleep_for|"
    r"sleep_until|usleep|nanosleep|clock_nanosleep)\b"
    r"|(?<![\w.>])(?:std)?::(?:time|sleep)\s*\("
)

# Files that may call a clock themselves, each with its reason.
CLOCK_EXCEPTIONS = {
    "src/bus/lab_connection_test.cc": "a real scheduler whose clock a test puts forward",
}
CLOCK_FREE = ("src/async/",)  # the room that offers the time
CLOCK_CHECKED = ("src/", "tests/")  # benchmarks measure the time that passes for people


def may_use(room):
    """The room and everything it may use, transitively."""
    reached, ahead = set(), [room]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += ROOMS.get(name, [])
    return reached


def room_of(path):
    """The room of a file below src/, the finest that ROOMS has: "cmis/cdb" before "cmis"."""
    parts = str(path).split("/")
    for length in (2, 1):
        name = "/".join(parts[:length])
        if name in ROOMS and len(parts) > length:
            return name
    return None


def arrow_problem(file, included):
    """What is wrong with `file` including the project's header `included`, or None."""
    if not file.startswith("src/"):
        return None  # what crosses rooms may use all of them
    room, target = room_of(file[len("src/"):]), room_of(included)
    if room is None:
        return f"is in no room that {sys.argv[0].split('/')[-1]} knows"
    if target is None:
        return f'"{included}" is in no room; write includes as "room/file.h"'
    if room == "emu" and target == "bus" and included in EMU_MAY_INCLUDE:
        return None
    if target not in may_use(room):
        allowed = ", ".join(sorted(may_use(room) - {room})) or "nothing"
        return f'{room} may not use {target} ("{included}"); it may use {allowed}'
    return None


def library_problem(file, included):
    for pattern, place, reason in CONFINED:
        if re.fullmatch(pattern, included) and not re.fullmatch(place, file):
            return f"<{included}> here: {reason}"
    return None


def clock_problem(file, line):
    watched = file.startswith(CLOCK_CHECKED) and not file.startswith(CLOCK_FREE)
    if not watched or file in CLOCK_EXCEPTIONS:
        return None
    found = CLOCK.search(line.split("//")[0])
    return f"{found[0].strip('( ')}: time comes from the Scheduler" if found else None


def problems_of(file, text):
    """The problems of one file, "file:line: what is wrong"."""
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        wrong = clock_problem(file, line)
        include = sources.INCLUDE.match(line)
        if include:
            ours, library = include.groups()
            wrong = arrow_problem(file, ours) if ours else None
            wrong = wrong or library_problem(file, ours or library)
        if wrong:
            problems.append(f"{file}:{number}: {wrong}")
    return problems


# --- self test ----------------------------------------------------------------------------------

# A file, a line in it, and whether that is allowed.
SELF_TEST = [
    ("src/base/a.cc", '#include "base/error.h"', True),
    ("src/base/a.cc", '#include "async/task.h"', False),
    ("src/flash/a.cc", '#include "base/error.h"', True),  # by way of image
    ("src/flash/a.cc", '#include "bus/i2c_port.h"', False),
    ("src/flash/a.cc", '#include "cmis/update/update.h"', False),
    ("src/bus/a.cc", '#include "flash/device.h"', False),
    ("src/image/a.cc", '#include "ledger/journal.h"', False),
    ("src/cmis/a.cc", '#include "cmis/update/update.h"', True),
    ("src/cmis/update/a.cc", '#include "cmis/cdb/cdb.h"', True),
    ("src/cmis/cdb/a.cc", '#include "cmis/module/module.h"', True),
    ("src/cmis/cdb/a.cc", '#include "cmis/update/update.h"', False),
    ("src/cmis/module/a.cc", '#include "cmis/cdb/cdb.h"', False),
    ("src/cmis/module/a.cc", '#include "cmis/update/update.h"', False),
    ("src/kernel/a.cc", '#include "cmis/module/module.h"', True),
    ("src/kernel/a.cc", '#include "cmis/cdb/cdb.h"', False),
    ("src/emu/a.cc", '#include "bus/i2c_port.h"', True),
    ("src/emu/a.cc", '#include "bus/module_eeprom.h"', True),
    ("src/emu/a.cc", '#include "bus/i2c_module_eeprom.h"', False),
    ("src/emu/a.cc", '#include "cmis/module/module.h"', False),
    ("src/emu/a.cc", '#include "flash/device.h"', False),
    ("src/serve/a.cc", '#include "cmis/module/module.h"', False),
    ("src/cli/a.cc", '#include "cmis/cdb/cdb.h"', True),
    ("src/inventory/a.cc", '#include "emu/module.h"', False),
    ("src/attic/a.cc", '#include "base/error.h"', False),
    ("src/base/a.cc", '#include "error.h"', False),
    ("tests/a.cc", '#include "emu/module.h"', True),
    ("src/async/real_scheduler.cc", "#include <boost/asio/post.hpp>", True),
    ("src/async/scheduler.cc", "#include <boost/asio/post.hpp>", False),
    ("src/bus/a.cc", "#include <boost/asio/io_context.hpp>", False),
    ("src/bus/a.cc", "#include <nlohmann/json.hpp>", True),
    ("src/bus/a.h", "#include <nlohmann/json.hpp>", False),
    ("src/image/a.cc", "#include <toml++/toml.h>", True),
    ("src/image/a.h", "#include <toml++/toml.h>", False),
    ("src/cli/a.cc", "#include <CLI/CLI.hpp>", True),
    ("src/cli/a.h", "#include <CLI/CLI.hpp>", False),
    ("src/cli/a.cc", "#include <iostream>", True),
    ("src/flash/a.cc", "#include <iostream>", False),
    ("src/async/a.cc", "std::chrono::steady_clock::now();", True),
    ("src/bus/a.cc", "std::chrono::steady_clock::now();", False),
    ("src/bus/a.cc", "std::chrono::system_clock::now();", False),
    ("src/bus/a.cc", "std::this_thread::sleep_for(1ms);", False),
    ("src/bus/a.cc", "usleep(5);", False),
    ("src/bus/a.cc", "nanosleep(&time, nullptr);", False),
    ("src/bus/a.cc", "::time(nullptr);", False),
    ("src/bus/a.cc", "// no sleep_for here", True),
    ("src/bus/a.cc", "co_await scheduler.Sleep(1ms);", True),
    ("tests/a.cc", "usleep(5);", False),
]


def self_test():
    problems = []
    for file, line, allowed in SELF_TEST:
        found = problems_of(file, line + "\n")
        if bool(found) == allowed:
            said = found[0] if found else "nothing"
            problems.append(f"{file}: '{line}' should be {'allowed' if allowed else 'refused'}; "
                            f"the check said {said}")
    sources.report(problems, f"layers, {len(SELF_TEST)} cases of the self-test")


def main():
    if "--self-test" in sys.argv:
        self_test()
    problems = []
    for path in sources.code_files():
        problems += problems_of(str(path), sources.read(path))
    sources.report(problems, "layers")


main()
