# SPDX-License-Identifier: Apache-2.0
"""`list` and `info`, for people and for scripts."""

import unittest

from lab import LabTest, module

LIST_KEYS = {"device", "kind", "vendor", "part", "serial", "version", "state"}

# Modules that cannot be updated: name, keys, exit codes of info, words of the reason.
USELESS = [
    ("absent", {"present": False}, {3}, "no module"),
    ("flat", {"flat": True}, {1, 65}, "flat"),
    ("qsfp28", {"identifier": 0x11}, {1, 65}, "not a CMIS module"),
    ("nocdb", {"instances": 0}, {1, 65}, "CDB"),
    ("cmis3", {"cmis": "3.0"}, {1, 65}, "CMIS 3.0"),
]


class ListTest(LabTest):

    def rack(self):
        return self.lab(
            module("swp1", serial="S1"),
            module("swp2", vendor="OTHER", part="X-1", serial="S2", version="2.0.7"),
            *[module(name, **keys) for name, keys, _, _ in USELESS])

    def test_each_device_has_a_line_in_the_order_of_the_configuration(self):
        lab = self.rack()
        result = lab.run("list")
        self.assertCode(result, 0)
        self.assertNotIn("\x1b", result.out)
        lines = [line for line in result.out.splitlines() if line.split()[0] in lab.names]
        self.assertEqual([line.split()[0] for line in lines], lab.names)
        for word in ("cmis-module", "ACME", "OSFP-800G-DR8", "S1", "1.2.0"):
            self.assertIn(word, lines[0])
        for word in ("OTHER", "X-1", "S2", "2.0.7"):
            self.assertIn(word, lines[1])
        for line, (_, _, _, words) in zip(lines[2:], USELESS):
            self.assertIn(words, line)

    def test_json_has_an_object_for_each(self):
        lab = self.rack()
        result = lab.run("list", json=True)
        self.assertCode(result, 0)
        self.assertEqual([entry["device"] for entry in result.events], lab.names)
        for entry in result.events:
            self.assertLessEqual(LIST_KEYS, set(entry))
            self.assertEqual(entry["kind"], "cmis-module")
        second = result.events[1]
        self.assertEqual((second["vendor"], second["part"], second["serial"], second["version"]),
                         ("OTHER", "X-1", "S2", "2.0.7"))
        for entry, (_, _, _, words) in zip(result.events[2:], USELESS):
            self.assertIn(words, entry["state"])
            self.assertIsNone(entry["version"])

    def test_no_devices_are_no_error(self):
        lab = self.lab(devices=[])
        self.assertCode(lab.run("list"), 0)
        result = lab.run("list", json=True)
        self.assertCode(result, 0)
        self.assertEqual(result.events, [])

    def test_a_lab_that_is_not_there_is_a_state(self):
        lab = self.lab(module("swp1"), serve=False)
        result = lab.run("list", json=True)
        self.assertCode(result, 0)
        self.assertIn("lab", result.events[0]["state"])


class InfoTest(LabTest):

    def test_text_tells_identity_and_banks(self):
        lab = self.lab(module("swp1", serial="S1", other_version="1.1.5"))
        result = lab.run("info", "swp1")
        self.assertCode(result, 0)
        self.assertNotIn("\x1b", result.out)
        for word in ("swp1", "cmis-module", "ACME", "OSFP-800G-DR8", "S1", "1.2.0", "1.1.5", "5.2"):
            self.assertIn(word, result.out)
        running, = [line for line in result.out.splitlines() if line.startswith("A ")]
        self.assertIn("running", running)
        self.assertIn("committed", running)
        self.assertNotIn("running", result.out.splitlines()[-1])

    def test_json_is_one_object_with_the_banks(self):
        lab = self.lab(module("swp1", serial="S1", other_version="1.1.5"))
        result = lab.run("info", "swp1", json=True)
        self.assertCode(result, 0)
        entry, = result.events
        self.assertLessEqual(LIST_KEYS | {"banks"}, set(entry))
        self.assertEqual((entry["device"], entry["kind"], entry["vendor"], entry["part"],
                          entry["serial"], entry["version"]),
                         ("swp1", "cmis-module", "ACME", "OSFP-800G-DR8", "S1", "1.2.0"))
        self.assertEqual(entry["banks"], [
            {"bank": "A", "version": "1.2.0", "running": True, "committed": True, "valid": True},
            {"bank": "B", "version": "1.1.5", "running": False, "committed": False, "valid": True},
        ])

    def test_an_empty_bank_has_no_version(self):
        lab = self.lab(module("swp1"))
        entry, = lab.run("info", "swp1", json=True).events
        self.assertEqual(entry["banks"][1], {"bank": "B", "version": None, "running": False,
                                             "committed": False, "valid": False})

    def test_a_single_bank_is_one_bank(self):
        lab = self.lab(module("swp1", banks=1))
        entry, = lab.run("info", "swp1", json=True).events
        self.assertEqual([bank["bank"] for bank in entry["banks"]], ["A"])

    def test_what_cannot_be_updated_is_an_error_with_name_and_reason(self):
        lab = self.lab(*[module(name, **keys) for name, keys, _, _ in USELESS])
        for name, _, codes, words in USELESS:
            with self.subTest(name):
                result = lab.run("info", name)
                self.assertIn(result.code, codes, str(result))
                self.assertError(result, result.code, words, device=name)
                self.assertEqual(result.out, "")

    def test_an_unknown_device(self):
        lab = self.lab(module("swp1"))
        self.assertError(lab.run("info", "swp2"), 3, "swp2")

    def test_a_port_that_the_lab_does_not_have(self):
        lab = self.lab(module("swp1"), devices=[])
        lab.configure([lab.device("gone", port="nosuch")])
        self.assertError(lab.run("info", "gone"), 3, "no such port", device="gone")

    def test_a_lab_that_is_not_there(self):
        lab = self.lab(module("swp1"), serve=False)
        self.assertError(lab.run("info", "swp1"), 3, str(lab.socket), device="swp1")

    def test_looking_disturbs_no_module(self):
        lab = self.lab(module("swp1"), module("swp2", background=False))
        before = {name: lab.banks(name) for name in lab.names}
        for _ in range(3):
            self.assertCode(lab.run("list"), 0)
            self.assertCode(lab.run("info", "swp2"), 0)
        self.assertEqual({name: lab.banks(name) for name in lab.names}, before)


if __name__ == "__main__":
    unittest.main()
