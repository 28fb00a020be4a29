# SPDX-License-Identifier: Apache-2.0
"""`watch`: the progress of an update that another process runs."""

import signal
import unittest

from lab import LabTest, module

SLOW = {"block_busy_ms": 2500}  # 50 ms a block of 2 KiB: an update of some seconds


class WatchTest(LabTest):

    def frozen_update(self):
        """A lab in which swp1 is being updated by a process that stands still."""
        lab = self.lab(module("swp1", **SLOW), module("swp2"))
        running = lab.start("flash", lab.image("1.3.0", size=60_000), "swp1")
        running.wait_until_writing()
        running.stop()
        return lab, running

    def watch(self, lab, *words):
        """A watcher that has seen the update."""
        watcher = lab.start("watch", *words)
        watcher.wait_for_event("the progress", event="progress", device="swp1")
        return watcher

    def test_it_follows_an_update_to_its_end(self):
        lab, running = self.frozen_update()
        watchers = [self.watch(lab), self.watch(lab, "swp1"), self.watch(lab, "swp*")]
        running.go_on()
        update = running.wait()
        self.assertCode(update, 0)
        for watcher in watchers:
            seen = watcher.wait()
            self.assertCode(seen, 0)
            self.assertEqual(seen.result("swp1"), update.result("swp1"))
            percents = [event["percent"] for event in seen.of("progress")]
            self.assertEqual(percents, sorted(percents))

    def test_without_a_device_it_needs_no_configuration(self):
        lab, running = self.frozen_update()
        watcher = lab.start("watch", configuration=lab.path / "missing.toml")
        watcher.wait_for_event("the progress", event="progress", device="swp1")
        running.go_on()
        self.assertCode(watcher.wait(), 0)

    def test_an_interrupt_ends_the_watching_alone(self):
        lab, running = self.frozen_update()
        watcher = self.watch(lab)
        watcher.signal(signal.SIGINT)
        self.assertCode(watcher.wait(), 130)
        running.go_on()
        self.assertCode(running.wait(), 0)

    def test_a_process_that_dies_is_a_failure(self):
        lab, running = self.frozen_update()
        watcher = self.watch(lab)
        running.signal(signal.SIGKILL)
        seen = watcher.wait()
        self.assertCode(seen, 1)
        result = seen.result("swp1")
        self.assertEqual((result["outcome"], result["phase"]), ("failed", "writing"))
        self.assertIn(str(running.process.pid), result["message"])
        self.assertError(lab.run("watch"), 1, "is gone", device="swp1")  # as long as it is so
        self.assertCode(lab.run("info", "swp1"), 0)                      # repairs it
        self.assertCode(lab.run("watch"), 2)

    def test_where_nothing_runs_it_says_so_at_once(self):
        lab = self.lab(module("swp1"))
        for words in ((), ("swp1",), ("swp*",)):
            with self.subTest(words):
                self.assertError(lab.run("watch", *words), 2, "no job is running")
        self.assertError(lab.run("watch", "nosuch"), 3, "nosuch")
        self.assertError(lab.run("watch", "swp1", configuration=lab.path / "missing.toml"), 64,
                         "missing.toml")


if __name__ == "__main__":
    unittest.main()
