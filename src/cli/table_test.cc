// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <gtest/gtest.h>

namespace reflash::cli {
namespace {

std::string Printed(const Table& table) {
  testing::internal::CaptureStdout();
  table.Print(Output(false));
  return testing::internal::GetCapturedStdout();
}

TEST(Table, HasColumnsAsWideAsTheirLongestCell) {
  Table table({"DEVICE", "STATE"});
  table.Add({"swp1", "ready"});
  table.Add({"a-long-name", "low power"});
  EXPECT_EQ(Printed(table),
            "DEVICE       STATE\n"
            "swp1         ready\n"
            "a-long-name  low power\n");
}

TEST(Table, HasNoSpacesAtTheEndOfALine) {
  Table table({"BANK", "", ""});
  table.Add({"A", "running", ""});
  table.Add({"", "", ""});
  EXPECT_EQ(Printed(table), "BANK\nA     running\n\n");
}

}  // namespace
}  // namespace reflash::cli
