# SPDX-License-Identifier: Apache-2.0
"""Two processes at one module: one works, the other is told who has it, nobody is disturbed."""

import json
import signal
import unittest

from lab import LabTest, module

SLOW = {"block_busy_ms": 2500}  # 50 ms a block of 2 KiB: an update of some seconds


class TwoProcessesTest(LabTest):

    def start_and_freeze(self, *modules, devices=None, **keys):
        """A lab in which swp1 is being updated by a process that stands still."""
        lab = self.lab(module("swp1", **SLOW, **keys), *modules, devices=devices)
        self.image = lab.image("1.3.0", size=60_000)
        running = lab.start("flash", self.image, "swp1")
        running.wait_until_writing()
        running.stop()
        # A transfer that was on its way is finished first, since a bus is served in turn.
        with lab.client() as client:
            client.transfer("swp1", bytes([3]), 1)
        return lab, running

    def finish(self, lab, running):
        running.go_on()
        self.assertCode(running.wait(), 0)
        self.assertUpdated(lab, "swp1", self.image, "1.3.0")

    def test_a_second_update_is_refused_and_names_the_holder(self):
        lab, running = self.start_and_freeze()
        before = lab.dump("swp1")["counters"]
        result = lab.run("flash", self.image, "swp1")
        self.assertError(result, 75, str(running.process.pid), "flash", device="swp1")
        self.assertEqual(lab.dump("swp1")["counters"], before)
        self.finish(lab, running)
        self.assertCode(lab.run("flash", self.image, "swp1"), 2)  # the claim is gone

    def test_so_are_the_single_steps(self):
        lab, running = self.start_and_freeze()
        before = lab.dump("swp1")["counters"]
        for step in ("run", "commit", "rollback", "abort"):
            with self.subTest(step):
                self.assertError(lab.run(step, "swp1"), 75, str(running.process.pid),
                                 device="swp1")
        self.assertEqual(lab.dump("swp1")["counters"], before)

    def test_two_names_of_one_module_are_one_module(self):
        lab, running = self.start_and_freeze()
        lab.configure([lab.device("port7", port="swp1")])
        result = lab.run("flash", self.image, "port7")
        self.assertError(result, 75, str(running.process.pid), "swp1", device="port7")

    def test_so_is_one_behind_a_symbolic_link(self):
        lab, running = self.start_and_freeze()
        link = lab.path / "link.sock"
        link.symlink_to(lab.socket)
        folder = lab.path / "folder"
        folder.symlink_to(lab.path)
        for number, path in enumerate((link, folder / "lab.sock", f"{lab.path}/./lab.sock")):
            with self.subTest(path=path):
                lab.configure([lab.device(f"other{number}", port="swp1", socket=path)])
                result = lab.run("flash", self.image, f"other{number}")
                self.assertError(result, 75, str(running.process.pid), device=f"other{number}")

    def test_two_names_in_one_command(self):
        lab = self.lab(module("swp1"), devices=[])
        lab.configure([lab.device("one", port="swp1"), lab.device("two", port="swp1")])
        result = lab.run("flash", lab.image("1.3.0"), "one", "two")
        self.assertCode(result, 75)
        self.assertIn("held by", result.err)
        self.assertUntouched(lab, "swp1")

    def test_another_module_of_the_lab_is_free(self):
        lab, running = self.start_and_freeze(module("swp2"))
        self.assertCode(lab.run("flash", self.image, "swp2"), 0)
        self.assertUpdated(lab, "swp2", self.image, "1.3.0")
        self.finish(lab, running)

    def test_a_busy_device_keeps_the_others_untouched(self):
        lab, running = self.start_and_freeze(module("swp2"))
        result = lab.run("flash", self.image, "swp*")
        self.assertError(result, 75, str(running.process.pid), device="swp1")
        self.assertUntouched(lab, "swp2")

    def test_list_and_info_show_the_progress_and_do_not_touch_the_module(self):
        lab, running = self.start_and_freeze(module("swp2"))
        before = lab.dump("swp1")["counters"]
        for words in (("list",), ("info", "swp1")):
            text = lab.run(*words)
            self.assertCode(text, 0)
            self.assertIn("swp1", text.out)
            self.assertIn("writing", text.out)
        listed = lab.run("list", json=True)
        self.assertCode(listed, 0)
        self.assertIn("writing", listed.events[0]["state"])
        self.assertEqual(listed.events[0]["version"], "1.2.0")
        self.assertEqual(listed.events[1]["version"], "1.2.0", "swp2 can be looked at")
        shown = lab.run("info", "swp1", json=True)
        self.assertCode(shown, 0)
        self.assertEqual(shown.events[0]["device"], "swp1")
        self.assertIn("writing", json.dumps(shown.events))
        self.assertEqual(lab.dump("swp1")["counters"], before)
        self.finish(lab, running)

    def test_looking_all_the_time_disturbs_nothing(self):
        lab = self.lab(module("swp1", **SLOW))
        image = lab.image("1.3.0", size=60_000)
        running = lab.start("flash", image, "swp1")
        running.wait_until_writing()
        while running.process.poll() is None:
            self.assertCode(lab.run("list"), 0)
            self.assertCode(lab.run("info", "swp1", json=True), 0)
        self.assertCode(running.wait(), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_looks_of_many_processes_wait_for_each_other(self):
        lab = self.lab(module("swp1", command_busy_ms=500))
        looks = [lab.start("info", "swp1") for _ in range(8)]
        for look in looks:
            result = look.wait()
            self.assertCode(result, 0)
            self.assertEqual(result.events[0]["version"], "1.2.0")

    def test_of_many_updates_at_once_one_wins(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        results = [running.wait() for running in
                   [lab.start("flash", image, "swp1") for _ in range(6)]]
        codes = sorted(result.code for result in results)
        self.assertEqual(codes[0], 0, codes)
        # One that came later found the version running, the others found the module taken.
        self.assertLessEqual(set(codes[1:]), {2, 75}, codes)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_two_labs_with_equal_names_are_two_modules(self):
        lab, running = self.start_and_freeze()
        other = self.lab(module("swp1"))
        environment = {**other.environment(), "REFLASH_RUNTIME_DIR": str(lab.path / "run")}
        self.assertCode(other.run("flash", self.image, "swp1", env=environment), 0)

    def test_a_frozen_process_that_is_ended_leaves_the_module_free(self):
        lab, running = self.start_and_freeze()
        running.signal(signal.SIGKILL)
        running.process.wait()
        self.assertCode(lab.run("flash", self.image, "swp1"), 0)
        self.assertUpdated(lab, "swp1", self.image, "1.3.0")


if __name__ == "__main__":
    unittest.main()
