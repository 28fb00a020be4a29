# SPDX-License-Identifier: Apache-2.0
"""Images and manifests that are wrong: a clear error, the right exit code, an untouched device."""

import os
import unittest

from lab import NOBODY, LabTest, fault, module, sha256


class BadImageTest(LabTest):

    def setUp(self):
        # A module that was sent a Start would vanish.
        self.world = self.lab(module("swp1", fault=[fault("0101", "remove")]))

    def check_refused(self, image, *words, code=65, options=()):
        result = self.world.run("flash", image, "swp1", *options)
        self.assertError(result, code, *words)
        self.assertEqual(len(result.err.splitlines()), 1, str(result))
        self.assertUntouched(self.world, "swp1")
        self.assertEqual(self.world.dump("swp1")["counters"]["violations"], [])

    def check_device_was_not_even_asked(self):
        self.assertEqual(self.world.dump("swp1")["counters"]["transactions"], 0)

    def test_missing(self):
        self.check_refused(self.world.path / "none.bin", "none.bin")
        self.check_device_was_not_even_asked()

    def test_empty(self):
        image = self.world.path / "empty.bin"
        image.write_bytes(b"")
        self.check_refused(image, "empty.bin", "empty")
        self.check_device_was_not_even_asked()

    def test_directory(self):
        image = self.world.path / "folder.bin"
        image.mkdir()
        self.check_refused(image, "folder.bin", "directory")
        self.check_device_was_not_even_asked()

    def test_fifo(self):
        image = self.world.path / "pipe.bin"
        os.mkfifo(image)
        self.check_refused(image, "pipe.bin")  # and does not wait for a writer
        self.check_device_was_not_even_asked()

    def test_device_node(self):
        self.check_refused("/dev/zero", "zero")
        self.check_device_was_not_even_asked()

    def test_too_large(self):
        image = self.world.path / "huge.bin"
        with open(image, "wb") as file:
            file.truncate(2 << 30)
        self.check_refused(image, "huge.bin")
        self.check_device_was_not_even_asked()

    def test_unreadable(self):
        image = self.world.image("1.3.0")
        image.chmod(0)
        if os.access(image, os.R_OK):
            self.check_unreadable_as_nobody(image)
        else:
            self.check_refused(image, "Permission denied")

    def check_unreadable_as_nobody(self, image):
        for name in ("nobody", "nobody/run", "nobody/state"):
            (self.world.path / name).mkdir()
            os.chown(self.world.path / name, NOBODY, NOBODY)
        self.world.socket.chmod(0o777)
        environment = self.world.environment(REFLASH_RUNTIME_DIR=f"{self.world.path}/nobody/run",
                                             REFLASH_STATE_DIR=f"{self.world.path}/nobody/state")
        try:
            result = self.world.run("flash", image, "swp1", user=NOBODY, group=NOBODY,
                                    extra_groups=[], env=environment)
        except PermissionError:
            self.skipTest("nobody cannot run the program from where it is")
        self.assertError(result, 65, "Permission denied")
        self.check_device_was_not_even_asked()

    def test_a_wrong_digest_in_the_manifest(self):
        image = self.world.image("1.3.0")
        data = bytearray(image.read_bytes())
        data[5000] ^= 1
        image.write_bytes(data)
        for options in ((), ("--force",), ("--dry-run",)):
            with self.subTest(options=options):
                self.check_refused(image, "SHA-256", options=options)
                self.check_device_was_not_even_asked()

    def test_truncated_under_its_manifest(self):
        image = self.world.image("1.3.0")
        image.write_bytes(image.read_bytes()[:-1])
        self.check_refused(image, "fw-1.3.0.bin")
        self.check_device_was_not_even_asked()

    def test_another_part(self):
        self.check_refused(self.world.image("1.3.0", part="QDD-400G*"), "QDD-400G*", "OSFP-800G")

    def test_another_vendor_or_kind(self):
        image = self.world.image("1.3.0")
        for line in ('vendor = "OTHER"', 'kind = "fpga-card"'):
            with self.subTest(line):
                self.world.manifest(image).write_text(f"[[fits]]\n{line}\n")
                self.check_refused(image, "fw-1.3.0.bin")

    def test_manifests_that_say_nonsense(self):
        image = self.world.image("1.3.0")
        manifest = self.world.manifest(image)
        for text, line, word in (
                ("[image]\nversion = '1.3.0'\ncolour = 'red'\n", 3, "colour"),
                ("[images]\n", 1, "images"),
                ("[[fits]]\nparts = 'X'\n", 2, "parts"),
                ("[image]\nversion = 3\n", 2, "version"),
                ("[image]\nversion = 'new'\n", 2, "version"),
                ("[image]\nsha256 = 'abc'\n", 2, "sha256"),
                ("[image\n", 1, ""),
                ("\x00\x01\x02", 1, "")):
            with self.subTest(text):
                manifest.write_text(text)
                self.check_refused(image, f"{manifest.name}:{line}", word)
                self.check_device_was_not_even_asked()

    def test_a_manifest_that_is_a_directory(self):
        image = self.world.image("1.3.0", manifest=False)
        self.world.manifest(image).mkdir()
        self.check_refused(image, "fw-1.3.0.bin.toml")


