# SPDX-License-Identifier: Apache-2.0
"""`lab image` and `demo`."""

import pathlib
import unittest

from lab import PART, LabTest, sha256


class LabImageTest(LabTest):

    def setUp(self):
        self.world = self.lab(serve=False)

    def make(self, **changes):
        options = {"version": "1.3.0", "part": PART, "size": "5000", "output": "fw.bin"}
        options.update(changes)
        words = [word for key, value in options.items() if value is not None
                 for word in (f"--{key}", value)]
        return self.world.run("lab", "image", *words)

    def test_image_and_manifest(self):
        self.assertCode(self.make(), 0)
        image = self.world.path / "fw.bin"
        self.assertEqual(image.stat().st_size, 5000)
        manifest = self.world.manifest(image).read_text()
        self.assertIn('version = "1.3.0"', manifest)
        self.assertIn(sha256(image), manifest)
        self.assertIn(PART, manifest)

    def test_equal_arguments_make_equal_images(self):
        digests = []
        for seed in ("1", "1", "2"):
            self.assertCode(self.make(seed=seed), 0)
            digests.append(sha256(self.world.path / "fw.bin"))
        self.assertEqual(digests[0], digests[1])
        self.assertNotEqual(digests[0], digests[2])

    def test_arguments_that_make_no_image(self):
        for changes in ({"version": "new"}, {"version": "1.2.3.4"}, {"version": "-1.0.0"},
                        {"version": "256.0.0"}, {"version": "1.0.65536"}, {"size": "0"},
                        {"size": "63"}, {"size": "-5"}, {"size": "many"},
                        {"size": "99999999999999"}, {"part": "P" * 17}, {"part": None},
                        {"seed": "x"}, {"output": None}, {"version": None}):
            with self.subTest(changes):
                result = self.make(**changes)
                self.assertError(result, 64)
                self.assertEqual(len(result.err.splitlines()), 1, str(result))
        self.assertEqual(list(self.world.path.glob("fw.bin*")), [], "nothing is left behind")

    def test_where_nothing_can_be_written(self):
        self.assertNotEqual(self.make(output="nowhere/fw.bin").code, 0)
        self.assertError(self.make(output="nowhere/fw.bin"), self.make(output="nowhere/fw.bin").code,
                         "nowhere/fw.bin")
        (self.world.path / "folder").mkdir()
        result = self.make(output="folder")
        self.assertNotEqual(result.code, 0)
        self.assertError(result, result.code, "folder")
        self.assertEqual([path.name for path in self.world.path.glob("folder*")], ["folder"])

    def test_an_existing_image_is_replaced_as_a_whole(self):
        self.assertCode(self.make(size="9000"), 0)
        self.assertCode(self.make(size="5000"), 0)
        self.assertEqual((self.world.path / "fw.bin").stat().st_size, 5000)


class DemoTest(LabTest):

    def test_it_ends_well_and_leaves_nothing_behind(self):
        lab = self.lab(serve=False)
        temporary = lab.path / "tmp"
        temporary.mkdir()
        result = lab.run("demo", env=lab.environment(TMPDIR=str(temporary)), timeout_s=60)
        self.assertCode(result, 0)
        self.assertNotIn("\x1b", result.out)
        self.assertIn("updated", result.out)
        self.assertIn("failed", result.out)
        self.assertEqual(list(pathlib.Path(temporary).iterdir()), [])

    def test_it_needs_no_configuration(self):
        lab = self.lab(serve=False)
        process = lab.popen(["demo", "--json"])
        lines = []
        for line in process.stdout:
            lines.append(line)
            if len(lines) == 20:
                break
        self.assertTrue(all(line.startswith("{") for line in lines), lines)
        process.kill()


if __name__ == "__main__":
    unittest.main()
