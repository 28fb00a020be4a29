# SPDX-License-Identifier: Apache-2.0
"""`cdb`: single commands to a module, for those who test modules."""

import unittest

from lab import LabTest, module


class CdbTest(LabTest):

    def test_a_reply_is_shown_decoded_and_in_digits(self):
        world = self.lab(module("swp1"))
        result = world.run("cdb", "swp1", "0041")
        self.assertCode(result, 0)
        self.assertIn("swp1: 0041h firmware management features: success", result.out)
        for words in ("start header", "64 bytes", "reads back", "hitless start"):
            self.assertIn(words, result.out)
        self.assertIn("reply    0: ", result.out)

    def test_json_has_digits_and_fields(self):
        world = self.lab(module("swp1"))
        result = world.run("cdb", "swp1", "0100", json=True)
        self.assertCode(result, 0)
        (entry,) = result.of("cdb", "swp1")
        self.assertEqual((entry["ok"], entry["command"], entry["status"], entry["name"]),
                         (True, "0100", "01", "firmware info"))
        self.assertEqual(entry["decoded"]["bank A"], "1.2.0, running, committed, valid")
        self.assertEqual(len(entry["reply"]), 2 * 110)
        self.assertEqual(entry["reply"][4:12], "01020000")

    def test_each_query_of_the_specification_is_understood(self):
        world = self.lab(module("swp1"))
        for command, payload, field in (("0000", "0000", "status"), ("0040", "", "commands"),
                                        ("0041", "", "writes"), ("0100", "", "bank B")):
            words = [word for word in ("cdb", "swp1", command, payload) if word]
            result = world.run(*words, json=True)
            self.assertCode(result, 0)
            self.assertIn(field, result.of("cdb")[0]["decoded"])

    def test_an_image_can_be_loaded_and_read_back_by_hand(self):
        world = self.lab(module("swp1"))
        image = world.image("1.3.0", size=64 + 2048 + 100)
        data = image.read_bytes()

        def cdb(*words):
            result = world.run("cdb", "swp1", *words, json=True)
            self.assertCode(result, 0)
            return result.of("cdb")[0]

        cdb("0101", f"{len(data):08x}00000000" + data[:64].hex())
        cdb("0104", "00000000", "--epl", data[64:64 + 2048].hex())
        cdb("0103", "00000800" + data[64 + 2048:].hex())
        cdb("0107")
        self.assertTrue(world.banks("swp1")["B"]["valid"])
        block = cdb("0106", "000000000800")
        self.assertEqual(block["epl"], data[64:64 + 2048].hex())
        block = cdb("0105", "000008000010")
        self.assertEqual(block["reply"], "00000800" + data[64 + 2048:64 + 2048 + 16].hex())
        self.assertEqual(block["decoded"]["address"], "0x800")

    def test_a_status_of_failure_is_exit_code_1_and_in_words(self):
        world = self.lab(module("swp1"))
        world.violations_expected = True
        result = world.run("cdb", "swp1", "7fff", json=True)
        self.assertCode(result, 1)
        (entry,) = result.of("cdb")
        self.assertEqual((entry["ok"], entry["status"]), (False, "41"))
        self.assertIn("41h", entry["message"])

    def test_a_password_opens_the_module(self):
        world = self.lab(module("swp1", password="12345678"))
        world.violations_expected = True
        closed = world.run("cdb", "swp1", "0102", json=True)
        self.assertEqual(closed.of("cdb")[0]["status"], "46")
        (world.path / "password").write_text("12345678\n")
        opened = world.run("cdb", "swp1", "0102", "--password-file", "password", json=True)
        self.assertNotEqual(opened.of("cdb")[0]["status"], "46")

    def test_traffic_is_not_cut_by_a_run_command(self):
        world = self.lab(module("swp1", other_version="1.1.0"))
        world.configure([world.device("swp1", netdev=["lo"])])
        run = "000000c8"
        self.assertError(world.run("cdb", "swp1", "0109", run), 75, "lo is up", device="swp1")
        self.assertEqual(world.running_version("swp1"), "1.2.0")
        self.assertCode(world.run("cdb", "swp1", "0100"), 0)
        self.assertCode(world.run("cdb", "swp1", "0109", run, "--allow-in-use"), 0)

    def test_a_module_that_a_job_has_is_busy(self):
        world = self.lab(module("swp1", block_busy_ms=100), time_scale=1)
        job = world.start("flash", world.image("1.3.0"), "swp1")
        job.wait_until_writing()
        self.assertError(world.run("cdb", "swp1", "0100"), 75, device="swp1")
        self.assertCode(job.wait(), 0)

    def test_what_is_no_command_is_wrong_usage(self):
        world = self.lab(module("swp1"))
        for words in (["swp1"], ["swp1", "xyz"], ["swp1", "12345"], ["swp1", "0041", "0"],
                      ["swp1", "0041", "zz"], ["swp1", "0041", "00" * 121],
                      ["swp1", "0104", "00000000", "--epl", "00" * 2049],
                      ["swp1", "0106", "000000000801"], ["swp1", "0041", "--epl-reply", "2049"]):
            self.assertCode(world.run("cdb", *words), 64)
        self.assertCode(world.run("cdb", "nosuch", "0041"), 3)

    def test_an_absent_module_is_told(self):
        world = self.lab(module("swp1", present=False))
        self.assertError(world.run("cdb", "swp1", "0041"), 3, "no module", device="swp1")


if __name__ == "__main__":
    unittest.main()
