# SPDX-License-Identifier: Apache-2.0
"""`trace record` and `trace replay`: the bus traffic of an update, to a file and back."""

import json
import os
import unittest

from lab import LabTest, module


class TraceTest(LabTest):

    def setUp(self):
        self.world = self.lab(
            module("swp1", password="600dcafe"),
            module("swp2", cmis="4.0", write="lpl", background=False, auto_paging=False,
                   trigger_on_stop=False),
            devices=[])
        self.world.configure([self.world.device("swp1"), self.world.device("swp2"),
                              {"name": "tape", "driver": "cmis", "bus": "replay:swp2.jsonl"}])
        self.image = self.world.image("1.3.0", size=5000)
        self.password = self.world.path / "password"
        self.password.write_text("600dcafe\n")

    def record(self, device, *options, code=0):
        file = self.world.path / f"{device}.jsonl"
        result = self.world.run("trace", "record", file, self.image, device, *options)
        self.assertCode(result, code)
        return file

    def lines(self, file):
        return [json.loads(line) for line in file.read_text().splitlines()]

    def test_what_was_recorded_agrees_with_the_driver(self):
        for device, options in (("swp1", ("--password-file", self.password)), ("swp2", ())):
            with self.subTest(device):
                file = self.record(device, *options)
                self.assertUpdated(self.world, device, self.image, "1.3.0")
                result = self.world.run("trace", "replay", file, self.image)
                self.assertCode(result, 0)
                self.assertIn("agree", result.out)
                self.assertIn("updated 1.2.0 -> 1.3.0", result.out)

    def test_a_recording_has_a_transaction_a_line_with_its_reply_and_time(self):
        header, *transfers = self.lines(self.record("swp2"))
        self.assertEqual(header["recording"], 1)
        self.assertEqual([entry["t"] for entry in transfers],
                         sorted(entry["t"] for entry in transfers))
        self.assertTrue(any(entry["ack"] is False and entry["at"] == 0 for entry in transfers))
        for entry in transfers:
            asked = sum(message.get("read", 0) for message in entry["transfer"])
            if entry["ack"]:
                self.assertEqual(sum(len(read) for read in entry.get("read", [])), 2 * asked)

    def test_the_password_is_not_in_it(self):
        file = self.record("swp1", "--password-file", self.password)
        self.assertNotIn("600dcafe", file.read_text())
        masked = [entry for entry in self.lines(file) if entry.get("masked")]
        self.assertTrue(masked)
        self.assertEqual(os.stat(file).st_mode & 0o077, 0)

    def test_another_image_is_a_difference_with_its_line(self):
        file = self.record("swp2")
        other = self.world.image("1.3.0", name="other.bin", size=5000, seed=7)
        result = self.world.run("trace", "replay", file, other)
        self.assertError(result, 1, f"{file}:", "the recording has", "the driver sent")

    def test_other_options_are_a_difference(self):
        file = self.record("swp2", "--no-run")
        self.assertCode(self.world.run("trace", "replay", file, self.image, "--no-run"), 0)
        result = self.world.run("trace", "replay", file, self.image)
        self.assertError(result, 1, f"{file}:", "the recording")

    def test_a_changed_byte_is_a_difference(self):
        file = self.record("swp2")
        lines = file.read_text().splitlines()
        number = next(number for number, line in enumerate(lines) if '"write":"800103"' in line)
        lines[number] = lines[number].replace("800103", "800104")
        changed = self.world.path / "changed.jsonl"
        changed.write_text("\n".join(lines) + "\n")
        result = self.world.run("trace", "replay", changed, self.image)
        self.assertError(result, 1, f"changed.jsonl:{number + 1}: ", "W800104", "W800103")

    def test_a_recording_stands_in_for_a_module(self):
        self.record("swp2")
        result = self.world.run("flash", self.image, "tape", json=True)
        self.assertCode(result, 0)
        self.assertEqual(result.result("tape")["version"], "1.3.0")

    def test_files_that_are_no_recordings(self):
        file = self.record("swp2")
        cut = self.world.path / "cut.jsonl"
        cut.write_bytes(file.read_bytes()[:3000])
        lines = len(cut.read_text().splitlines())
        for name, words in ((cut, f"cut.jsonl:{lines}: "), (self.image, ":1: "),
                            ("no-such", "no-such"), ("/dev/zero", "/dev/zero")):
            with self.subTest(name):
                self.assertError(self.world.run("trace", "replay", name, self.image), 64, words)

    def test_nothing_is_overwritten_and_nothing_is_left_behind(self):
        before = self.image.read_bytes()
        result = self.world.run("trace", "record", self.image, self.image, "swp1")
        self.assertError(result, 64, "overwrites nothing")
        self.assertEqual(self.image.read_bytes(), before)
        self.assertError(self.world.run("trace", "record", "new.jsonl", self.image, "nosuch"), 3)
        self.assertError(self.world.run("trace", "record", "new.jsonl", self.image, "tape"), 64)
        self.assertFalse((self.world.path / "new.jsonl").exists())
        self.assertUntouched(self.world, "swp1")

    def test_there_is_no_such_driver(self):
        file = self.record("swp2")
        result = self.world.run("trace", "replay", file, self.image, "--kind", "toaster")
        self.assertError(result, 64, "toaster", "cmis")

    def test_json(self):
        file = self.record("swp2")
        result = self.world.run("trace", "replay", file, self.image, json=True)
        self.assertCode(result, 0)
        self.assertEqual(result.result(str(file))["outcome"], "updated")
        other = self.world.image("1.3.0", name="other.bin", size=5000, seed=7)
        result = self.world.run("trace", "replay", file, other, json=True)
        self.assertCode(result, 1)
        self.assertEqual([event["error"] for event in result.of("error")], ["hw-error"])


if __name__ == "__main__":
    unittest.main()
