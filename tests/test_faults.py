# SPDX-License-Identifier: Apache-2.0
"""Modules that misbehave: a truthful report, a bootable device, and a second try that succeeds."""

import os
import unittest

from lab import LabTest, fault, module, wait_until

BLOCK = "0104"


class FaultTest(LabTest):

    def flash(self, *faults, **keys):
        """An update of swp1 with these faults; returns lab, image, command and result."""
        lab = self.lab(module("swp1", fault=list(faults), **keys))
        lab.violations_expected = True  # what the host says to a module that is broken
        self.image = lab.image("1.3.0")
        command = lab.run("flash", self.image, "swp1", json=True)
        return lab, command, command.result("swp1")

    def check_done(self, lab, command):
        self.assertCode(command, 0)
        self.assertUpdated(lab, "swp1", self.image, "1.3.0")

    def check_failed(self, command, entry, phase, outcome="failed"):
        self.assertCode(command, 1)
        self.assertEqual((entry["ok"], entry["outcome"], entry["phase"]), (False, outcome, phase))
        self.assertTrue(entry["message"])

    def check_bootable(self, lab, version="1.2.0"):
        """The module boots its old image, and an update works again."""
        lab.power_cycle("swp1")
        self.assertEqual(lab.running_version("swp1"), version)
        self.assertCode(lab.run("flash", self.image, "swp1"), 0)
        running, = [bank for bank in lab.banks("swp1").values() if bank["running"]]
        self.assertEqual((running["version"], running["committed"]), ("1.3.0", True))

    # What is overcome.

    def test_a_block_with_a_wrong_check_code_is_sent_again(self):
        for command, keys in ((BLOCK, {"write": "epl"}), ("0103", {"write": "lpl"})):
            with self.subTest(command):
                lab, done, _ = self.flash(fault(command, "status:45", 3), **keys)
                self.check_done(lab, done)
                self.assertEqual(lab.dump("swp1")["counters"]["violations"], [])

    def test_a_block_that_is_garbled_on_the_way_is_sent_again(self):
        lab, done, _ = self.flash(fault("0103", "garble", 5), write="lpl")
        self.check_done(lab, done)

    def test_a_command_that_is_not_acknowledged_is_sent_again(self):
        for command in ("0041", "0100", "0101", BLOCK, "0107", "0109", "010A"):
            with self.subTest(command):
                lab, done, _ = self.flash(fault(command, "nack"))
                self.check_done(lab, done)
                self.assertEqual(lab.dump("swp1")["counters"]["violations"], [])

    def test_transfers_that_are_not_acknowledged_are_repeated(self):
        lab, done, _ = self.flash(*[fault("transfer", "nack", nth)
                                    for nth in range(5, 120, 7)])
        self.check_done(lab, done)
        self.assertEqual(lab.dump("swp1")["counters"]["violations"], [])

    def test_a_status_that_is_late_is_not_believed(self):
        for command in ("0101", BLOCK, "0107"):
            with self.subTest(command):
                lab, done, _ = self.flash(fault(command, "wrong-status:0.2"))
                self.check_done(lab, done)
                self.assertEqual(lab.dump("swp1")["counters"]["violations"], [])

    def test_a_commit_that_is_refused_at_first_is_tried_again(self):
        lab, done, _ = self.flash(fault("010A", "status:47"))
        self.check_done(lab, done)

    # What ends the update before the new image is started.

    def test_a_block_that_is_refused(self):
        lab, command, entry = self.flash(fault(BLOCK, "status:42", 4))
        self.check_failed(command, entry, "writing")
        self.assertIn("42h", entry["message"])
        self.assertTruthful(entry, lab.banks("swp1"))
        self.assertEqual(lab.dump("swp1")["counters"]["violations"], [])
        self.check_bootable(lab)

    def test_a_start_that_is_refused(self):
        lab, command, entry = self.flash(fault("0101", "status:40"))
        self.check_failed(command, entry, "preparing")
        self.assertTruthful(entry, lab.banks("swp1"))
        self.check_bootable(lab)

    def test_a_complete_that_is_refused(self):
        lab, command, entry = self.flash(fault("0107", "status:62"))
        self.check_failed(command, entry, "programming")
        self.assertIn("62h", entry["message"])
        self.assertTruthful(entry, lab.banks("swp1"))
        self.check_bootable(lab)

    def test_epl_data_that_is_garbled_is_found_by_the_module(self):
        lab, command, entry = self.flash(fault(BLOCK, "garble", 3), write="epl")
        self.check_failed(command, entry, "programming")
        self.assertEqual(entry["error"], "invalid-image")
        self.assertTruthful(entry, lab.banks("swp1"))
        self.check_bootable(lab)

    # What happens once the new image is started.

    def test_a_new_image_that_crashes_at_boot(self):
        lab, command, entry = self.flash(fault("boot", "power-cut"))
        self.assertCode(command, 1)
        self.assertFalse(entry["ok"])
        self.assertIn(entry["outcome"], ("rolled-back", "failed"))
        self.assertTruthful(entry, lab.banks("swp1"))
        self.assertEqual(lab.running_version("swp1"), "1.2.0",
                         "the old image ran, and was left for the one that crashes")
        self.check_bootable(lab)

    def test_a_new_image_that_hangs_until_somebody_cuts_the_power(self):
        lab = self.lab(module("swp1", fault=[fault("boot", "nack")]))
        self.image = lab.image("1.3.0")
        running = lab.start("flash", self.image, "swp1")
        wait_until(lambda: lab.running_version("swp1") == "1.3.0", "the new image to be started")
        lab.power_cycle("swp1")
        command = running.wait()
        entry = command.result("swp1")
        self.assertCode(command, 1)
        self.assertFalse(entry["ok"])
        self.assertTruthful(entry, lab.banks("swp1"))
        self.assertEqual(lab.running_version("swp1"), "1.2.0",
                         "the old image ran, and was left for the one that hangs")
        self.check_bootable(lab)

    def test_a_run_that_is_refused(self):
        lab, command, entry = self.flash(fault("0109", "status:40"))
        self.assertCode(command, 1)
        self.assertFalse(entry["ok"])
        self.assertTruthful(entry, lab.banks("swp1"))
        self.assertEqual(lab.running_version("swp1"), "1.2.0",
                         "a refused start is not made good by starting it again")

    def test_a_commit_that_is_refused(self):
        lab, command, entry = self.flash(fault("010A", "status:42"))
        self.assertCode(command, 1)
        self.assertFalse(entry["ok"])
        self.assertIn("42h", entry["message"])
        self.assertTruthful(entry, lab.banks("swp1"))
        self.assertFalse(lab.banks("swp1")["B"]["committed"])
        lab.power_cycle("swp1")
        self.assertEqual(lab.running_version("swp1"), "1.2.0")


