// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_header.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace reflash::capi {
namespace {

TEST(AdapterHeader, HasTheBytesOfTheReference) {
  const AdapterHeader header = MakeAdapterHeader(
      {.vendor = 0x1014, .device = 0x0477, .subsystem_vendor = 0x1014, .subsystem = 0x04DA},
      0x0102030405060708);
  EXPECT_EQ(ToHex(header),
            "00010000000000001014047710140"
            "4da00000000000000800102030405060708" +
                std::string(192, '0'));
}

}  // namespace
}  // namespace reflash::capi
