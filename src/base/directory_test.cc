// SPDX-License-Identifier: Apache-2.0
#include "base/directory.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/temporary_directory.h"

namespace reflash {
namespace {

namespace fs = std::filesystem;
using Durability = Directory::Durability;

constexpr std::size_t kLimitBytes = 100;

class DirectoryTest : public testing::Test {
 protected:
  static Result<Directory> Open(const fs::path& path) {
    return Directory::OpenOrCreate(path, 0755, 0775);
  }

  TemporaryDirectory temporary_;
  Directory directory_ = Open(temporary_.path()).value();
};

TEST_F(DirectoryTest, IsCreatedWithItsParents) {
  const fs::path path = temporary_ / "a/b/c";
  const Result<Directory> created = Directory::OpenOrCreate(path, 0700, 0700);
  ASSERT_TRUE(created) << created.error().Message();
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  EXPECT_TRUE(Open(path));
}

TEST_F(DirectoryTest, ThatAllowsTooMuchIsRefused) {
  fs::permissions(temporary_.path(), fs::perms::all);
  const Result<Directory> opened = Open(temporary_.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kPermission);
  EXPECT_NE(opened.error().Message().find("has mode 0777"), std::string::npos);
}

TEST_F(DirectoryTest, OfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  ASSERT_EQ(::chown(temporary_.path().c_str(), 4711, 4711), 0);
  const Result<Directory> opened = Open(temporary_.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kPermission);
  EXPECT_NE(opened.error().Message().find("belongs to user 4711, not to user 0"),
            std::string::npos);
}

TEST_F(DirectoryTest, BehindASymbolicLinkIsRefusedWithOrWithoutASlash) {
  fs::create_directory(temporary_ / "real");
  fs::create_symlink(temporary_ / "real", temporary_ / "link");
  EXPECT_FALSE(Open(temporary_ / "link"));
  EXPECT_FALSE(Open(temporary_ / "link/"));
  EXPECT_TRUE(Open(temporary_ / "real/"));
}

TEST_F(DirectoryTest, WhereAFileStandsIsRefused) {
  const fs::path file = temporary_.Write("file", "");
  for (const fs::path& path : {file, file / "below"}) {
    const Result<Directory> opened = Open(path);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().Message().find(file.string()), std::string::npos);
  }
  EXPECT_EQ(Open("").error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(DirectoryTest, ReadsWhatWasWritten) {
  for (const Durability durability : {Durability::kProcess, Durability::kPower}) {
    ASSERT_TRUE(directory_.ReplaceFile("file", "old", durability));
    ASSERT_TRUE(directory_.ReplaceFile("file", "new", durability));
    EXPECT_EQ(directory_.ReadFile("file", kLimitBytes).value(), "new");
  }
  EXPECT_EQ(directory_.Names().value(), std::vector<std::string>{"file"});
  EXPECT_EQ(directory_.ReadFile("missing", kLimitBytes).value(), std::nullopt);
}

TEST_F(DirectoryTest, LeavesNoTemporaryFileBehindWhenReplacingFails) {
  fs::create_directories(temporary_ / "file/in the way");
  const Result<void> replaced = directory_.ReplaceFile("file", "text", Durability::kProcess);
  ASSERT_FALSE(replaced);
  EXPECT_NE(replaced.error().Message().find((temporary_ / "file").string()), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(temporary_.path()), {}), 1);
}

TEST_F(DirectoryTest, ReplacesASymbolicLinkAndNotWhatItPointsTo) {
  const fs::path precious = temporary_.Write("precious", "do not touch");
  fs::create_symlink(precious, temporary_ / "file");
  ASSERT_TRUE(directory_.ReplaceFile("file", "ours", Durability::kProcess));
  EXPECT_EQ(temporary_.Read("precious"), "do not touch");
  EXPECT_EQ(temporary_.Read("file"), "ours");
}

TEST_F(DirectoryTest, DoesNotReadThroughASymbolicLink) {
  fs::create_symlink(temporary_.Write("secret", "secret"), temporary_ / "file");
  const auto text = directory_.ReadFile("file", kLimitBytes);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().Message(),
            (temporary_ / "file").string() + " is a symbolic link, not a regular file");
}

TEST_F(DirectoryTest, DoesNotReadMoreThanTheLimit) {
  static_cast<void>(temporary_.Write("fits", std::string(kLimitBytes, 'x')));
  static_cast<void>(temporary_.Write("large", std::string(kLimitBytes + 1, 'x')));
  EXPECT_EQ(directory_.ReadFile("fits", kLimitBytes).value()->size(), kLimitBytes);
  EXPECT_EQ(directory_.ReadFile("large", kLimitBytes).error().code(), ErrorCode::kInvalidSize);
}

TEST_F(DirectoryTest, RemovesAFileThatIsThereAndOneThatIsNot) {
  static_cast<void>(temporary_.Write("file", "text"));
  EXPECT_TRUE(directory_.RemoveFile("file"));
  EXPECT_FALSE(fs::exists(temporary_ / "file"));
  EXPECT_TRUE(directory_.RemoveFile("file"));
}

TEST_F(DirectoryTest, ListsSortedNamesWithoutHiddenOnes) {
  for (const char* const name : {"b", ".hidden", "a"}) {
    static_cast<void>(temporary_.Write(name, ""));
  }
  const std::vector<std::string> expected{"a", "b"};
  EXPECT_EQ(directory_.Names().value(), expected);
  EXPECT_EQ(directory_.Names().value(), expected) << "a second time";
}

}  // namespace
}  // namespace reflash
