// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/command.h"

#include <gtest/gtest.h>

#include <numeric>

#include "cmis/cdb/commands.h"

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;

/// The check code stands behind the lengths (page 9Fh, byte 133).
unsigned EncodedCheckCode(const Command& command) {
  return std::to_integer<unsigned>(EncodeCommand(command)[5]);
}

struct Golden {
  const char* what;
  Command command;
  unsigned check_code;
};

Command Raw(std::uint16_t id, Bytes lpl = {}) { return {.id = id, .lpl = std::move(lpl)}; }

TEST(Command, HasTheCheckCodesOfThePublishedVectors) {
  const Bytes erased(116, std::byte{0xFF});
  const Bytes a5(116, std::byte{0xA5});
  const Bytes header(64, std::byte{0xAA});
  const Bytes epl(2048);
  const Golden kGolden[] = {
      {"query status", Raw(0x0000, MakeBytes({0, 0})), 0xFD},
      {"enter the default password", Raw(0x0001, MakeBytes({0x00, 0x00, 0x10, 0x11})), 0xD9},
      {"abort", Raw(0x0004), 0xFB},
      {"module features", Raw(0x0040), 0xBF},
      {"firmware features", FirmwareFeaturesCommand(), 0xBE},
      {"firmware info", FirmwareInfoCommand(), 0xFE},
      {"start without a header", StartDownloadCommand(0x100000, {}), 0xE5},
      {"start with 64 bytes", StartDownloadCommand(0x100000, header), 0x25},
      {"abort download", AbortDownloadCommand(), 0xFC},
      {"first block in the LPL", WriteBlockLplCommand(0, erased), 0xF7},
      {"second block in the LPL", WriteBlockLplCommand(116, a5), 0x4B},
      {"2048 bytes in the EPL", WriteBlockEplCommand(0, epl), 0xEE},
      {"128 bytes in the EPL", WriteBlockEplCommand(0x12345, ByteView(epl).first(128)), 0x0D},
      {"complete", CompleteDownloadCommand(), 0xF7},
      {"run", RunImageCommand(RunMode::kResetToInactive, milliseconds(0)), 0xF1},
      {"restart", RunImageCommand(RunMode::kResetRunning, milliseconds(0)), 0xEF},
      {"run hitless", RunImageCommand(RunMode::kHitlessToInactive, milliseconds(200)), 0x28},
      {"commit", CommitImageCommand(), 0xF4},
  };
  for (const Golden& golden : kGolden) {
    EXPECT_EQ(EncodedCheckCode(golden.command), golden.check_code) << golden.what;
  }
}

TEST(Command, StartsWithItsIdAndLengthsAndLeavesTheReplyHeaderZero) {
  const Bytes encoded = EncodeCommand(WriteBlockEplCommand(0x12345, Bytes(128)));
  EXPECT_EQ(ToHex(encoded), "01040080040d000000012345");
}

TEST(Command, HasANameForMessages) {
  EXPECT_EQ(CommandName(0x0107), "complete firmware download");
  EXPECT_EQ(CommandName(0x1234), "command 1234h");
}

}  // namespace
}  // namespace reflash::cmis
