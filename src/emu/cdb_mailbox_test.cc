// SPDX-License-Identifier: Apache-2.0
#include "emu/cdb_mailbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace reflash::emu {
namespace {

Bytes Repeated(std::initializer_list<unsigned> begin, std::size_t count, unsigned value) {
  Bytes bytes = MakeBytes(begin);
  bytes.insert(bytes.end(), count, static_cast<std::byte>(value));
  return bytes;
}

struct GoldenVector {
  std::uint16_t command;
  std::uint16_t epl_length;
  Bytes lpl;
  unsigned check_code;
};

/// The table of the protocol reference, section 1.4.
std::vector<GoldenVector> GoldenVectors() {
  return {
      {0x0000, 0, MakeBytes({0, 0}), 0xFD},
      {0x0001, 0, MakeBytes({0, 0, 0x10, 0x11}), 0xD9},
      {0x0004, 0, {}, 0xFB},
      {0x0040, 0, {}, 0xBF},
      {0x0041, 0, {}, 0xBE},
      {0x0100, 0, {}, 0xFE},
      {0x0101, 0, MakeBytes({0, 0x10, 0, 0, 0, 0, 0, 0}), 0xE5},
      {0x0101, 0, Repeated({0, 0x10, 0, 0, 0, 0, 0, 0}, 64, 0xAA), 0x25},
      {0x0102, 0, {}, 0xFC},
      {0x0103, 0, Repeated({0, 0, 0, 0}, 116, 0xFF), 0xF7},
      {0x0103, 0, Repeated({0, 0, 0, 116}, 116, 0xA5), 0x4B},
      {0x0104, 2048, MakeBytes({0, 0, 0, 0}), 0xEE},
      {0x0104, 128, MakeBytes({0, 0x01, 0x23, 0x45}), 0x0D},
      {0x0105, 0, MakeBytes({0, 0, 0, 0, 0, 116}), 0x7F},
      {0x0106, 0, MakeBytes({0, 0, 0, 0, 8, 0}), 0xEA},
      {0x0107, 0, {}, 0xF7},
      {0x0108, 0, MakeBytes({0xAB}), 0x4A},
      {0x0108, 0, MakeBytes({0xBA}), 0x3B},
      {0x0109, 0, MakeBytes({0, 0, 0, 0}), 0xF1},
      {0x0109, 0, MakeBytes({0, 0, 2, 0}), 0xEF},
      {0x0109, 0, MakeBytes({0, 1, 0, 0xC8}), 0x28},
      {0x010A, 0, {}, 0xF4},
  };
}

TEST(CdbMailbox, ComputesTheCheckCodesOfTheSpecification) {
  for (const GoldenVector& golden : GoldenVectors()) {
    CdbMailbox mailbox;
    StoreBigEndian<std::uint16_t>(mailbox.page(), golden.command);
    StoreBigEndian<std::uint16_t>(mailbox.page().subspan(2), golden.epl_length);
    mailbox.page()[4] = static_cast<std::byte>(golden.lpl.size());
    std::ranges::fill(mailbox.page().subspan(5, 3), std::byte{0x77});  // not covered
    std::ranges::fill(mailbox.epl(), std::byte{0x77});                 // not covered
    std::ranges::copy(golden.lpl, mailbox.lpl().begin());
    EXPECT_EQ(mailbox.ComputeCheckCode(), golden.check_code)
        << std::hex << golden.command << " with " << golden.lpl.size() << " bytes";
  }
}

TEST(CdbMailbox, ComputesACheckCodeForAnLplLengthThatCannotBe) {
  CdbMailbox mailbox;
  mailbox.page()[4] = std::byte{0xFF};
  mailbox.lpl().back() = std::byte{1};
  EXPECT_EQ(mailbox.ComputeCheckCode(), 0xFFU - 0xFFU - 1U + 0x100U);
}

TEST(CdbMailbox, TellsLengthAndCheckCodeOfAReply) {
  CdbMailbox mailbox;
  mailbox.SetReply(MakeBytes({0x12, 0x34}));
  EXPECT_EQ(mailbox.page()[6], std::byte{2});
  EXPECT_EQ(mailbox.page()[7], std::byte{0xB9});
  EXPECT_EQ(mailbox.lpl()[1], std::byte{0x34});
  mailbox.ClearReply();
  EXPECT_EQ(mailbox.page()[6], std::byte{0});
}

TEST(CdbMailbox, TellsTheNumberOfPagesOfAnEplReply) {
  CdbMailbox mailbox;
  mailbox.SetEplReply(Bytes(129, std::byte{5}));
  EXPECT_EQ(mailbox.page()[6], std::byte{239 + 2});
  mailbox.SetEplReply(Bytes(2048, std::byte{5}));
  EXPECT_EQ(mailbox.page()[6], std::byte{255});
}

}  // namespace
}  // namespace reflash::emu
