# SPDX-License-Identifier: Apache-2.0
"""The main job: `reflash flash` on modules that do what they should."""

import pathlib
import unittest

from lab import LabTest, fault, module

# Every way in which a module may want its image, and every limit that it may advertise.
KINDS = {
    "plain": {},
    "lpl": {"write": "lpl"},
    "epl": {"write": "epl"},
    "no-epl-pages": {"epl_pages": 0},
    "one-epl-page": {"write": "epl", "epl_pages": 1},
    "four-epl-pages": {"write": "epl", "epl_pages": 4},
    "paged-by-hand": {"write": "epl", "auto_paging": False},
    "short-access": {"write": "epl", "read_write_length_ext": 0, "auto_paging": False},
    "lpl-short-access": {"write": "lpl", "read_write_length_ext": 0, "trigger_on_stop": False},
    "128-bytes": {"read_write_length_ext": 15, "write": "epl"},
    "trigger-apart": {"trigger_on_stop": False, "write": "lpl"},
    "foreground": {"background": False},
    "foreground-lpl": {"background": False, "write": "lpl"},
    "no-header": {"start_header": 0},
    "long-header": {"start_header": 112},
    "erased-not-skipped": {"skip_erased": False},
    "no-abort": {"abort": False},
    "no-readback": {"readback": False},
    "ten-ms-units": {"duration_unit_ms": 10},
    "two-instances": {"instances": 2},
    "cmis-4": {"cmis": "4.0"},
    "cmis-5.0": {"cmis": "5.0"},
    "osfp": {"identifier": 0x19},
}


