# SPDX-License-Identifier: Apache-2.0
"""Configuration and lab files that are wrong, and what the configuration does when it is right."""

import os
import unittest

from lab import NOBODY, LabTest, module, toml_table

DEVICE = {"name": "swp1", "driver": "cmis", "bus": "lab:/nowhere/lab.sock#swp1"}


class ConfigurationTest(LabTest):

    def check(self, text, line, *words):
        """`text` is refused, with 64 and one line that names file, line and words."""
        lab = self.lab(serve=False)
        lab.configuration.write_text(text)
        for command in (("list",), ("flash", "x.bin", "swp1"), ("info", "swp1")):
            result = lab.run(*command)
            self.assertError(result, 64, f"{lab.configuration}:{line}", *words)
            self.assertEqual(len(result.err.splitlines()), 1, str(result))
            self.assertEqual(result.out, "")

    def test_unknown_keys(self):
        self.check(toml_table("device", {**DEVICE, "colour": "red"}), 5, "colour")
        self.check("colour = 'red'\n", 1, "colour")
        self.check("[device]\nname = 'x'\n", 1, "device")

    def test_a_name_that_is_used_twice(self):
        self.check(toml_table("device", DEVICE) * 2, 6, "name")

    def test_missing_keys(self):
        for key in ("name", "driver", "bus"):
            with self.subTest(key):
                left = {name: value for name, value in DEVICE.items() if name != key}
                self.check(toml_table("device", left), 1, key)

    def test_impossible_values(self):
        for key, value in (("driver", "frobnicator"), ("driver", 5), ("bus", "carrier-pigeon:3"),
                           ("bus", "lab:/run/lab.sock"), ("bus", "lab:#swp1"), ("bus", ""),
                           ("bus", "i2c:"), ("name", ""), ("name", "swp*"), ("name", "-x"),
                           ("name", 7), ("max_write", 0), ("max_write", -1), ("max_write", "many"),
                           ("max_write", 1 << 40), ("netdev", "Ethernet0"), ("netdev", [1])):
            with self.subTest(key=key, value=value):
                device = {**DEVICE, key: value}
                self.check(toml_table("device", device), 2 + list(device).index(key), key)

    def test_what_is_no_toml(self):
        self.check("[[device]]\nname = \n", 2)
        self.check("[[device\n", 1)

    def test_a_file_that_is_not_there(self):
        lab = self.lab(serve=False)
        result = lab.run("list", configuration=lab.path / "none.toml")
        self.assertError(result, 64, "none.toml")

    def test_a_directory_in_its_place(self):
        lab = self.lab(serve=False)
        self.assertError(lab.run("list", configuration=lab.path), 64, str(lab.path))

    def test_a_name_with_blanks_is_a_name(self):
        lab = self.lab(module("swp1"), devices=[])
        lab.configure([lab.device("top left", port="swp1")])
        image = lab.image("1.3.0")
        self.assertCode(lab.run("flash", image, "top left"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_max_write_bounds_every_transaction(self):
        lab = self.lab(module("swp1"), devices=[])
        lab.configure([lab.device("swp1", max_write=32)])
        image = lab.image("1.3.0", size=9_000)
        self.assertCode(lab.run("flash", image, "swp1"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")
        # 9000 bytes in messages of at most 32, one of which is the offset.
        self.assertGreater(lab.dump("swp1")["counters"]["transactions"], 9_000 / 31)

    def test_an_interface_that_is_not_there(self):
        lab = self.lab(module("swp1"), devices=[])
        lab.configure([lab.device("swp1", netdev=["nosuchinterface0"])])
        result = lab.run("flash", lab.image("1.3.0"), "swp1")
        self.assertIn(result.code, (0, 3, 64), str(result))
        if result.code:
            self.assertError(result, result.code, "nosuchinterface0")
            self.assertUntouched(lab, "swp1")


class PermissionTest(LabTest):

    def test_a_ledger_that_may_not_be_written(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become nobody")
        lab = self.lab(module("swp1"))
        lab.socket.chmod(0o777)
        try:
            result = lab.run("list", user=NOBODY, group=NOBODY, extra_groups=[])
        except PermissionError:
            self.skipTest("nobody cannot run the program from where it is")
        self.assertError(result, 77, "run")

    def test_a_lab_that_may_not_be_reached(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become nobody")
        lab = self.lab(module("swp1"))
        lab.socket.chmod(0o700)
        for name in ("nobody", "nobody/run", "nobody/state"):
            (lab.path / name).mkdir()
            os.chown(lab.path / name, NOBODY, NOBODY)
        environment = lab.environment(REFLASH_RUNTIME_DIR=f"{lab.path}/nobody/run",
                                      REFLASH_STATE_DIR=f"{lab.path}/nobody/state")
        try:
            result = lab.run("info", "swp1", user=NOBODY, group=NOBODY, extra_groups=[],
                             env=environment)
        except PermissionError:
            self.skipTest("nobody cannot run the program from where it is")
        self.assertError(result, 77, "lab.sock", device="swp1")


class LabFileTest(LabTest):

    def check(self, text, *words):
        lab = self.lab(serve=False)
        lab.lab_file.write_text(text)
        result = lab.run("lab", "serve", lab.lab_file, "--socket", lab.socket)
        self.assertError(result, 64, *words)
        self.assertFalse(lab.socket.exists())

    def test_what_is_wrong_is_named_with_file_line_and_key(self):
        bus = toml_table("bus", {"name": "b"})  # two lines
        for text, line, key in (
                ("speed = 3\n", 1, "speed"),
                ("time_scale = 0\n", 1, "time_scale"),
                (bus + "colour = 1\n", 3, "colour"),
                (bus + bus, 4, "name"),
                (bus + toml_table("module", {"name": "m"}), 3, "bus"),
                (bus + toml_table("module", {"name": "m", "bus": "c"}), 5, "bus"),
                (bus + toml_table("module", module("m", "b", banks=3)), 6, "banks"),
                (bus + toml_table("module", module("m", "b", epl_pages=5)), 6, "epl_pages"),
                (bus + toml_table("module", module("m", "b", cmis="five")), 6, "cmis"),
                (bus + toml_table("module", module("m", "b", write="all")), 6, "write"),
                (bus + toml_table("module", module("m", "b", version="x")), 6, "version"),
                (bus + toml_table("module", module("m", "b", fault=[
                    {"when": "0103", "do": "explode"}])), 8, "do")):
            with self.subTest(text):
                self.check(text, f"lab.toml:{line}", key)

    def test_a_lab_file_that_is_not_there(self):
        lab = self.lab(serve=False)
        result = lab.run("lab", "serve", lab.path / "none.toml", "--socket", lab.socket)
        self.assertError(result, 64, "none.toml")

    def test_a_socket_where_nobody_can_listen(self):
        lab = self.lab(serve=False)
        for path in (lab.path / "none" / "lab.sock", lab.path / ("x" * 120)):
            with self.subTest(path=path):
                result = lab.run("lab", "serve", lab.lab_file, "--socket", path)
                self.assertNotEqual(result.code, 0)
                self.assertError(result, result.code, str(path))

    def test_a_second_server_at_one_socket_is_refused(self):
        lab = self.lab(module("swp1"))
        result = lab.run("lab", "serve", lab.lab_file, "--socket", lab.socket)
        self.assertError(result, 75, str(lab.socket))
        self.assertCode(lab.run("info", "swp1"), 0)

    def test_a_file_in_the_place_of_the_socket_stays(self):
        lab = self.lab(serve=False)
        lab.socket.write_text("precious")
        result = lab.run("lab", "serve", lab.lab_file, "--socket", lab.socket)
        self.assertNotEqual(result.code, 0)
        self.assertEqual(lab.socket.read_text(), "precious")

    def test_the_socket_of_a_dead_server_is_taken_over(self):
        lab = self.lab(module("swp1"))
        lab.kill_server()
        self.assertTrue(lab.socket.exists())
        lab.serve()
        self.assertCode(lab.run("info", "swp1"), 0)


if __name__ == "__main__":
    unittest.main()
