# SPDX-License-Identifier: Apache-2.0
"""What one who tests modules asks for: `--repeat`, `--max-failures`, `--yes`, completion."""

import os
import pty
import signal
import unittest

from lab import LabTest, fault, module, wait_until


class RepeatTest(LabTest):

    def test_it_writes_each_time_and_prints_statistics(self):
        lab = self.lab(module("swp1"), module("swp2"))
        image = lab.image("1.3.0")
        result = lab.run("flash", image, "swp*", "--repeat", 3, json=True)
        self.assertCode(result, 0)
        self.assertEqual([event["bank"] for event in result.of("result", "swp1")], ["B", "A", "B"])
        for port in ("swp1", "swp2"):
            self.assertUpdated(lab, port, image, "1.3.0")
            statistics, = result.of("statistics", port)
            self.assertEqual((statistics["runs"], statistics["ok"]), (3, 3))
            for phase in ("preparing", "writing", "programming", "whole"):
                times = statistics["phases"][phase]
                self.assertTrue(0 < times["min_s"] <= times["median_s"] <= times["max_s"], times)
            prepare = statistics["steps"]["making the device ready"]
            self.assertLess(prepare["min_s"], prepare["advertised_s"])

    def test_people_get_a_table(self):
        lab = self.lab(module("swp1"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", "--repeat", 2)
        self.assertIn("MEDIAN", result.out)
        self.assertIn("swp1: 2 of 2 runs succeeded\n", result.out)

    def test_an_interrupt_ends_it_with_what_was_measured(self):
        lab = self.lab(module("swp1", block_busy_ms=1000))
        running = lab.start("flash", lab.image("1.3.0", size=60_000), "swp1", "--repeat", 1000)
        running.wait_for_event("the first run", event="result", ok=True)
        running.wait_until_writing()
        running.signal(signal.SIGINT)
        result = running.wait()
        self.assertIn(result.code, (0, 130), result)
        statistics, = result.of("statistics")
        self.assertGreaterEqual(statistics["ok"], 1)
        self.assertLess(statistics["ok"], 1000)

    def test_an_image_for_another_part_is_refused_all_the_same(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", part="OTHER")
        self.assertCode(lab.run("flash", image, "swp1", "--repeat", 2), 65)
        self.assertUntouched(lab, "swp1")


class MaxFailuresTest(LabTest):

    def test_no_further_device_is_begun(self):
        lab = self.lab(module("swp1", fault=[fault("0104", "remove")]), module("swp2"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", "swp2", "--at-once", 1,
                         "--max-failures", 1, json=True)
        self.assertCode(result, 1)
        self.assertEqual(result.result("swp2")["outcome"], "refused")
        self.assertIn("--max-failures", result.result("swp2")["message"])
        self.assertUntouched(lab, "swp2")


class SingleBankTest(LabTest):

    def flash_on_a_terminal(self, answer, *words):
        """Flashes a single bank with `answer` typed; gives the exit code and what was shown."""
        self.rack = self.lab(module("swp1", banks=1))
        image = self.rack.image("1.3.0")
        ours, theirs = pty.openpty()
        words = ["--config", self.rack.configuration, "flash", image, "swp1",
                 "--allow-single-bank", *words]
        process = self.rack.popen(words, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        os.write(ours, answer)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # all of the other side is closed
            pass
        os.close(ours)
        wait_until(lambda: process.poll() is not None, "the end of flash")
        return process.returncode, shown.decode()

    def test_on_a_terminal_it_asks(self):
        code, shown = self.flash_on_a_terminal(b"n\n")
        self.assertEqual(code, 130, shown)
        self.assertIn("overwrite the only image of swp1? [y/N]", shown)
        self.assertUntouched(self.rack, "swp1")

    def test_yes_goes_on(self):
        code, shown = self.flash_on_a_terminal(b"y\n")
        self.assertEqual(code, 0, shown)
        self.assertEqual(self.rack.running_version("swp1"), "1.3.0")

    def test_with_yes_it_does_not_ask(self):
        code, shown = self.flash_on_a_terminal(b"", "--yes")
        self.assertEqual(code, 0, shown)
        self.assertNotIn("[y/N]", shown)


class ShellTest(LabTest):

    def test_names_for_a_shell_need_no_hardware(self):
        lab = self.lab(module("swp1"), module("swp2"), serve=False)
        result = lab.run("list", "--names")
        self.assertCode(result, 0)
        self.assertEqual(result.out, "swp1\nswp2\n")

    def test_the_script_is_printed(self):
        lab = self.lab(serve=False)
        for shell in ("bash", "zsh"):
            result = lab.run("completion", shell)
            self.assertCode(result, 0)
            self.assertIn("complete -o filenames -F _reflash reflash\n", result.out)

    def test_discover_prints_a_configuration(self):
        lab = self.lab(serve=False)
        result = lab.run("discover")
        self.assertIn(result.code, (0, 77), result)
        found = lab.path / "found.toml"
        found.write_text(result.out)
        self.assertCode(lab.run("list", "--names", configuration=found), 0)


if __name__ == "__main__":
    unittest.main()
