# SPDX-License-Identifier: Apache-2.0
"""A CMIS host that is not reflash updates emulated modules over raw transfers."""

import unittest

from cmis_host import (BAD_CHECK_CODE, LOCKED, RUN, START, SUCCESS, UNKNOWN_COMMAND, CmisHost,
                       check_code)
from lab import LabTest, module

KINDS = {
    "epl": ({"write": "epl"}, None),
    "lpl": ({"write": "lpl"}, None),
    "both-by-lpl": ({"write": "both"}, False),
    "both-by-epl": ({"write": "both"}, True),
    "paged-by-hand": ({"write": "epl", "auto_paging": False}, None),
    "short-access": ({"write": "epl", "read_write_length_ext": 0, "auto_paging": False}, None),
    "trigger-apart": ({"trigger_on_stop": False}, None),
    "foreground": ({"background": False}, None),
    "few-pages": ({"write": "epl", "epl_pages": 3}, None),
    "no-header": ({"start_header": 0}, None),
    "cmis-4": ({"cmis": "4.1"}, None),
}


class IndependentHostTest(LabTest):

    def test_it_updates_every_kind_of_module(self):
        lab = self.lab(*[module(name, **keys) for name, (keys, _) in KINDS.items()],
                       buses={"i2c-1": 3_400_000})
        image = lab.image("1.3.7", size=6_000)
        for name, (_, use_epl) in KINDS.items():
            with self.subTest(name), lab.client() as client:
                host = CmisHost(client, name)
                self.assertEqual(host.firmware()["A"], {"version": "1.2.0", "running": True,
                                                        "committed": True, "valid": True})
                host.download(image.read_bytes(), use_epl)
                self.assertEqual(host.firmware()["B"], {"version": "1.3.7", "running": False,
                                                        "committed": False, "valid": True})
                host.run(1, 3)
                self.assertTrue(host.firmware()["B"]["running"])
                self.assertFalse(host.firmware()["B"]["committed"])
                host.commit()
                self.assertUpdated(lab, name, image, "1.3.7")

    def test_reflash_sees_what_it_did(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", size=6_000)
        with lab.client() as client:
            host = CmisHost(client, "swp1")
            host.download(image.read_bytes())
            host.run(1, 3)
        entry, = lab.run("info", "swp1", json=True).events
        self.assertEqual(entry["banks"], [
            {"bank": "A", "version": "1.2.0", "running": False, "committed": True, "valid": True},
            {"bank": "B", "version": "1.3.0", "running": True, "committed": False, "valid": True}])
        self.assertCode(lab.run("commit", "swp1"), 0)
        with lab.client() as client:
            self.assertTrue(CmisHost(client, "swp1").firmware()["B"]["committed"])

    def test_it_sees_what_reflash_did(self):
        lab = self.lab(module("swp1"))
        self.assertCode(lab.run("flash", lab.image("1.3.0"), "swp1"), 0)
        with lab.client() as client:
            self.assertEqual(CmisHost(client, "swp1").firmware(), {
                "A": {"version": "1.2.0", "running": False, "committed": False, "valid": True},
                "B": {"version": "1.3.0", "running": True, "committed": True, "valid": True}})

    def test_a_password_is_asked_for(self):
        lab = self.lab(module("swp1", password="00001011"))
        image = lab.image("1.3.0", size=3_000)
        data = image.read_bytes()
        with lab.client() as client:
            host = CmisHost(client, "swp1")
            self.assertEqual(host.command(START, len(data).to_bytes(4, "big") + bytes(4)
                                          + data[:64]), LOCKED)
            host.enter_password(bytes.fromhex("00001011"))
            host.download(data)
            host.run(1, 3)
            self.assertEqual(host.command(0x010A), LOCKED, "a boot closes the lock")
            host.enter_password(bytes.fromhex("00001011"))
            host.commit()
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_known_check_codes(self):
        for number, lpl, epl_length, code in ((0x0000, bytes(2), 0, 0xFD),
                                              (0x0001, bytes.fromhex("00001011"), 0, 0xD9),
                                              (0x0100, b"", 0, 0xFE),
                                              (0x0103, bytes(4) + b"\xff" * 116, 0, 0xF7),
                                              (0x0104, bytes(4), 2048, 0xEE),
                                              (0x0109, bytes.fromhex("000100c8"), 0, 0x28)):
            header = number.to_bytes(2, "big") + epl_length.to_bytes(2, "big") + bytes([len(lpl)])
            self.assertEqual(check_code(header, lpl), code, f"{number:04X}h")

    def test_the_module_refuses_what_it_should(self):
        lab = self.lab(module("swp1"))
        lab.violations_expected = True
        with lab.client() as client:
            host = CmisHost(client, "swp1")
            self.assertEqual(host.command(0x7777), UNKNOWN_COMMAND)
            self.assertNotEqual(host.command(RUN, bytes([0, 0, 0, 0])), SUCCESS, "bank B is empty")
            host.read(8, 1)
            host.write(128, bytes.fromhex("0100000000") + b"\x12\0\0", page=0x9F)
            self.assertEqual(host._completion(), BAD_CHECK_CODE)  # 0100h has FEh
        self.assertUntouched(lab, "swp1")


if __name__ == "__main__":
    unittest.main()
