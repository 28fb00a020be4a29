// SPDX-License-Identifier: Apache-2.0
#include "base/input_file.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <array>
#include <chrono>
#include <fstream>

#include "base/temporary_directory.h"

namespace reflash {
namespace {

namespace fs = std::filesystem;

class InputFileTest : public testing::Test {
 protected:
  /// A file that was modified long ago, so that a change now is seen however coarse the clock is.
  [[nodiscard]] InputFile OpenOld(std::string_view content) const {
    const fs::path path = temporary_.Write("file", content);
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    return InputFile::Open(path).value();
  }

  TemporaryDirectory temporary_;
};

TEST_F(InputFileTest, ReadsPiecesUntilTheEnd) {
  InputFile file = OpenOld("abcde");
  EXPECT_EQ(file.size_bytes(), 5U);
  std::array<std::byte, 3> buffer{};
  EXPECT_EQ(file.Read(buffer).value(), 3U);
  EXPECT_EQ(buffer[2], std::byte{'c'});
  EXPECT_EQ(file.Read(buffer).value(), 2U);
  EXPECT_EQ(buffer[1], std::byte{'e'});
  EXPECT_EQ(file.Read(buffer).value(), 0U);
}

TEST_F(InputFileTest, ThatIsMissingIsNamed) {
  const Result<InputFile> file = InputFile::Open(temporary_ / "missing");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(file.error().Message(),
            "cannot open " + (temporary_ / "missing").string() + ": No such file or directory");
}

TEST_F(InputFileTest, AFifoThatNobodyWritesToIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo((temporary_ / "fifo").c_str(), 0600), 0);
  const Result<InputFile> file = InputFile::Open(temporary_ / "fifo");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().Message(),
            (temporary_ / "fifo").string() + " is a FIFO, not a regular file");
}

TEST_F(InputFileTest, NoticesEveryKindOfChange) {
  InputFile untouched = OpenOld("same");
  EXPECT_TRUE(untouched.IsUnchanged().value());

  InputFile grown = OpenOld("grows");
  std::ofstream(grown.path(), std::ios::app) << "more";
  EXPECT_FALSE(grown.IsUnchanged().value());

  InputFile overwritten = OpenOld("before");
  std::ofstream(overwritten.path(), std::ios::in | std::ios::out) << "after!";
  EXPECT_FALSE(overwritten.IsUnchanged().value());
}

}  // namespace
}  // namespace reflash
