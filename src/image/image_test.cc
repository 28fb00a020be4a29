// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

#include <gtest/gtest.h>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

#include "base/temporary_directory.h"

namespace reflash {
namespace {

namespace fs = std::filesystem;

/// The digest of "abc", from FIPS 180-2, B.1.
constexpr std::string_view kDigestOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// For its life, root has no more rights to files than anybody.
class WithoutRootsRights {
 public:
  WithoutRootsRights() : user_(::setfsuid(65534)) {}
  WithoutRootsRights(const WithoutRootsRights&) = delete;
  WithoutRootsRights& operator=(const WithoutRootsRights&) = delete;
  ~WithoutRootsRights() { ::setfsuid(static_cast<uid_t>(user_)); }

 private:
  int user_;
};

class ImageTest : public testing::Test {
 protected:
  /// Expects that the file is refused as an image, in words that hold its path and `words`.
  static void ExpectRefused(const fs::path& path, std::string_view words) {
    ExpectRefused(Image::Load(path), path, words);
  }
  static void ExpectRefused(const Result<Image>& image, const fs::path& path,
                            std::string_view words) {
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code(), ErrorCode::kInvalidImage);
    const std::string message = image.error().Message();
    EXPECT_NE(message.find(path.string()), std::string::npos) << message;
    EXPECT_NE(message.find(words), std::string::npos) << message;
  }

  /// Opens a file that was modified long ago, so that a change is seen however coarse the clock is.
  [[nodiscard]] InputFile OpenOld(std::string_view content) const {
    const fs::path path = temporary_.Write("fw.bin", content);
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    return InputFile::Open(path).value();
  }

  TemporaryDirectory temporary_;
};

TEST_F(ImageTest, HoldsTheBytesTheDigestAndTheNameOfItsFile) {
  const Image image = Image::Load(temporary_.Write("fw.bin", "abc")).value();
  EXPECT_TRUE(std::ranges::equal(image.bytes(), AsBytes("abc")));
  EXPECT_EQ(image.size(), 3U);
  EXPECT_EQ(image.sha256(), kDigestOfAbc);
  EXPECT_EQ(image.name(), "fw.bin");
}

TEST_F(ImageTest, FromBytesIsTheSameAsFromAFile) {
  const Image image = Image::FromBytes(AsBytes("abc"), "in memory").value();
  EXPECT_TRUE(std::ranges::equal(image.bytes(), AsBytes("abc")));
  EXPECT_EQ(image.sha256(), kDigestOfAbc);
  EXPECT_EQ(image.name(), "in memory");
}

TEST_F(ImageTest, OfManyReadsIsWhole) {
  std::string content((3U << 20U) + 17U, '\0');
  for (std::size_t index = 0; index < content.size(); ++index) {
    content[index] = static_cast<char>((index * 2654435761U) >> 11U);
  }
  const Image loaded = Image::Load(temporary_.Write("fw.bin", content)).value();
  EXPECT_TRUE(std::ranges::equal(loaded.bytes(), AsBytes(content)));
  const Image copied = Image::FromBytes(AsBytes(content), "fw.bin").value();
  EXPECT_TRUE(std::ranges::equal(copied.bytes(), AsBytes(content)));
  // A multiple of the buffer has its end in a read of its own.
  const std::string_view even = std::string_view(content).substr(0, 1U << 20U);
  EXPECT_EQ(Image::FromBytes(AsBytes(even), "even").value().size(), even.size());
}

TEST_F(ImageTest, DoesNotFollowItsFile) {
  const fs::path path = temporary_.Write("fw.bin", "abc");
  const Image image = Image::Load(path).value();
  static_cast<void>(temporary_.Write("fw.bin", "xyz"));
  EXPECT_TRUE(std::ranges::equal(image.bytes(), AsBytes("abc")));
  fs::resize_file(path, 0);
  EXPECT_TRUE(std::ranges::equal(image.bytes(), AsBytes("abc")));
}

TEST_F(ImageTest, CopiesShareTheirMemoryAndOutliveTheFirst) {
  std::optional<Image> first = Image::FromBytes(AsBytes("abc"), "fw.bin").value();
  const Image second = *first;
  EXPECT_EQ(first->bytes().data(), second.bytes().data());
  first.reset();
  EXPECT_TRUE(std::ranges::equal(second.bytes(), AsBytes("abc")));
}

TEST_F(ImageTest, MayStandBehindASymbolicLink) {
  fs::create_symlink(temporary_.Write("fw-1.3.bin", "abc"), temporary_ / "fw.bin");
  EXPECT_EQ(Image::Load(temporary_ / "fw.bin").value().name(), "fw.bin");
}

TEST_F(ImageTest, ThatIsMissingIsRefusedAndTheCauseSaysSo) {
  const Result<Image> image = Image::Load(temporary_ / "fw.bin");
  ExpectRefused(image, temporary_ / "fw.bin", "No such file or directory");
  ASSERT_NE(image.error().cause(), nullptr);
  EXPECT_EQ(image.error().cause()->code(), ErrorCode::kNotFound);
}

TEST_F(ImageTest, ThatMayNotBeReadIsRefusedAndTheCauseSaysSo) {
  const fs::path path = temporary_.Write("fw.bin", "abc");
  fs::permissions(path, fs::perms::none);
  fs::permissions(temporary_.path(), fs::perms(0755));
  const WithoutRootsRights without;
  const Result<Image> image = Image::Load(path);
  ExpectRefused(image, path, "Permission denied");
  ASSERT_NE(image.error().cause(), nullptr);
  EXPECT_EQ(image.error().cause()->code(), ErrorCode::kPermission);
}

TEST_F(ImageTest, ThatIsEmptyIsRefused) {
  ExpectRefused(temporary_.Write("fw.bin", ""), "is empty");
  EXPECT_EQ(Image::FromBytes({}, "fw.bin").error().code(), ErrorCode::kInvalidImage);
}

TEST_F(ImageTest, ThatIsNotARegularFileIsRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo((temporary_ / "fifo").c_str(), 0600), 0);
  ExpectRefused(temporary_ / "fifo", "is a FIFO, not a regular file");
  ExpectRefused(temporary_.path(), "is a directory, not a regular file");
  ExpectRefused("/dev/zero", "is a device, not a regular file");
}

TEST_F(ImageTest, ThatIsTooLargeIsRefusedWithoutReadingIt) {
  const fs::path path = temporary_.Write("fw.bin", "");
  fs::resize_file(path, Image::kLargestBytes + 1);  // sparse: takes no room on the disk
  ExpectRefused(path, "has 1073741825 bytes");
}

TEST_F(ImageTest, ThatGrowsWhileItIsReadIsRefused) {
  InputFile file = OpenOld("abc");
  std::ofstream(file.path(), std::ios::app) << "def";
  ExpectRefused(Image::FromFile(std::move(file)), temporary_ / "fw.bin",
                "was changed while it was read");
}

TEST_F(ImageTest, ThatShrinksWhileItIsReadIsRefused) {
  InputFile file = OpenOld("abc");
  fs::resize_file(file.path(), 1);
  ExpectRefused(Image::FromFile(std::move(file)), temporary_ / "fw.bin",
                "was changed while it was read");
}

TEST_F(ImageTest, ThatIsOverwrittenWhileItIsReadIsRefused) {
  InputFile file = OpenOld("abc");
  std::ofstream(file.path(), std::ios::in | std::ios::out) << "xyz";
  ExpectRefused(Image::FromFile(std::move(file)), temporary_ / "fw.bin",
                "was changed while it was read");
}

}  // namespace
}  // namespace reflash
