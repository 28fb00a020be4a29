// SPDX-License-Identifier: Apache-2.0
#include "image/manifest.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <array>

#include "base/temporary_directory.h"

namespace reflash {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDigestOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kDigestOfAbcInUpperCase =
    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

Manifest Parsed(std::string_view text) {
  Result<Manifest> manifest = Manifest::Parse(text, "images/fw.bin.toml");
  if (!manifest) ADD_FAILURE() << manifest.error().Message();
  return manifest.value_or(Manifest{});
}

TEST(Manifest, OfTheInterfaceDocumentIsRead) {
  const Manifest manifest =
      Parsed(fmt::format("[image]\n"
                         "version = \"1.3.0\"\n"
                         "sha256  = \"{}\"\n"
                         "[[fits]]\n"
                         "kind = \"cmis-module\"\n"
                         "vendor = \"ACME\"\n"
                         "part = \"OSFP-8*\"\n"
                         "[[fits]]\n"
                         "vendor = \"Foo\"\n",
                         kDigestOfAbc));
  EXPECT_EQ(manifest.image_name, "fw.bin");
  EXPECT_EQ(manifest.version, (Version{1, 3, 0}));
  EXPECT_EQ(manifest.sha256, kDigestOfAbc);
  const std::vector<Fit> fits{{"cmis-module", "ACME", "OSFP-8*"}, {{}, "Foo", {}}};
  EXPECT_EQ(manifest.fits, fits);
}

TEST(Manifest, MayLeaveOutEverything) {
  for (const std::string_view text : {"", "# nothing\n", "[image]\n", "fits = []\n"}) {
    const Manifest manifest = Parsed(text);
    EXPECT_EQ(manifest.version, std::nullopt);
    EXPECT_EQ(manifest.sha256, "");
    EXPECT_TRUE(manifest.fits.empty());
    EXPECT_TRUE(manifest.CheckFits("fpga-card", "Any", "thing"));
    EXPECT_TRUE(manifest.CheckDigest(Image::FromBytes(AsBytes("abc"), "fw.bin").value()));
  }
}

struct WrongManifest {
  std::string_view text;
  std::string_view message;
};

constexpr std::array kWrongManifests{
    WrongManifest{"[image]\nversion = \"1.3\"\ncolour = \"red\"\n",
                  ":3: [image]: unknown key 'colour'"},
    WrongManifest{"[image]\n\"a\\u001b\" = 1\n", ":2: [image]: unknown key 'a?'"},
    WrongManifest{"[[fits]]\nserial = \"A1\"\n", ":2: [[fits]]: unknown key 'serial'"},
    WrongManifest{"\n[pictures]\n", ":2: unknown key 'pictures'"},
    WrongManifest{"version = \"1.3\"\n", ":1: unknown key 'version'"},
    WrongManifest{"[image]\nversion = 1.3\n", ":2: [image]: 'version' must be a text"},
    WrongManifest{"[image]\nversion = \"1.x\"\n",
                  ":2: [image]: 'version' '1.x' is not a version (major.minor.build)"},
    WrongManifest{"[image]\nsha256 = \"\"\n",
                  ":2: [image]: 'sha256' does not have 64 hexadecimal digits"},
    WrongManifest{"[image]\nsha256 = \"ba7816\"\n",
                  ":2: [image]: 'sha256' does not have 64 hexadecimal digits"},
    WrongManifest{"[image]\n\nsha256 = "
                  "\"ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\n",
                  ":3: [image]: 'sha256' does not have 64 hexadecimal digits"},
    WrongManifest{"[image]\nsha256 = [1]\n", ":2: [image]: 'sha256' must be a text"},
    WrongManifest{"\nimage = 3\n", ":2: 'image' must be a table, [image]"},
    WrongManifest{"[[image]]\n", ":1: 'image' must be a table, [image]"},
    WrongManifest{"[fits]\nvendor = \"ACME\"\n", ":1: 'fits' must be an array of tables, [[fits]]"},
    WrongManifest{"fits = [\n1]\n", ":2: 'fits' must be an array of tables, [[fits]]"},
    WrongManifest{"[image]\n[[fits]]\n",
                  ":2: [[fits]]: 'kind' is missing, and so are 'vendor' and 'part'"},
    WrongManifest{"[[fits]]\nvendor = \"ACME\"\npart = 8\n", ":3: [[fits]]: 'part' must be a text"},
    WrongManifest{"[[fits]]\nkind = true\n", ":2: [[fits]]: 'kind' must be a text"},
    WrongManifest{"[[fits]]\nvendor = \"\\u001b[2J\"\n",
                  ":2: [[fits]]: 'vendor' must be a text without control characters"},
};

TEST(Manifest, ThatIsWrongIsRefusedWithFileAndLineAndKey) {
  for (const auto& [text, message] : kWrongManifests) {
    const Result<Manifest> manifest = Manifest::Parse(text, "images/fw.bin.toml");
    ASSERT_FALSE(manifest) << text;
    EXPECT_EQ(manifest.error().code(), ErrorCode::kInvalidImage);
    EXPECT_EQ(manifest.error().Message(), "images/fw.bin.toml" + std::string(message));
  }
}

/// What toml++ itself refuses; its words are its own.
constexpr std::array kNotToml{
    WrongManifest{"[image]\nversion = \"1.3\"\nversion = \"1.4\"\n", "fw.bin.toml:3: "},
    WrongManifest{"[image]\n[image]\n", "fw.bin.toml:2: "},
    WrongManifest{"[image]\nversion = \n", "fw.bin.toml:2: "},
    WrongManifest{"\x7f"
                  "ELF\n",
                  "fw.bin.toml:1: "},
    WrongManifest{"[image]\nversion = \"\xff\"\n", "fw.bin.toml:2: "},
};

TEST(Manifest, ThatIsNotTomlIsRefusedWithFileAndLine) {
  for (const auto& [text, message] : kNotToml) {
    const Result<Manifest> manifest = Manifest::Parse(text, "fw.bin.toml");
    ASSERT_FALSE(manifest) << text;
    EXPECT_EQ(manifest.error().code(), ErrorCode::kInvalidImage);
    EXPECT_TRUE(manifest.error().Message().starts_with(message)) << manifest.error().Message();
  }
}

TEST(Manifest, OfDeepNestingOrGreatSizeIsRefused) {
  EXPECT_FALSE(Manifest::Parse("a = " + std::string(60'000, '['), "fw.bin.toml"));
  const std::string comment = "#" + std::string(Manifest::kLargestBytes - 1, 'x');
  EXPECT_TRUE(Manifest::Parse(comment, "fw.bin.toml"));
  EXPECT_FALSE(Manifest::Parse(comment + "x", "fw.bin.toml"));
}

TEST(Manifest, KnowsItsImageByTheDigestInEitherCase) {
  const Manifest manifest =
      Parsed(fmt::format("[image]\nsha256 = \"{}\"\n", kDigestOfAbcInUpperCase));
  EXPECT_TRUE(manifest.CheckDigest(Image::FromBytes(AsBytes("abc"), "fw.bin").value()));

  const Image other = Image::FromBytes(AsBytes("abd"), "fw.bin").value();
  const Result<void> checked = manifest.CheckDigest(other);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code(), ErrorCode::kInvalidImage);
  EXPECT_EQ(checked.error().Message(),
            fmt::format("fw.bin is damaged: its SHA-256 is {}, its manifest says {}",
                        other.sha256(), kDigestOfAbc));
}

TEST(Manifest, FitsDevicesThatMatchAllPartsOfOneFit) {
  const Manifest manifest = Parsed(
      "[[fits]]\nkind = \"cmis-module\"\nvendor = \"ACME\"\npart = \"OSFP-8*\"\n"
      "[[fits]]\nvendor = \"Foo*\"\n");
  EXPECT_TRUE(manifest.CheckFits("cmis-module", "ACME", "OSFP-800G-DR8"));
  EXPECT_TRUE(manifest.CheckFits("fpga-card", "Foo Inc", "Bar"));
  EXPECT_FALSE(manifest.CheckFits("fpga-card", "ACME", "OSFP-800G-DR8"));
  EXPECT_FALSE(manifest.CheckFits("cmis-module", "acme", "OSFP-800G-DR8"));
  EXPECT_FALSE(manifest.CheckFits("cmis-module", "ACME", "QSFP-800G-DR8"));
  EXPECT_FALSE(manifest.CheckFits("", "", ""));
}

TEST(Manifest, SaysForWhatAnImageIsThatDoesNotFit) {
  const Manifest one =
      Parsed("[[fits]]\nkind = \"cmis-module\"\nvendor = \"ACME\"\npart = \"OSFP-8*\"\n");
  const Result<void> other_part = one.CheckFits("cmis-module", "Foo", "Bar");
  ASSERT_FALSE(other_part);
  EXPECT_EQ(other_part.error().code(), ErrorCode::kInvalidImage);
  EXPECT_EQ(other_part.error().Message(), "fw.bin is for ACME OSFP-8*; this is a Foo Bar");
  EXPECT_EQ(one.CheckFits("fpga-card", "ACME", "OSFP-8").error().Message(),
            "fw.bin is for cmis-module ACME OSFP-8*; this is a fpga-card ACME OSFP-8");

  const Manifest two = Parsed("[[fits]]\nvendor = \"ACME\"\n[[fits]]\npart = \"X?\"\n");
  EXPECT_EQ(two.CheckFits("cmis-module", "Foo", "Bar").error().Message(),
            "fw.bin is for ACME or X?; this is a Foo Bar");
}

class ManifestBesideTest : public testing::Test {
 protected:
  TemporaryDirectory temporary_;
  fs::path image_ = temporary_ / "fw.bin";
};

TEST_F(ManifestBesideTest, IsFoundByTheNameOfTheImage) {
  static_cast<void>(temporary_.Write("fw.bin.toml", "[image]\nversion = \"1.3\"\n"));
  const auto manifest = Manifest::LoadBeside(image_).value();
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->image_name, "fw.bin");
  EXPECT_EQ(manifest->version, (Version{1, 3, 0}));
}

TEST_F(ManifestBesideTest, MayBeMissing) {
  EXPECT_FALSE(Manifest::LoadBeside(image_).value().has_value());
}

TEST_F(ManifestBesideTest, ThatIsWrongIsAnErrorWithItsPath) {
  const fs::path path = temporary_.Write("fw.bin.toml", "[image]\ncolour = 1\n");
  const auto manifest = Manifest::LoadBeside(image_);
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().Message(), path.string() + ":2: [image]: unknown key 'colour'");
}

TEST_F(ManifestBesideTest, ThatCannotBeReadIsAnErrorAndNotOverlooked) {
  const fs::path path = temporary_ / "fw.bin.toml";
  const auto expect_refused = [&](std::string_view words) {
    const auto manifest = Manifest::LoadBeside(image_);
    ASSERT_FALSE(manifest) << words;
    EXPECT_EQ(manifest.error().code(), ErrorCode::kInvalidImage);
    EXPECT_NE(manifest.error().Message().find(path.string()), std::string::npos);
    EXPECT_NE(manifest.error().Message().find(words), std::string::npos);
    fs::remove(path);
  };
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  expect_refused("is a FIFO");
  fs::create_directory(path);
  expect_refused("is a directory");
  fs::create_symlink("nowhere", path);
  expect_refused("No such file");
  fs::resize_file(temporary_.Write("fw.bin.toml", ""), Manifest::kLargestBytes + 1);
  expect_refused("has more than 65536 bytes");
}

}  // namespace
}  // namespace reflash
