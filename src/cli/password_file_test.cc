// SPDX-License-Identifier: Apache-2.0
#include "cli/password_file.h"

#include <gtest/gtest.h>

#include "base/temporary_directory.h"

namespace reflash::cli {
namespace {

class PasswordFileTest : public testing::Test {
 protected:
  Result<std::optional<std::uint32_t>> Read(std::string_view content) {
    return ReadPasswordFile(directory_.Write("password", content));
  }

  TemporaryDirectory directory_;
};

TEST_F(PasswordFileTest, HoldsEightDigitsWithWhiteSpaceAround) {
  for (const char* const content : {"00001011", "00001011\n", "  00001011\r\n\t"}) {
    EXPECT_EQ(Read(content).value(), 0x1011U);
  }
  EXPECT_EQ(Read("deadBEEF").value(), 0xDEADBEEFU);
}

TEST_F(PasswordFileTest, AnythingElseIsAnErrorThatDoesNotRepeatIt) {
  for (const char* const content : {"", "\n", "1011", "000010112", "0000 1011", "secretxy"}) {
    const auto password = Read(content);
    ASSERT_FALSE(password) << content;
    EXPECT_EQ(password.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_EQ(password.error().Message().find("secret"), std::string::npos);
  }
}

TEST_F(PasswordFileTest, NoFileIsNoPassword) {
  EXPECT_EQ(ReadPasswordFile(std::nullopt).value(), std::nullopt);
  EXPECT_FALSE(ReadPasswordFile(directory_ / "missing"));
}

}  // namespace
}  // namespace reflash::cli
