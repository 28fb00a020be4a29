# SPDX-License-Identifier: Apache-2.0
"""`verify`: what devices hold against an image, with nothing written."""

import unittest

from lab import LabTest, fault, module


class VerifyTest(LabTest):

    def loaded(self, *modules):
        """A lab whose first module holds the image in bank B."""
        world = self.lab(*(modules or (module("swp1"),)))
        image = world.image("1.3.0")
        self.assertCode(world.run("flash", image, "swp1", "--no-run"), 0)
        return world, image

    def test_a_bank_that_holds_the_image_is_verified_and_untouched(self):
        for write in ("lpl", "epl"):
            world, image = self.loaded(module("swp1", write=write))
            before = world.dump("swp1")["banks"]
            result = world.run("verify", image, "swp1", json=True)
            self.assertCode(result, 0)
            entry = result.result("swp1")
            self.assertEqual((entry["ok"], entry["outcome"], entry["bank"]),
                             (True, "verified", "B"))
            self.assertEqual(world.dump("swp1")["banks"], before)

    def test_another_image_is_told_from_it_and_the_place_named(self):
        world, _ = self.loaded()
        other = world.image("1.3.0", name="other.bin", seed=2)
        before = world.dump("swp1")["banks"]
        result = world.run("verify", other, "swp1")
        self.assertError(result, 1, "differs", device="swp1")
        self.assertEqual(world.dump("swp1")["banks"], before)

    def test_a_device_that_cannot_be_read_back_says_so(self):
        world = self.lab(module("swp1", readback=False))
        result = world.run("verify", world.image("1.3.0"), "swp1")
        self.assertError(result, 65, "read back", device="swp1")

    def test_several_devices_are_compared_though_one_cannot_be(self):
        world, image = self.loaded(module("swp1"), module("swp2", readback=False),
                                   module("swp3"))
        result = world.run("verify", image, "swp*", json=True)
        self.assertTrue(result.result("swp1")["ok"])
        self.assertFalse(result.result("swp2")["ok"])
        self.assertFalse(result.result("swp3")["ok"])
        self.assertCode(result, 65)

    def test_an_image_for_another_part_is_refused_unless_forced(self):
        world = self.lab(module("swp1"))
        image = world.image("1.3.0", part="QSFP*")
        self.assertError(world.run("verify", image, "swp1"), 65, device="swp1")
        self.assertError(world.run("verify", image, "swp1", "--force"), 1, device="swp1")

    def test_a_damaged_image_is_refused_before_the_device_is_asked(self):
        world, image = self.loaded()
        image.write_bytes(image.read_bytes()[:-1] + b"x")
        before = world.dump("swp1")["counters"]["transactions"]
        self.assertCode(world.run("verify", image, "swp1"), 65)
        self.assertLess(world.dump("swp1")["counters"]["transactions"] - before, 200)

    def test_a_device_that_a_job_has_is_busy(self):
        world = self.lab(module("swp1", block_busy_ms=100), time_scale=1)
        image = world.image("1.3.0")
        job = world.start("flash", image, "swp1")
        job.wait_until_writing()
        self.assertError(world.run("verify", image, "swp1"), 75, device="swp1")
        self.assertCode(job.wait(), 0)

    def test_a_module_that_is_pulled_meanwhile_is_a_failure(self):
        world, image = self.loaded(module("swp1"))
        world.violations_expected = True
        world.fault("swp1", "0106", "remove", nth=3)
        result = world.run("verify", image, "swp1")
        self.assertCode(result, 1)

    def test_wrong_usage(self):
        world = self.lab(module("swp1"))
        self.assertCode(world.run("verify"), 64)
        self.assertCode(world.run("verify", "nosuch.bin", "swp1"), 65)
        self.assertCode(world.run("verify", world.image("1.3.0"), "nosuch"), 3)


if __name__ == "__main__":
    unittest.main()
