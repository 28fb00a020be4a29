// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace reflash::emu {

/// The values of CdbStatus1 and CdbStatus2 (lower memory 37 and 38) that this emulator shows.
/// 60h-6Fh are this emulator's own, as the specification leaves them to the command.
enum class CdbStatus : std::uint8_t {
  kNone = 0x00,
  kSuccess = 0x01,
  kAborted = 0x03,
  kUnknownCommand = 0x41,
  kBadParameter = 0x42,
  kBadCheckCode = 0x45,
  kLocked = 0x46,
  kNotNow = 0x47,
  kImageTooLarge = 0x60,  ///< Start: the image does not fit into a bank
  kImageHoles = 0x61,     ///< Complete: parts of the image were never written
  kImageUnknown = 0x62,   ///< Complete: not an image of this emulator's format
  kImageLength = 0x63,    ///< Complete: the header tells another length than Start did
  kImageChecksum = 0x64,  ///< Complete: CRC-32 wrong
  kImagePart = 0x65,      ///< Complete: made for another part number
  kBankInvalid = 0x66,    ///< Run, Copy: the bank holds no valid image
  kBusyCaptured = 0x81,
  kBusyChecking = 0x82,
  kBusyExecuting = 0x83,
};

}  // namespace reflash::emu
