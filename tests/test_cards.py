# SPDX-License-Identifier: Apache-2.0
"""FPGA cards in a lab: the secure update, its pages, and what can never be undone."""

import signal
import unittest

from lab import LabTest, card, fault, module, wait_until

# Times of their own: seconds, not minutes, at a time scale of 50.
KEYS = {"staging_bytes": 1 << 20}


class CardTest(LabTest):

    def card_lab(self, family="n6000", *more, **keys):
        return self.lab(card("card0", family=family, **{**KEYS, **keys}), *more)

    def card_image(self, world, family="n6000", version="1.3.0", **more):
        return world.image(version, name=f"{family}-{version}-{more.get('sort', 'user')}.bin",
                           part=f"PAC {family.upper()}", size=100_001, kind="fpga-card", **more)

    def bank(self, world, name):
        return world.banks("card0")[name]

    def test_an_update_runs_the_new_image_from_a_user_page(self):
        for family, page in (("n6000", "user2"), ("n3000", "user")):
            world = self.card_lab(family)
            result = world.run("flash", self.card_image(world, family), "card0", json=True)
            self.assertCode(result, 0)
            entry = result.result("card0")
            self.assertEqual((entry["ok"], entry["outcome"], entry["from_version"],
                              entry["version"], entry["bank"], entry["committed"]),
                             (True, "updated", "1.2.0", "1.3.0", page, True))
            bank = self.bank(world, page)
            self.assertEqual((bank["version"], bank["running"], bank["valid"]),
                             ("1.3.0", True, True))
            percents = [event["percent"] for event in result.of("progress")]
            self.assertEqual(percents, sorted(percents))

    def test_list_and_info_show_a_card(self):
        world = self.card_lab()
        result = world.run("list", json=True)
        (entry,) = [event for event in result.events if event["device"] == "card0"]
        self.assertEqual((entry["kind"], entry["vendor"], entry["part"], entry["version"]),
                         ("fpga-card", "Intel", "PAC N6000", "1.2.0"))
        result = world.run("info", "card0", json=True)
        self.assertCode(result, 0)
        info = result.events[0]
        self.assertEqual([bank["bank"] for bank in info["banks"]], ["user1", "user2", "factory"])
        self.assertTrue(info["details"])

    def test_loading_and_running_are_separate_steps(self):
        world = self.card_lab()
        image = self.card_image(world)
        self.assertCode(world.run("flash", image, "card0", "--no-run"), 0)
        self.assertTrue(self.bank(world, "user1")["running"])
        self.assertEqual(self.bank(world, "user2")["version"], "1.3.0")
        self.assertCode(world.run("run", "card0", "--bank", "user2"), 0)
        self.assertTrue(self.bank(world, "user2")["running"])
        self.assertFalse(self.bank(world, "user2")["committed"])
        self.assertCode(world.run("commit", "card0"), 0)
        self.assertTrue(self.bank(world, "user2")["committed"])
        self.assertCode(world.run("rollback", "card0"), 0)
        self.assertTrue(self.bank(world, "user1")["running"])
        self.assertCode(world.run("run", "card0", "--bank", "factory"), 0)
        self.assertTrue(self.bank(world, "factory")["running"])
        self.assertError(world.run("run", "card0", "--bank", "user9"), 64, "user9",
                         device="card0")

    def test_what_can_never_be_undone_needs_its_own_option(self):
        world = self.card_lab()
        for sort, option in (("factory", "--allow-factory-image"),
                             ("key-hash", "--allow-key-hash"),
                             ("key-cancellation", "--allow-key-cancellation")):
            image = (self.card_image(world, sort=sort) if sort == "factory" else
                     self.key_file(world, sort))
            before = world.banks("card0")
            self.assertError(world.run("flash", image, "card0"), 77, option, device="card0")
            self.assertEqual(world.banks("card0"), before)
            result = world.run("flash", image, "card0", option, "--yes")
            self.assertCode(result, 0)
        self.assertEqual(self.bank(world, "factory")["version"], "1.3.0")

    def key_file(self, world, sort):
        path = world.path / f"{sort}.bin"
        made = world.run("lab", "image", "--version", "1.0.0", "--size", 4096, "--kind",
                         "fpga-card", "--sort", sort, "-o", path)
        self.assertCode(made, 0)
        return path

    def test_a_damaged_file_is_refused_before_the_card_is_touched(self):
        world = self.card_lab()
        image = self.card_image(world, manifest=False)
        whole = image.read_bytes()
        before = world.dump("card0")["counters"]
        for what, damaged in (("one bit", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]),
                              ("truncated", whole[:-1]), ("half", whole[:1000]),
                              ("magic", b"x" + whole[1:]),
                              ("length", whole[:4] + b"\xff\xff\xff\x7f" + whole[8:])):
            image.write_bytes(damaged)
            self.assertError(world.run("flash", image, "card0"), 65, device="card0")
            self.assertTrue(world.banks("card0")["user1"]["running"], what)
        after = world.dump("card0")["counters"]
        self.assertEqual(after["update_count"], before["update_count"], "nothing was erased")

    def test_an_image_for_another_family_is_refused(self):
        world = self.card_lab("n3000")
        self.assertError(world.run("flash", self.card_image(world, "n6000"), "card0"), 65,
                         device="card0")

    def test_an_image_larger_than_the_staging_area_is_refused(self):
        world = self.card_lab()
        image = world.image("1.3.0", part="PAC N6000", size=57 << 20, kind="fpga-card")
        self.assertError(world.run("flash", image, "card0"), 65, device="card0")

    def test_statuses_of_the_controller_are_failures_with_a_reason(self):
        for when, status, words in (("authenticate", "02", "authentic"), ("program", "03", "copy"),
                                    ("request", "08", "wear"), ("erase", "07", "erase")):
            world = self.card_lab(fault=[fault(when, f"status:{status}")])
            image = self.card_image(world)
            result = world.run("flash", image, "card0", json=True)
            self.assertCode(result, 1)
            entry = result.result("card0")
            self.assertEqual(entry["version"], "1.2.0")
            self.assertIn(f"{status}h", entry["message"])
            self.assertCode(world.run("flash", image, "card0"), 0)

    def test_a_card_that_is_gone_is_told(self):
        world = self.card_lab()
        world.control("card0", "remove")
        result = world.run("info", "card0")
        self.assertError(result, 3, device="card0")

    def test_power_is_cut_in_the_middle(self):
        for when in ("transfer", "program"):
            world = self.card_lab(fault=[fault(when, "power-cut")])
            image = self.card_image(world)
            self.assertCode(world.run("flash", image, "card0"), 1)
            wait_until(lambda: world.run("info", "card0").code == 0, "the card to boot")
            self.assertTrue(self.bank(world, "user1")["running"])
            self.assertCode(world.run("flash", image, "card0"), 0)

    def test_traces_and_cdb_are_for_modules(self):
        world = self.card_lab()
        image = self.card_image(world)
        self.assertCode(world.run("trace", "record", "t.jsonl", image, "card0"), 64)
        self.assertFalse((world.path / "t.jsonl").exists())
        self.assertError(world.run("cdb", "card0", "0041"), 64, device="card0")
        self.assertError(world.run("verify", image, "card0"), 65, "read back", device="card0")

    def test_cards_and_modules_are_updated_by_one_engine(self):
        world = self.card_lab("n6000", module("swp1"))
        image = self.card_image(world)
        self.assertCode(world.run("flash", image, "card0", "swp1"), 65)
        self.assertEqual(world.running_version("swp1"), "1.2.0")
        self.assertCode(world.run("flash", image, "card*"), 0)

    def test_ctrl_c_while_writing_leaves_the_card_as_it_was(self):
        world = self.card_lab(register_access_ns=200_000)
        running = world.start("flash", self.card_image(world), "card0")
        running.wait_until_writing("card0")
        running.signal(signal.SIGINT)
        result = running.wait()
        self.assertCode(result, 130)
        self.assertTrue(self.bank(world, "user1")["running"])


if __name__ == "__main__":
    unittest.main()
