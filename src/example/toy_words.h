// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/version.h"
#include "flash/device_info.h"

// The words of a toy and what they mean; see README.md. No I/O, so that each is tested with values
// that somebody else wrote down.
namespace reflash::example {

inline constexpr std::uint32_t kToyIdentity = 0x544F5931;
/// What everything reads as while the toy restarts.
inline constexpr std::uint32_t kNobodyHome = 0xFFFFFFFF;
inline constexpr std::size_t kLargestBlock = 256;
inline constexpr std::size_t kLargestImage = 65536;

/// The registers, by address.
enum Register : std::uint32_t {
  kIdentity = 0x00,
  kSerial = 0x04,
  kStatus = 0x08,
  kError = 0x0C,
  kCommand = 0x10,
  kLength = 0x14,
  kBanks = 0x18,
  kVersionA = 0x1C,
  kVersionB = 0x20,
  kPlaying = 0x24,
};

enum class ToyCommand : std::uint32_t {
  kBegin = 1,
  kBlock,
  kFinish,
  kAbort,
  kRun,
  kCommit,
  kReset,
};

enum class ToyStatus : std::uint32_t { kIdle = 0, kBusy = 1, kTakesBlocks = 2, kFailed = 3 };

/// The error that a value of the error register stands for; one that is not in the specification is
/// a kHwError with its number.
Error ErrorOfToy(std::uint32_t number);

Version DecodeVersion(std::uint32_t word);

/// What the registers "banks" and "versions" say.
std::vector<Bank> DecodeBanks(std::uint32_t banks, std::uint32_t version_a,
                              std::uint32_t version_b);

}  // namespace reflash::example
