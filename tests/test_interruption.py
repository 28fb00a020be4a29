# SPDX-License-Identifier: Apache-2.0
"""Signals, and a lab that goes away: the device stays bootable, and reflash says what is."""

import signal
import unittest

from cmis_host import ABORT, NOT_NOW, CmisHost
from lab import LabTest, module, wait_until

SLOW = {"block_busy_ms": 10_000}  # 200 ms a block of 2 KiB: an update of six seconds
SIZE = 60_000


class InterruptionTest(LabTest):

    def start(self, *modules, **keys):
        """A lab, and an update of swp1 (and others) that has begun to write."""
        lab = self.lab(module("swp1", **{**SLOW, **keys}), *modules)
        self.image = lab.image("1.3.0", size=SIZE)
        running = lab.start("flash", self.image, *lab.names)
        running.wait_until_writing()
        return lab, running

    def check_old_image_runs(self, lab, port="swp1"):
        banks = lab.banks(port)
        self.assertTrue(banks["A"]["running"] and banks["A"]["committed"], banks)
        self.assertFalse(banks["B"]["valid"], banks)

    def check_no_download_is_open(self, lab, port="swp1"):
        with lab.client() as client:
            self.assertEqual(CmisHost(client, port).command(ABORT), NOT_NOW)

    def check_second_update(self, lab, port="swp1"):
        """A smaller one, since the module is slow."""
        image = lab.image("1.3.1", size=5_000)
        result = lab.run("flash", image, port)
        self.assertCode(result, 0)
        self.assertUpdated(lab, port, image, "1.3.1")
        return result

    # Ctrl-C.

    def check_cancel(self, number):
        lab, running = self.start()
        running.signal(number)
        result = running.wait()
        self.assertCode(result, 130)
        entry = result.result("swp1")
        self.assertEqual((entry["ok"], entry["outcome"], entry["error"], entry["phase"]),
                         (False, "canceled", "canceled", "writing"))
        self.assertTrue(0 < entry["remaining"] < SIZE, entry)
        self.assertTruthful(entry, lab.banks("swp1"))
        self.check_old_image_runs(lab)
        self.check_no_download_is_open(lab)
        second = self.check_second_update(lab)
        self.assertNotIn("interrupted", second.err, "a clean cancel leaves nothing to repair")

    def test_interrupt_is_a_clean_cancel(self):
        self.check_cancel(signal.SIGINT)

    def test_terminate_is_a_clean_cancel(self):
        self.check_cancel(signal.SIGTERM)

    def test_a_canceled_module_boots_its_old_image(self):
        lab, running = self.start()
        running.signal(signal.SIGINT)
        running.wait()
        lab.power_cycle("swp1")
        self.check_old_image_runs(lab)

    def test_impatience_changes_nothing(self):
        lab, running = self.start()
        for _ in range(20):
            running.signal(signal.SIGINT)
        self.assertCode(running.wait(), 130)
        self.check_old_image_runs(lab)
        self.check_no_download_is_open(lab)

    def test_interrupt_cancels_all_and_spares_what_is_done(self):
        lab, running = self.start(module("quick"), module("swp2", **SLOW))
        running.wait_for_event("the end of quick", event="result", device="quick")
        running.signal(signal.SIGINT)
        result = running.wait()
        self.assertCode(result, 130)
        self.assertEqual(result.result("quick")["outcome"], "updated")
        self.assertUpdated(lab, "quick", self.image, "1.3.0")
        for port in ("swp1", "swp2"):
            self.assertEqual(result.result(port)["outcome"], "canceled")
            self.check_old_image_runs(lab, port)

    def test_interrupt_does_not_begin_what_waits_for_its_turn(self):
        lab = self.lab(module("swp1", **SLOW), module("swp2"))
        running = lab.start("flash", lab.image("1.3.0", size=SIZE), "swp1", "swp2",
                            "--at-once", "1")
        running.wait_until_writing()
        running.signal(signal.SIGINT)
        result = running.wait()
        self.assertCode(result, 130)
        self.assertEqual(result.result("swp2")["outcome"], "canceled")
        self.assertUntouched(lab, "swp2")

    def test_interrupt_while_the_new_image_boots_is_answered_honestly(self):
        lab = self.lab(module("swp1", boot_ms=100_000))  # two seconds
        image = lab.image("1.3.0")
        running = lab.start("flash", image, "swp1")
        running.wait_until_writing()
        wait_until(lambda: lab.running_version("swp1") is None
                   or lab.running_version("swp1") == "1.3.0", "the new image to be started")
        running.signal(signal.SIGINT)
        result = running.wait()
        self.assertCode(result, 0)
        self.assertIn("cannot be stopped now", result.out + result.err)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_interrupt_in_text_mode_says_what_the_device_holds(self):
        lab = self.lab(module("swp1", **SLOW))
        running = lab.start("flash", lab.image("1.3.0", size=SIZE), "swp1", json=False)
        running.wait_for_line(lambda line: "writing" in line, "the writing")
        wait_until(lambda: not lab.banks("swp1")["B"]["valid"]
                   and lab.banks("swp1")["B"]["length"] == SIZE, "the first byte")
        running.signal(signal.SIGINT)
        result = running.wait()
        self.assertError(result, 130, "cancel", device="swp1")
        self.assertIn("bank A runs 1.2.0", result.out + result.err)

    def test_a_look_can_be_interrupted(self):
        lab = self.lab(module("swp1", command_busy_ms=50_000))  # a second a command
        running = lab.start("info", "swp1")
        wait_until(lambda: lab.dump("swp1")["counters"]["transactions"] > 3, "the look")
        running.signal(signal.SIGINT)
        self.assertIn(running.wait().code, (0, 130))

    # Signals that a job survives.

    def test_hangup_is_ignored(self):
        lab, running = self.start(block_busy_ms=1000)
        running.signal(signal.SIGHUP)
        self.assertCode(running.wait(), 0)
        self.assertUpdated(lab, "swp1", self.image, "1.3.0")

    # Death.

    def test_after_a_kill_the_next_update_says_so_and_repairs(self):
        lab, running = self.start()
        running.signal(signal.SIGKILL)
        running.process.wait()
        self.check_old_image_runs(lab)
        second = self.check_second_update(lab)
        self.assertIn("interrupted", second.err)
        self.assertIn("fw-1.3.0.bin", second.err)
        self.assertTrue(all(line.startswith("reflash: swp1: ")
                            for line in second.err.splitlines()), second)
        third = lab.run("info", "swp1")
        self.assertNotIn("interrupted", third.err, "it is repaired")

    def test_after_a_kill_info_says_so_and_repairs(self):
        lab, running = self.start()
        running.signal(signal.SIGKILL)
        running.process.wait()
        look = lab.run("info", "swp1")
        self.assertCode(look, 0)
        self.assertIn("interrupted", look.err)
        self.assertIn("1.2.0", look.out)
        self.check_no_download_is_open(lab)
        self.assertNotIn("interrupted", self.check_second_update(lab).err)

    def test_after_a_kill_list_shows_the_device(self):
        lab, running = self.start()
        running.signal(signal.SIGKILL)
        running.process.wait()
        listed = lab.run("list", json=True)
        self.assertCode(listed, 0)
        entry, = [event for event in listed.events if "event" not in event]
        self.assertEqual((entry["device"], entry["version"]), ("swp1", "1.2.0"))
        self.assertIn("interrupted", listed.out)

    def test_after_a_kill_a_power_cycle_boots_the_old_image(self):
        lab, running = self.start()
        running.signal(signal.SIGKILL)
        running.process.wait()
        lab.power_cycle("swp1")
        self.check_old_image_runs(lab)
        self.check_second_update(lab)

    def test_a_kill_while_the_new_image_boots(self):
        lab = self.lab(module("swp1", boot_ms=50_000))
        self.image = lab.image("1.3.0")
        running = lab.start("flash", self.image, "swp1")
        wait_until(lambda: lab.running_version("swp1") != "1.2.0", "the new image to be started")
        running.signal(signal.SIGKILL)
        running.process.wait()
        lab.settle("swp1")
        self.assertFalse(lab.banks("swp1")["B"]["committed"])
        look = lab.run("info", "swp1")
        self.assertCode(look, 0)
        self.assertIn("interrupted", look.err)
        self.assertEqual(lab.running_version("swp1"), "1.3.0", "repairing cuts no traffic")
        self.assertNotIn(lab.run("flash", self.image, "swp1").code, (1, 2))
        running_bank, = [bank for bank in lab.banks("swp1").values() if bank["running"]]
        self.assertEqual((running_bank["version"], running_bank["committed"]), ("1.3.0", True))

    # The lab goes away.

    def test_a_lab_that_goes_away_fails_the_update_at_once(self):
        lab, running = self.start()
        lab.kill_server()
        result = running.wait()
        self.assertCode(result, 1)
        entry = result.result("swp1")
        self.assertEqual((entry["ok"], entry["outcome"], entry["phase"]),
                         (False, "failed", "writing"))
        self.assertIn("lab", entry["message"])
        self.assertIn(str(lab.socket), entry["message"])
        self.assertIn("could not be read", entry["state"])

    def test_a_lab_that_goes_away_in_text_mode(self):
        lab = self.lab(module("swp1", **SLOW), module("swp2", **SLOW))
        running = lab.start("flash", lab.image("1.3.0", size=SIZE), "swp*", json=False)
        for name in lab.names:
            wait_until(lambda name=name: lab.banks(name)["B"]["length"] == SIZE, "the first byte")
        lab.kill_server()
        result = running.wait()
        self.assertError(result, 1, "lab", "went away", device="swp1")
        self.assertError(result, 1, "lab", "went away", device="swp2")

    def test_a_lab_that_ends_politely_fails_the_update_too(self):
        lab, running = self.start()
        lab.server_may_end = True
        lab.server.terminate()
        self.assertCode(running.wait(), 1)
        self.assertEqual(lab.server.wait(60), 0)
        self.assertFalse(lab.socket.exists())

    def test_a_lab_that_is_gone_before_the_first_byte(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        lab.kill_server()
        self.assertError(lab.run("flash", image, "swp1"), 3, str(lab.socket), device="swp1")

    def test_a_lab_that_comes_back_can_be_used_again(self):
        lab, running = self.start()
        lab.kill_server()
        running.wait()
        lab.serve()
        self.check_second_update(lab)


if __name__ == "__main__":
    unittest.main()
