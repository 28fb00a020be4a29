// SPDX-License-Identifier: Apache-2.0
#include "fpga/sha384.h"

#include <gtest/gtest.h>

#include <string>

namespace reflash::fpga {
namespace {

std::string Hex(std::string_view message) { return ToHex(ComputeSha384(AsBytes(message))); }

TEST(Sha384, GivesWhatFips180GivesForItsExamples) {
  EXPECT_EQ(Hex("abc"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(Hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
            "fcc7c71a557e2db966c3e9fa91746039");
  EXPECT_EQ(Hex(std::string(1'000'000, 'a')),
            "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
            "07b8b3dc38ecc4ebae97ddd87f3d8985");
}

// The lengths around which the padding changes; computed with Python's hashlib.
TEST(Sha384, PadsMessagesOfAnyLength) {
  EXPECT_EQ(Hex(""),
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
            "274edebfe76f65fbd51ad2f14898b95b");
  EXPECT_EQ(Hex(std::string(111, 'x')),
            "dfec6588f894c2b089119e1884a23941e5aa69ed38702839cf7352ac6d155d31"
            "5693bb5d26b7468d8b69ecf4631ef419");
  EXPECT_EQ(Hex(std::string(112, 'x')),
            "d8489693bc428374931aedf508740398d9d4a92887116fecb2fcdd91c68b9db3"
            "29fc4a474e05e78c3eb34e649a6b5c77");
  EXPECT_EQ(Hex(std::string(127, 'x')),
            "7f90015607d4c124f9b89bea8aa5b246ebfc792cda7ddf8bd6dcf69f9ff8bbdc"
            "cbcbb32cebaa0b03fc93f10b61bde2a5");
  EXPECT_EQ(Hex(std::string(128, 'x')),
            "e660584956c8b1df44c92acb7c8eccfe0dca5255627c9fb44637c15363b772e5"
            "709edcf35b07bf43531951ab2fd51130");
}

}  // namespace
}  // namespace reflash::fpga