class OpaqueImageTest(LabTest):
    """Without a manifest, the module's own refusal is the check."""

    def check_module_refuses(self, damage):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", manifest=False)
        image.write_bytes(damage(image.read_bytes()))
        result = lab.run("flash", image, "swp1", json=True)
        self.assertCode(result, 1)
        entry = result.result("swp1")
        self.assertEqual((entry["outcome"], entry["error"]), ("failed", "invalid-image"))
        self.assertTruthful(entry, lab.banks("swp1"))
        self.assertEqual(lab.running_version("swp1"), "1.2.0")
        lab.power_cycle("swp1")
        self.assertEqual(lab.running_version("swp1"), "1.2.0")
        good = lab.image("1.3.0")
        self.assertCode(lab.run("flash", good, "swp1"), 0)
        self.assertUpdated(lab, "swp1", good, "1.3.0")

    def test_a_flipped_bit(self):
        self.check_module_refuses(lambda data: data[:9000] + bytes([data[9000] ^ 4]) + data[9001:])

    def test_a_missing_end(self):
        self.check_module_refuses(lambda data: data[:-500])

    def test_trailing_bytes(self):
        self.check_module_refuses(lambda data: data + bytes(10))

    def test_something_else(self):
        self.check_module_refuses(lambda data: b"\xff" * 5000)

    def test_another_part_is_refused_by_the_module_when_forced(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", part="QDD-400G*")
        self.assertCode(lab.run("flash", image, "swp1"), 65)
        result = lab.run("flash", image, "swp1", "--force", json=True)
        self.assertCode(result, 1)
        self.assertTruthful(result.result("swp1"), lab.banks("swp1"))
        self.assertEqual(lab.running_version("swp1"), "1.2.0")

    def test_force_overrides_what_the_manifest_says_of_the_part(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0")
        lab.manifest(image).write_text('[[fits]]\npart = "QDD-400G*"\n')
        self.assertCode(lab.run("flash", image, "swp1"), 65)
        self.assertCode(lab.run("flash", image, "swp1", "--force"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_smaller_than_the_start_header(self):
        lab = self.lab(module("swp1"))
        image = lab.path / "tiny.bin"
        for size in (1, 63, 64):
            with self.subTest(size):
                image.write_bytes(b"x" * size)
                result = lab.run("flash", image, "swp1")
                self.assertError(result, result.code, device="swp1")
                self.assertIn(result.code, (1, 65))
                self.assertEqual(lab.running_version("swp1"), "1.2.0")

    def test_larger_than_the_bank(self):
        lab = self.lab(module("swp1", bank_bytes=8_000))
        result = lab.run("flash", lab.image("1.3.0"), "swp1")
        self.assertError(result, 1, device="swp1")
        self.assertEqual(lab.running_version("swp1"), "1.2.0")

    def test_one_without_manifest_is_updated(self):
        lab = self.lab(module("swp1"))
        image = lab.image("1.3.0", manifest=False)
        self.assertCode(lab.run("flash", image, "swp1"), 0)
        self.assertUpdated(lab, "swp1", image, "1.3.0")

    def test_an_image_that_changes_while_it_is_used_harms_nothing(self):
        lab = self.lab(module("swp1", block_busy_ms=2500))
        image = lab.image("1.3.0")
        digest, size = sha256(image), os.path.getsize(image)
        running = lab.start("flash", image, "swp1")
        running.wait_until_writing()
        with open(image, "r+b") as file:
            file.write(b"\0" * size)
        self.assertCode(running.wait(), 0)
        self.assertEqual(lab.banks("swp1")["B"]["sha256"], digest)


if __name__ == "__main__":
    unittest.main()
