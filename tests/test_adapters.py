# SPDX-License-Identifier: Apache-2.0
"""CAPI adapters in a lab: chunks, a token, a second pass, and a reset."""

import unittest

from lab import LabTest, adapter, fault


class AdapterTest(LabTest):

    def adapter_lab(self, **keys):
        return self.lab(adapter("capi0", **keys))

    def adapter_image(self, world, version="1.3.0", size=(2 << 20) + 77, **more):
        return world.image(version, part="CAPI-FLASH-GT", size=size, kind="capi-adapter", **more)

    def test_an_update_is_downloaded_validated_and_run(self):
        world = self.adapter_lab()
        result = world.run("flash", self.adapter_image(world), "capi0", json=True)
        self.assertCode(result, 0)
        entry = result.result("capi0")
        self.assertEqual((entry["ok"], entry["outcome"], entry["from_version"], entry["version"],
                          entry["bank"]), (True, "updated", "1.2.0", "1.3.0", "user"))
        bank = world.banks("capi0")["user"]
        self.assertEqual((bank["version"], bank["running"], bank["valid"]), ("1.3.0", True, True))

    def test_an_equal_version_is_up_to_date(self):
        world = self.adapter_lab(version="1.3.0")
        self.assertCode(world.run("flash", self.adapter_image(world), "capi0"), 2)

    def test_list_and_info_show_an_adapter(self):
        world = self.adapter_lab()
        entry = world.run("list", json=True).events[0]
        self.assertEqual((entry["kind"], entry["part"], entry["version"]),
                         ("capi-adapter", "CAPI-FLASH-GT", "1.2.0"))
        result = world.run("info", "capi0", json=True)
        self.assertCode(result, 0)
        self.assertEqual({bank["bank"] for bank in result.events[0]["banks"]},
                         {"user", "factory"})

    def test_verify_is_the_validate_operation(self):
        world = self.adapter_lab()
        image = self.adapter_image(world)
        self.assertError(world.run("verify", image, "capi0"), 1, device="capi0")
        self.assertCode(world.run("flash", image, "capi0"), 0)
        result = world.run("verify", image, "capi0", json=True)
        self.assertCode(result, 0)
        self.assertEqual(result.result("capi0")["outcome"], "verified")

    def test_open_units_keep_it_from_being_touched(self):
        world = self.adapter_lab(afus_open=2)
        result = world.run("flash", self.adapter_image(world), "capi0")
        self.assertError(result, 75, "2 AFUs are open", device="capi0")
        self.assertEqual(world.banks("capi0")["user"]["version"], "1.2.0")

    def test_a_busy_platform_is_waited_for(self):
        world = self.adapter_lab(busy_replies=3)
        self.assertCode(world.run("flash", self.adapter_image(world), "capi0"), 0)

    def test_a_platform_that_fails_leaves_a_bootable_adapter(self):
        for when, effect in (("download", "code:-1"), ("validate", "code:-70"),
                             ("download", "power-cut")):
            world = self.adapter_lab(fault=[fault(when, effect, nth=2)])
            image = self.adapter_image(world)
            self.assertCode(world.run("flash", image, "capi0"), 1)
            # Where only the validation failed, the whole image may run by now.
            self.assertIn(world.run("flash", image, "capi0").code, (0, 2))
            self.assertEqual(world.banks("capi0")["user"]["version"], "1.3.0")

    def test_an_image_for_another_adapter_is_refused(self):
        world = self.adapter_lab(device_id=0x0601)
        image = self.adapter_image(world, manifest=False)
        self.assertError(world.run("flash", image, "capi0"), 65, device="capi0")

    def test_a_damaged_image_is_the_images_fault(self):
        world = self.adapter_lab()
        image = self.adapter_image(world, manifest=False)
        whole = image.read_bytes()
        image.write_bytes(whole[:100_000] + bytes([whole[100_000] ^ 1]) + whole[100_001:])
        result = world.run("flash", image, "capi0", json=True)
        self.assertIn(result.code, (1, 65))
        self.assertEqual(result.result("capi0")["error"], "invalid-image")

    def test_steps_that_an_adapter_does_not_have_say_so(self):
        world = self.adapter_lab()
        for step in ("run", "commit", "rollback"):
            self.assertCode(world.run(step, "capi0"), 1)
        self.assertCode(world.run("abort", "capi0"), 0)


if __name__ == "__main__":
    unittest.main()
