// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/status.h"

#include <gtest/gtest.h>

namespace reflash::cmis {
namespace {

struct Row {
  unsigned value;
  bool busy;
  bool failed;
  ErrorCode code;
  const char* words;
};

TEST(CdbStatus, DecodesEachValueOfTheTable) {
  using enum ErrorCode;
  const Row kRows[] = {
      {0x00, true, false, kTimeout, "no command was run (CDB status 00h)"},
      {0x01, false, false, kHwError, "success (CDB status 01h)"},
      {0x03, false, false, kHwError, "the previous command was aborted (CDB status 03h)"},
      {0x10, false, false, kHwError, "reserved (CDB status 10h)"},
      {0x40, false, true, kHwError, "failed without a reason (CDB status 40h)"},
      {0x41, false, true, kNotSupported, "unknown command (CDB status 41h)"},
      {0x42, false, true, kHwError, "parameter out of range (CDB status 42h)"},
      {0x43, false, true, kBusy, "the previous command was not aborted (CDB status 43h)"},
      {0x44, false, true, kTimeout, "command checking timed out (CDB status 44h)"},
      {0x45, false, true, kRwError, "check code error (CDB status 45h)"},
      {0x46, false, true, kPermission, "password missing or wrong (CDB status 46h)"},
      {0x47, false, true, kBusy, "not allowed in the present state (CDB status 47h)"},
      {0x4F, false, true, kHwError, "failed for a reserved reason (CDB status 4Fh)"},
      {0x60, false, true, kHwError, "failed for a reason of this command (CDB status 60h)"},
      {0x7B, false, true, kHwError, "failed for a reason of this vendor (CDB status 7Bh)"},
      {0x80, true, false, kTimeout, "busy (CDB status 80h)"},
      {0x81, true, false, kTimeout, "busy: command captured (CDB status 81h)"},
      {0x82, true, false, kTimeout, "busy: command checked (CDB status 82h)"},
      {0x83, true, false, kTimeout, "busy: command executing (CDB status 83h)"},
      {0xBF, true, false, kTimeout, "busy (CDB status BFh)"},
      {0xC5, true, false, kTimeout, "busy (CDB status C5h)"},
  };
  for (const Row& row : kRows) {
    const CdbStatus status{static_cast<std::uint8_t>(row.value)};
    EXPECT_EQ(status.busy(), row.busy) << row.words;
    EXPECT_EQ(status.failed(), row.failed) << row.words;
    EXPECT_EQ(status.error_code(), row.code) << row.words;
    EXPECT_EQ(status.Words(), row.words);
  }
}

}  // namespace
}  // namespace reflash::cmis