class FlashTest(LabTest):

    def test_the_new_image_runs_and_is_committed(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", size=60_000)
        result = lab.run("flash", image, "swp1")
        self.assertCode(result, 0)
        self.assertEqual(result.err, "")
        self.assertUpdated(lab, "swp1", image, "1.3.0")
        old = lab.banks("swp1")["A"]
        self.assertEqual((old["version"], old["valid"], old["running"]), ("1.2.0", True, False))

    def test_the_image_stays_after_a_power_cycle(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        self.assertCode(lab.run("flash", image, "swp1"), 0)
        lab.power_cycle("swp1")
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_the_next_update_goes_into_the_other_bank(self):
        lab = self.lab(module("swp1"))
        self.assertCode(lab.run("flash", lab.image("1.3.0"), "swp1"), 0)
        newer = lab.image("1.4.0")
        self.assertCode(lab.run("flash", newer, "swp1"), 0)
        self.assertUpdated(lab, "swp1", newer, "1.4.0", bank="A")

    def test_every_kind_of_module_gets_the_image_byte_for_byte(self):
        buses = {f"i2c-{number}": 3_400_000 for number in range(4)}
        lab = self.lab(*[module(name, f"i2c-{index % 4}", **keys)
                         for index, (name, keys) in enumerate(KINDS.items())], buses=buses)
        image = lab.image("1.3.0", size=9_000)
        result = lab.run("flash", image, "*", json=True)
        self.assertEqual({entry["device"]: entry.get("message", "") for entry in
                          result.of("result") if entry["outcome"] != "updated"}, {})
        for name in KINDS:
            self.assertUpdated(lab, name, image, "1.3.0")
        self.assertCode(result, 0)

    def test_a_module_that_does_not_answer_for_a_while_after_each_write(self):
        lab = self.lab(module("swp1", write_hold_ms=250))  # 5 ms; CMIS allows 10 ms
        image = lab.image("1.3.0", size=5_000)
        self.assertCode(lab.run("flash", image, "swp1"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_sizes_that_fill_no_block(self):
        sizes = [65, 66, 179, 180, 181, 2111, 2112, 2113, 4160]
        lab = self.lab(*[module(f"epl{size}", write="epl") for size in sizes],
                       *[module(f"lpl{size}", write="lpl") for size in sizes])
        for size in sizes:
            with self.subTest(size):
                image = lab.image("1.3.0", name=f"{size}.bin", size=size)
                names = [f"epl{size}", f"lpl{size}"]
                self.assertCode(lab.run("flash", image, *names), 0)
                for name in names:
                    self.assertUpdated(lab, name, image, "1.3.0")

    def test_a_glob_means_the_devices_that_match(self):
        lab = self.lab(module("swp1"), module("swp2", "i2c-2"), module("swp10", "i2c-3"),
                       module("other"),
                       buses={"i2c-1": 1_000_000, "i2c-2": 400_000, "i2c-3": 1_000_000})
        image = lab.image("1.3.0")
        result = lab.run("flash", image, "swp*", json=True)
        self.assertCode(result, 0)
        self.assertEqual({entry["device"] for entry in result.of("result")},
                         {"swp1", "swp2", "swp10"})
        for name in ("swp1", "swp2", "swp10"):
            self.assertUpdated(lab, name, image, "1.3.0")
        self.assertUntouched(lab, "other")

    def test_a_device_that_is_named_twice_is_updated_once(self):
        lab = self.lab(module("swp1"), module("swp2"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", "swp*", "swp1", json=True)
        self.assertCode(result, 0)
        self.assertEqual(sorted(entry["device"] for entry in result.of("result")),
                         ["swp1", "swp2"])

    def test_at_once_limits_how_many_run(self):
        lab = self.lab(*[module(f"swp{number}") for number in range(4)])
        result = lab.run("flash", lab.image("1.3.0"), "swp*", "--at-once", 2, json=True)
        self.assertCode(result, 0)
        running, most = set(), 0
        for event in result.events:
            if event["event"] == "result":
                running.discard(event["device"])
            elif event["phase"] != "starting":
                running.add(event["device"])
                most = max(most, len(running))
        self.assertEqual(most, 2)

    def test_all_run_at_once_without_a_limit(self):
        lab = self.lab(*[module(f"swp{number}") for number in range(4)])
        events = lab.run("flash", lab.image("1.3.0"), "swp*", json=True).events
        results = [index for index, event in enumerate(events) if event["event"] == "result"]
        begun = {event["device"] for event in events[:results[0]]
                 if event.get("phase") == "preparing"}
        self.assertEqual(len(begun), 4)

    def test_a_dry_run_writes_nothing(self):
        trap = fault("0101", "remove")  # a download that is started would show
        lab = self.lab(module("swp1", fault=[trap]), module("swp2", fault=[trap]))
        before = {name: lab.banks(name) for name in lab.names}
        result = lab.run("flash", lab.image("1.3.0"), "swp*", "--dry-run")
        self.assertCode(result, 0)
        self.assertIn("swp1", result.out)
        self.assertIn("swp2", result.out)
        self.assertEqual({name: lab.banks(name) for name in lab.names}, before)
        self.assertCode(lab.run("info", "swp1"), 0)

    def test_a_dry_run_finds_what_would_be_refused(self):
        lab = self.lab(module("swp1", part="OTHER"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", "--dry-run")
        self.assertError(result, 65, device="swp1")

    def test_a_dry_run_tells_in_json_what_it_would_do(self):
        lab = self.lab(module("swp1"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", "--dry-run", json=True)
        self.assertCode(result, 0)
        self.assertEqual([event.get("device") for event in result.events][-1:], ["swp1"],
                         "nothing is said of swp1")

    def test_an_expected_version_is_held_against_the_manifest(self):
        lab = self.lab(module("swp1"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", "--expect-version", "1.4.0")
        self.assertNotEqual(result.code, 0)
        self.assertIn("1.4.0", result.err)
        self.assertUntouched(lab, "swp1")

    def test_an_expected_version_is_held_against_what_was_loaded(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", manifest=False)
        result = lab.run("flash", image, "swp1", "--expect-version", "1.4.0")
        self.assertError(result, 1, "1.3.0", "1.4.0", device="swp1")
        self.assertEqual(lab.running_version("swp1"), "1.2.0")
        self.assertTrue(lab.banks("swp1")["A"]["committed"])

    def test_an_expected_version_that_runs_is_nothing_to_do(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", manifest=False)
        self.assertCode(lab.run("flash", image, "swp1", "--expect-version", "1.2.0"), 2)
        self.assertUntouched(lab, "swp1")


class UpToDateTest(LabTest):

    def test_nothing_is_written_when_the_version_runs(self):
        lab = self.lab(module("swp1", version="1.3.0", fault=[fault("0101", "remove")]))
        result = lab.run("flash", lab.image("1.3.0"), "swp1", json=True)
        self.assertCode(result, 2)
        entry = result.result("swp1")
        self.assertEqual((entry["ok"], entry["outcome"], entry["version"]),
                         (True, "up-to-date", "1.3.0"))
        self.assertUntouched(lab, "swp1", "1.3.0")

    def test_force_writes_it_again(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        self.assertCode(lab.run("flash", image, "swp1"), 0)
        self.assertCode(lab.run("flash", image, "swp1"), 2)
        self.assertCode(lab.run("flash", image, "swp1", "--force"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0", bank="A")

    def test_one_that_was_updated_is_enough_for_done(self):
        lab = self.lab(module("swp1", version="1.3.0"), module("swp2"))
        image = lab.image("1.3.0")
        result = lab.run("flash", image, "swp1", "swp2", json=True)
        self.assertCode(result, 0)
        self.assertEqual(result.result("swp1")["outcome"], "up-to-date")
        self.assertEqual(result.result("swp2")["outcome"], "updated")

    def test_a_version_that_runs_but_is_not_committed_is_not_up_to_date(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        self.assertCode(lab.run("flash", image, "swp1", "--no-commit"), 0)
        self.assertNotEqual(lab.run("flash", image, "swp1").code, 2)
        self.assertTrue(any(bank["version"] == "1.3.0" and bank["running"] and bank["committed"]
                            for bank in lab.banks("swp1").values()))


class RefusalTest(LabTest):
    """What can be refused is found for all devices before the first byte goes to any."""

    def test_an_unknown_device_refuses_all(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        self.assertError(lab.run("flash", image, "swp1", "swp9"), 3, "swp9")
        self.assertError(lab.run("flash", image, "nix*"), 3, "nix*")
        self.assertUntouched(lab, "swp1")

    def test_devices_that_cannot_be_updated_are_refused_by_name_and_reason(self):
        lab = self.lab(module("good"),
                       module("qsfp28", identifier=0x11),
                       module("flat", flat=True),
                       module("no-cdb", instances=0),
                       module("old", cmis="3.0"),
                       module("absent", present=False),
                       module("single", banks=1))
        image = lab.image("1.3.0")
        for name, code, words in (("qsfp28", 65, "not a CMIS module"), ("flat", 65, "flat"),
                                  ("no-cdb", 65, "CDB"), ("old", 65, "CMIS 3.0"),
                                  ("absent", 3, "no module"), ("single", 77, "single")):
            with self.subTest(name):
                result = lab.run("flash", image, "good", name)
                self.assertError(result, code, words, device=name)
                self.assertUntouched(lab, "good")

    def test_a_glob_over_a_switch_names_each_that_is_refused(self):
        lab = self.lab(module("swp1"), module("swp7", identifier=0x11),
                       module("swp8", present=False))
        result = lab.run("flash", lab.image("1.3.0"), "swp*")
        self.assertError(result, 3, "not a CMIS module", device="swp7")
        self.assertError(result, 3, "no module", device="swp8")
        self.assertUntouched(lab, "swp1")

    def test_the_gravest_refusal_makes_the_exit_code(self):
        lab = self.lab(module("absent", present=False), module("single", banks=1),
                       module("foreign", part="OTHER"), module("current", version="1.3.0"))
        image = lab.image("1.3.0")
        for names, code in ((("absent", "single", "foreign"), 3), (("single", "foreign"), 65),
                            (("single", "current"), 77)):
            with self.subTest(names):
                self.assertCode(lab.run("flash", image, *names), code)

    def test_keep_going_updates_the_others(self):
        lab = self.lab(module("swp1"), module("swp7", identifier=0x11))
        image = lab.image("1.3.0")
        result = lab.run("flash", image, "swp*", "--keep-going")
        self.assertError(result, 65, "not a CMIS module", device="swp7")
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_a_refusal_has_a_result_in_json(self):
        lab = self.lab(module("swp1"), module("swp7", identifier=0x11))
        result = lab.run("flash", lab.image("1.3.0"), "swp*", json=True)
        self.assertCode(result, 65)
        refused = result.result("swp7")
        self.assertEqual((refused["ok"], refused["outcome"]), (False, "refused"))
        self.assertIn("not a CMIS module", refused["message"])
        self.assertFalse(result.result("swp1")["ok"])

    def test_a_single_bank_is_updated_when_that_is_allowed(self):
        lab = self.lab(module("swp1", banks=1))
        image = lab.image("1.3.0")
        self.assertCode(lab.run("flash", image, "swp1", "--allow-single-bank"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0", bank="A")

    def test_a_locked_module_says_that_a_password_is_missing(self):
        lab = self.lab(module("swp1", password="00001234"))
        result = lab.run("flash", lab.image("1.3.0"), "swp1")
        self.assertIn(result.code, (1, 77), result)
        self.assertIn("password", result.err)
        self.assertUntouched(lab, "swp1")

    def test_impossible_password_files_are_wrong_usage(self):
        lab = self.lab(module("swp1"))
        image, file = lab.image("1.3.0"), lab.path / "password"
        self.assertError(lab.run("flash", image, "swp1", "--password-file", file), 64, "password")
        for text in ("", "xyz", "0000101", "000010112", "0" * 5000):
            with self.subTest(text[:20]):
                file.write_text(text)
                result = lab.run("flash", image, "swp1", "--password-file", file)
                self.assertError(result, 64, "password")
        self.assertUntouched(lab, "swp1")


class PasswordTest(LabTest):

    def test_the_usual_password_opens_a_module(self):
        lab = self.lab(module("swp1", password="00001011"))
        image = lab.image("1.3.0")
        self.assertCode(lab.run("flash", image, "swp1"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_a_password_file_opens_a_module(self):
        lab = self.lab(module("swp1", password="cafe1234"))
        image, file = lab.image("1.3.0"), lab.path / "password"
        file.write_text("cafe1234\n")
        result = lab.run("flash", image, "swp1", "--password-file", file)
        self.assertCode(result, 0)
        self.assertNotIn("cafe", result.out + result.err)
        self.assertUpdated(lab, "swp1", image, "1.3.0")


class InUseTest(LabTest):
    """A step that cuts traffic is refused while an interface of the device is up."""

    def setUp(self):
        flags = pathlib.Path("/sys/class/net/lo/flags")
        if not flags.exists() or not int(flags.read_text(), 16) & 1:
            self.skipTest("there is no loopback interface that is up")
        self.lab_ = self.lab(module("swp1"), devices=[])
        self.lab_.configure([self.lab_.device("swp1", netdev=["lo"])])
        self.image = self.lab_.image("1.3.0")

    def test_it_is_refused(self):
        self.assertError(self.lab_.run("flash", self.image, "swp1"), 75, "lo", device="swp1")
        self.assertUntouched(self.lab_, "swp1")

    def test_loading_beside_live_traffic_is_allowed_and_running_is_not(self):
        self.assertCode(self.lab_.run("flash", self.image, "swp1", "--no-run"), 0)
        self.assertError(self.lab_.run("run", "swp1"), 75, "lo", device="swp1")
        self.assertEqual(self.lab_.running_version("swp1"), "1.2.0")

    def test_it_can_be_allowed(self):
        self.assertCode(self.lab_.run("flash", self.image, "swp1", "--allow-in-use"), 0)
        self.assertUpdated(self.lab_, "swp1", self.image, "1.3.0")


if __name__ == "__main__":
    unittest.main()