class PatientFaultTest(LabTest):
    """Faults that a host can only sit out. Many modules share the wait."""

    # Where a module was cut or stuck: name to command, what happens, the phase of the failure.
    FAULTS = {
        "cut-at-block-1": (fault(BLOCK, "power-cut", 1), "writing"),
        "cut-at-block-6": (fault(BLOCK, "power-cut", 6), "writing"),
        "cut-at-complete": (fault("0107", "power-cut"), "programming"),
        "pulled-out": (fault(BLOCK, "remove", 5), "writing"),
        "pulled-out-at-complete": (fault("0107", "remove"), "programming"),
        "stuck-at-start": (fault("0101", "stuck"), "preparing"),
        "stuck-at-block": (fault(BLOCK, "stuck", 3), "writing"),
        "stuck-at-a-transfer": (fault("transfer", "stuck", 60), None),
    }

    def test_each_is_reported_truthfully_and_can_be_updated_afterwards(self):
        lab = self.lab(*[module(name, f"i2c-{index % 3}", fault=[staged])
                         for index, (name, (staged, _)) in enumerate(self.FAULTS.items())],
                       module("good", "i2c-0"),
                       buses={f"i2c-{number}": 3_400_000 for number in range(3)})
        lab.violations_expected = True  # what the host says to a module that is broken
        image = lab.image("1.3.0")
        command = lab.run("flash", image, "*", json=True)
        self.assertCode(command, 1)
        self.assertUpdated(lab, "good", image, "1.3.0")
        self.assertEqual(lab.dump("good")["counters"]["violations"], [])
        for name, (_, phase) in self.FAULTS.items():
            with self.subTest(name):
                self.check_report(lab, command.result(name), phase)
                self.revive(lab, name)
                self.assertEqual(lab.running_version(name), "1.2.0")
                again = lab.run("flash", image, name)
                self.assertCode(again, 0)
                self.assertUpdated(lab, name, image, "1.3.0")

    def check_report(self, lab, entry, phase):
        self.assertEqual((entry["ok"], entry["outcome"]), (False, "failed"), entry)
        self.assertIn(entry["phase"], (phase,) if phase else ("preparing", "writing"), entry)
        self.assertTrue(entry["message"])
        if "could not be read" in entry["state"]:
            self.assertIn("bank A runs 1.2.0", entry["state"], "what it was before")
        else:
            self.assertTruthful(entry, lab.banks(entry["device"]))

    @staticmethod
    def revive(lab, name):
        lab.control(name, "insert")  # does nothing to one that was not pulled out
        lab.power_cycle(name)

    def test_a_module_that_was_pulled_out_is_repaired_when_it_is_back(self):
        lab = self.lab(module("swp1", fault=[fault(BLOCK, "remove", 5)]))
        lab.violations_expected = True
        image = lab.image("1.3.0")
        result = lab.run("flash", image, "swp1")
        self.assertError(result, 1, "writing", device="swp1")
        self.assertError(lab.run("info", "swp1"), 3, "no module", device="swp1")
        lab.control("swp1", "insert")
        lab.settle("swp1")
        look = lab.run("info", "swp1")
        self.assertCode(look, 0)
        self.assertIn("interrupted", look.err)
        self.assertIn("1.2.0", look.out)

    @unittest.skipUnless(os.environ.get("REFLASH_SLOW_TESTS"), "takes some minutes")
    def test_new_images_that_never_come_up(self):
        hung = {"silent": "nack", "stuck": "stuck", "gone": "remove"}
        lab = self.lab(*[module(name, fault=[fault("boot", do)]) for name, do in hung.items()])
        lab.violations_expected = True
        image = lab.image("1.3.0")
        command = lab.run("flash", image, *lab.names, json=True, timeout_s=900)
        self.assertCode(command, 1)
        for name in hung:
            with self.subTest(name):
                entry = command.result(name)
                self.assertFalse(entry["ok"], entry)
                if "could not be read" not in entry["state"]:
                    self.assertTruthful(entry, lab.banks(name))
                if name != "gone":
                    self.assertFalse(lab.banks(name)["B"]["committed"])
                self.revive(lab, name)
                self.assertEqual(lab.running_version(name), "1.2.0")
                self.assertCode(lab.run("flash", image, name), 0)


if __name__ == "__main__":
    unittest.main()
