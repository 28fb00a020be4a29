# SPDX-License-Identifier: Apache-2.0
"""The steps of a bank switch, one by one: --no-run, run, commit, rollback, abort."""

import unittest

from cmis_host import ABORT, NOT_NOW, START, CmisHost
from lab import LabTest, module, sha256


class StepTest(LabTest):

    def setUp(self):
        self.world = self.lab(module("swp1"))
        self.image = self.world.image("1.3.0")

    def check_banks(self, running, committed):
        banks = self.world.banks("swp1")
        self.assertEqual({name for name, bank in banks.items() if bank["running"]}, {running})
        self.assertEqual({name for name, bank in banks.items() if bank["committed"]}, {committed})

    def run_step(self, *words):
        result = self.world.run(*words)
        self.assertCode(result, 0)
        return result

    def test_load_then_run_then_commit(self):
        result = self.world.run("flash", self.image, "swp1", "--no-run", json=True)
        self.assertCode(result, 0)
        entry = result.result("swp1")
        self.assertEqual((entry["ok"], entry["outcome"], entry["version"], entry["bank"]),
                         (True, "downloaded", "1.2.0", "B"))
        self.check_banks(running="A", committed="A")
        loaded = self.world.banks("swp1")["B"]
        self.assertEqual((loaded["valid"], loaded["sha256"], loaded["version"]),
                         (True, sha256(self.image), "1.3.0"))
        self.run_step("run", "swp1")
        self.check_banks(running="B", committed="A")
        self.run_step("commit", "swp1")
        self.assertUpdated(self.world, "swp1", self.image, "1.3.0")

    def test_without_commit_a_power_cycle_boots_the_old_image(self):
        result = self.world.run("flash", self.image, "swp1", "--no-commit", json=True)
        self.assertCode(result, 0)
        entry = result.result("swp1")
        self.assertEqual((entry["ok"], entry["version"], entry["committed"]),
                         (True, "1.3.0", False))
        self.check_banks(running="B", committed="A")
        self.world.power_cycle("swp1")
        self.check_banks(running="A", committed="A")

    def test_rollback_goes_back_to_the_other_image(self):
        self.run_step("flash", self.image, "swp1")
        self.run_step("rollback", "swp1")
        self.assertEqual(self.world.running_version("swp1"), "1.2.0")

    def test_rollback_before_commit_leaves_the_old_image_running_and_committed(self):
        self.run_step("flash", self.image, "swp1", "--no-commit")
        self.run_step("rollback", "swp1")
        self.check_banks(running="A", committed="A")

    def test_rollback_with_nothing_to_go_back_to(self):
        result = self.world.run("rollback", "swp1")
        self.assertError(result, result.code, "empty", device="swp1")
        self.assertNotEqual(result.code, 0)
        self.assertUntouched(self.world, "swp1")

    def test_run_with_an_empty_bank(self):
        result = self.world.run("run", "swp1")
        self.assertError(result, result.code, "empty", device="swp1")
        self.assertNotEqual(result.code, 0)
        self.assertUntouched(self.world, "swp1")

    def test_commit_of_what_is_committed_is_fine(self):
        self.run_step("commit", "swp1")
        self.assertUntouched(self.world, "swp1")

    def test_abort_ends_a_download_that_another_host_left_open(self):
        with self.world.client() as client:
            host = CmisHost(client, "swp1")
            image = self.image.read_bytes()
            host.perform(START, len(image).to_bytes(4, "big") + bytes(4) + image[:64])
            self.run_step("abort", "swp1")
            self.assertEqual(host.command(ABORT), NOT_NOW, "a download is still open")
        self.check_banks(running="A", committed="A")

    def test_abort_with_nothing_to_abort(self):
        self.run_step("abort", "swp1")
        self.assertUntouched(self.world, "swp1")

    def test_flash_ends_a_download_that_another_host_left_open(self):
        with self.world.client() as client:
            host = CmisHost(client, "swp1")
            host.perform(START, (5000).to_bytes(4, "big") + bytes(4) + bytes(64))
        self.run_step("flash", self.image, "swp1")
        self.assertUpdated(self.world, "swp1", self.image, "1.3.0")

    def test_a_step_tells_what_the_banks_hold(self):
        self.run_step("flash", self.image, "swp1", "--no-run")
        self.assertIn("bank B runs 1.3.0", self.run_step("run", "swp1").out)
        result = self.world.run("commit", "swp1", json=True)
        self.assertEqual((result.events[-1]["ok"], result.events[-1]["version"]), (True, "1.3.0"))

    def test_steps_of_devices_that_are_not_there(self):
        lab = self.lab(module("absent", present=False))
        for step in ("run", "commit", "rollback", "abort"):
            with self.subTest(step):
                self.assertError(lab.run(step, "nosuch"), 3, "nosuch")
                self.assertError(lab.run(step, "absent"), 3, "no module", device="absent")

    def test_steps_when_the_lab_is_not_there(self):
        lab = self.lab(module("swp1"), serve=False)
        for step in ("run", "commit", "rollback", "abort"):
            with self.subTest(step):
                self.assertError(lab.run(step, "swp1"), 3, str(lab.socket), device="swp1")


if __name__ == "__main__":
    unittest.main()
