# SPDX-License-Identifier: Apache-2.0
"""What scripts and people see: JSON events, lines, bars, errors."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unittest

from lab import BINARY, PATIENCE_S, LabTest, module

PHASES = ["idle", "starting", "preparing", "writing", "programming"]
RESULT_KEYS = {"event", "device", "ok", "outcome", "from_version", "version", "bank", "committed",
               "bytes", "seconds"}
FAILURE_KEYS = {"event", "device", "ok", "outcome", "error", "phase", "remaining", "message",
                "state", "version"}


class JsonTest(LabTest):

    def test_an_update_is_phases_progress_and_a_result(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", size=60_000)
        result = lab.run("flash", image, "swp1", json=True)
        self.assertCode(result, 0)
        self.assertEqual(result.err, "")
        phases = [event["phase"] for event in result.of("phase")]
        self.assertEqual(phases, ["starting", "preparing", "writing", "programming"])
        for event in result.of("phase"):
            self.assertEqual(event, {"event": "phase", "device": "swp1", "phase": event["phase"]})
        self.check_progress(result, 60_000)
        entry = result.events[-1]
        self.assertLessEqual(RESULT_KEYS, set(entry))
        seconds = entry["seconds"]
        self.assertIsInstance(seconds, (int, float))
        self.assertGreater(seconds, 0)
        expected = {"event": "result", "device": "swp1", "ok": True, "outcome": "updated",
                    "from_version": "1.2.0", "version": "1.3.0", "bank": "B", "committed": True,
                    "bytes": 60_000, "seconds": seconds}
        self.assertEqual({key: entry[key] for key in RESULT_KEYS}, expected)

    def check_progress(self, result, size):
        progress = result.of("progress", "swp1")
        self.assertTrue(progress)
        current, percent, done = "idle", 0, 0
        for event in result.events[:-1]:
            if event["event"] == "phase":
                current = event["phase"]
                continue
            self.assertLessEqual({"event", "device", "phase", "done", "total", "percent"},
                                 set(event))
            self.assertEqual(event["phase"], current, "progress of a phase that was not announced")
            self.assertGreaterEqual(event["percent"], percent, "percent goes back")
            self.assertLess(event["percent"], 100, "100 % means verified")
            percent = event["percent"]
            if event["phase"] == "writing":
                self.assertEqual(event["total"], size)
                self.assertTrue(done <= event["done"] <= size, event)
                done = event["done"]
            if "eta_s" in event:
                self.assertGreaterEqual(event["eta_s"], 0)

    def test_numbers_are_written_as_short_as_they_are(self):
        lab = self.lab(module("swp1"))
        out = lab.run("flash", lab.image("1.3.0", size=60_000), "swp1", json=True).out
        long_ones = re.findall(r"\d+\.\d{4,}", out)
        self.assertEqual(long_ones, [], "41.2 is written as 41.2")

    def test_a_failure_has_all_keys_too(self):
        lab = self.lab(module("swp1", fault=[{"when": "0104", "nth": 5, "do": "status:42"},
                                             {"when": "0103", "nth": 5, "do": "status:42"}]))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", json=True)
        self.assertCode(result, 1)
        entry = result.events[-1]
        self.assertLessEqual(FAILURE_KEYS, set(entry))
        self.assertEqual((entry["event"], entry["ok"], entry["outcome"], entry["phase"]),
                         ("result", False, "failed", "writing"))
        self.assertTrue(0 < entry["remaining"] < 20_000, entry)
        self.assertIn("42h", entry["message"])
        self.assertTruthful(entry, lab.banks("swp1"))

    def test_several_devices_have_events_of_their_own(self):
        lab = self.lab(module("swp1"), module("swp2"), module("swp3"))
        result = lab.run("flash", lab.image("1.3.0"), "swp*", json=True)
        for name in lab.names:
            phases = [event["phase"] for event in result.of("phase", name)]
            self.assertEqual(phases, ["starting", "preparing", "writing", "programming"])
            percents = [event["percent"] for event in result.of("progress", name)]
            self.assertEqual(percents, sorted(percents))
            self.assertTrue(result.result(name)["ok"])

    def test_every_error_is_json_too(self):
        lab = self.lab(module("swp1"), module("absent", present=False))
        image = lab.image("1.3.0")
        for words, code, error in (
                (("flash", image, "nosuch"), 3, "not-found"),
                (("info", "nosuch"), 3, "not-found"),
                (("info", "absent"), 3, "not-found"),
                (("run", "nosuch"), 3, "not-found"),
                (("flash", lab.path / "nosuch.bin", "swp1"), 65, "invalid-image"),
                (("flash", image), 64, "invalid-argument"),
                (("flash", image, "swp1", "--at-once", "0"), 64, "invalid-argument"),
                (("frobnicate",), 64, "invalid-argument"),
                (("commit", "absent"), 3, "not-found")):
            with self.subTest(words=[str(word) for word in words]):
                result = lab.run(*words, json=True)  # parses every line
                self.assertCode(result, code)
                errors = result.of("error")
                self.assertEqual([entry["error"] for entry in errors], [error], str(result))
                self.assertTrue(errors[0]["message"])

    def test_a_broken_configuration_is_a_json_error(self):
        lab = self.lab(module("swp1"))
        lab.configuration.write_text("[[device]]\nname = 'a'\ncolour = 1\n")
        result = lab.run("list", json=True)
        self.assertCode(result, 64)
        self.assertEqual(result.events[0]["event"], "error")


class LineTest(LabTest):

    def test_a_pipe_gets_a_line_for_each_phase_and_no_escape_codes(self):
        lab = self.lab(module("swp1"), module("swp2"))
        result = lab.run("flash", lab.image("1.3.0"), "swp*")
        self.assertCode(result, 0)
        self.assertNotIn("\x1b", result.out + result.err)
        self.assertNotIn("\r", result.out)
        for name in lab.names:
            lines = [line for line in result.out.splitlines() if line.startswith(f"{name}: ")]
            self.assertEqual(lines[:-1], [f"{name}: {phase}" for phase in PHASES[1:]])
            self.assertRegex(lines[-1], r"updated 1\.2\.0 -> 1\.3\.0 .*bank B.*committed")

    def test_an_error_is_one_line_that_names_device_phase_and_reason(self):
        lab = self.lab(module("swp1", write="lpl", fault=[{"when": "0103", "nth": n, "do":
                                                          "status:45"} for n in (5, 6, 7, 8, 9)]),
                       module("swp2"))
        result = lab.run("flash", lab.image("1.3.0"), "swp*")
        self.assertError(result, 1, "writing: ", "block 0x1d0", "45h", device="swp1")
        self.assertEqual(len(result.err.splitlines()), 1, str(result))

    def test_wrong_usage_is_one_line(self):
        lab = self.lab(module("swp1"))
        for words in ((), ("frobnicate",), ("flash",), ("flash", "x"), ("info",), ("lab",),
                      ("list", "--no-such-option"), ("run",), ("commit", "swp1", "swp2", "swp3"),
                      ("flash", "x", "swp1", "--at-once", "many"),
                      ("flash", "x", "swp1", "--expect-version", "new")):
            with self.subTest(words=words):
                result = lab.run(*words)
                self.assertError(result, 64)
                self.assertEqual(len(result.err.splitlines()), 1, str(result))
                self.assertEqual(result.out, "")

    def test_help_and_version_are_answers(self):
        lab = self.lab(module("swp1"))
        for words in (("--help",), ("flash", "--help"), ("lab", "serve", "--help"), ("--version",)):
            with self.subTest(words=words):
                result = lab.run(*words)
                self.assertCode(result, 0)
                self.assertEqual(result.err, "")
                self.assertTrue(result.out)
        self.assertIn("--dry-run", lab.run("flash", "--help").out)


class TerminalTest(LabTest):

    COLUMNS, ROWS = 72, 8

    def run_on_terminal(self, lab, *words):
        """Runs a command on a terminal of its own; returns exit code and what it drew."""
        mine, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", self.ROWS, self.COLUMNS, 0, 0))
        process = lab.popen(["--config", lab.configuration, *words], stdout=its,
                            stderr=subprocess.PIPE)
        os.close(its)
        drawn = b""
        deadline = time.monotonic() + PATIENCE_S
        try:
            while time.monotonic() < deadline:
                if select.select([mine], [], [], 1)[0]:
                    drawn += os.read(mine, 65536)
        except OSError:  # the other end is closed
            pass
        os.close(mine)
        return process.wait(PATIENCE_S), drawn.decode()

    def test_bars_are_drawn(self):
        lab = self.lab(module("swp1"), module("swp2"))
        code, drawn = self.run_on_terminal(lab, "flash", lab.image("1.3.0", size=60_000), "swp*")
        self.assertEqual(code, 0, drawn)
        self.assertIn("\x1b[", drawn)
        self.assertRegex(drawn, r"swp1 +\[#*\.*\] +\d+ %")
        self.assertIn("writing", drawn)
        percents = [int(text) for text in re.findall(r"swp1 +\[[#.]*\] +(\d+) %", drawn)]
        self.assertEqual(percents, sorted(percents))
        for row in re.sub(r"\x1b\[\d*[A-Za-z]", "", drawn).replace("\r", "").splitlines():
            if "[" in row:
                self.assertLess(len(row), self.COLUMNS, row)

    def test_the_end_of_the_screen_tells_how_it_ended(self):
        lab = self.lab(module("swp1"))
        _, drawn = self.run_on_terminal(lab, "flash", lab.image("1.3.0"), "swp1")
        last = re.sub(r"\x1b\[\d*[A-Za-z]", "", drawn).replace("\r", "").splitlines()[-1]
        self.assertRegex(last, r"swp1.*updated 1\.2\.0 -> 1\.3\.0")

    def test_more_devices_than_rows(self):
        lab = self.lab(*[module(f"swp{number}") for number in range(12)])
        code, drawn = self.run_on_terminal(lab, "flash", lab.image("1.3.0", size=12_000), "swp*")
        self.assertEqual(code, 0, drawn)
        ups = [int(text) for text in re.findall(r"\x1b\[(\d+)A", drawn)]
        self.assertLess(max(ups), self.ROWS, "what has scrolled away cannot be drawn again")
        for name in lab.names:
            self.assertRegex(drawn, rf"{name} +updated")

    def test_json_is_json_on_a_terminal_too(self):
        lab = self.lab(module("swp1"))
        _, drawn = self.run_on_terminal(lab, "flash", lab.image("1.3.0"), "swp1", "--json")
        self.assertNotIn("\x1b", drawn)
        self.assertTrue(all(line.startswith("{") for line in drawn.splitlines()), drawn)


class ClosedOutputTest(LabTest):

    def test_a_reader_that_goes_away_does_not_stop_the_update(self):
        for json in (True, False):
            with self.subTest(json=json):
                lab = self.lab(module("swp1"))
                image = lab.image("1.3.0")
                words = ["--config", lab.configuration, "flash", image, "swp1"]
                process = lab.popen(words + (["--json"] if json else []))
                process.stdout.readline()
                process.stdout.close()
                self.assertEqual(process.wait(PATIENCE_S), 0, process.stderr.read())
                self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_head_is_such_a_reader(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        process = lab.popen(["--config", lab.configuration, "flash", image, "swp1"])
        head = subprocess.run(["head", "-1"], stdin=process.stdout, capture_output=True, text=True,
                              timeout=PATIENCE_S, check=True)
        process.stdout.close()
        self.assertEqual(head.stdout, "swp1: starting\n")
        self.assertEqual(process.wait(PATIENCE_S), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_closed_standard_streams_harm_nothing(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        words = f'exec "$0" --config "{lab.configuration}" flash "{image}" swp1 <&- >&- 2>&-'
        ended = subprocess.run(["sh", "-c", words, BINARY],
                               env=lab.environment(), timeout=PATIENCE_S, check=False)
        self.assertEqual(ended.returncode, 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")


if __name__ == "__main__":
    unittest.main()
