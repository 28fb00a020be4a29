// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/scheduler.h"
#include "base/bytes.h"
#include "base/version.h"
#include "emu/card/card_family.h"
#include "emu/card/card_fault.h"
#include "emu/own_time.h"
#include "emu/setting_problem.h"

namespace reflash::emu {

/// What has root entry hashes and canceled keys of its own.
enum class KeyArea : std::uint8_t { kController, kStaticRegion, kPartialRegion };

/// The keys of one KeyArea.
struct KeySettings {
  Bytes root_hash;                     ///< 32 or 48 bytes; empty: none was programmed
  std::vector<std::uint8_t> canceled;  ///< numbers of signing keys, 0 to 127
};

/// What an emulated card is, one member for each key of `[[card]]` in a lab file
/// (src/emu/README.md lists them all). Durations are the card's own: they are divided by
/// `time_scale`, but for `register_access`.
struct CardSettings {
  static constexpr std::size_t kMostStagingBytes = 56U << 20U;
  static constexpr std::uint32_t kCounterBits = 32768;

  std::string name;
  CardFamily family = CardFamily::kN3000;
  std::string serial = "02:00:00:00:00:01";  ///< the MAC address
  bool present = true;                       ///< false: no card is there until it is inserted

  // Its images.
  Version version{1, 2, 0};              ///< in the user page, user page 1, which runs
  std::optional<Version> other_version;  ///< in user page 2; nothing: it is empty
  Version factory_version{1, 0, 0};      ///< in the factory page
  Version controller_version{2, 0, 0};   ///< the controller's user image, which runs
  Version controller_factory_version{1, 0, 0};

  // Its controller.
  std::size_t staging_bytes = kMostStagingBytes;
  std::uint32_t update_count = 0;           ///< how often the staging area was erased
  std::uint32_t wearout_at = kCounterBits;  ///< from this count on no update is begun
  bool reboot_disabled = false;
  std::array<KeySettings, 3> keys;  ///< in the order of KeyArea

  // Its times.
  double time_scale = 1.0;                                  ///< in a lab file one for everything
  Duration register_access = std::chrono::microseconds(1);  ///< one word on the bus
  Duration fifo_word = std::chrono::nanoseconds(500);       ///< that the controller takes from it
  Duration handshake = std::chrono::milliseconds(20);  ///< until the controller sees the doorbell
  Duration erase_per_mebibyte = std::chrono::milliseconds(1000);
  Duration authentication = std::chrono::seconds(10);
  Duration program_per_mebibyte = std::chrono::seconds(30);
  Duration key_programming = std::chrono::seconds(1);
  Duration boot = std::chrono::seconds(4);  ///< off the bus, at a start and while the FPGA loads

  std::vector<CardFault> faults;

  [[nodiscard]] Duration Scaled(Duration duration) const { return OwnTime(duration, time_scale); }
  /// How long `bytes` take at `per_mebibyte`.
  [[nodiscard]] Duration ScaledBySize(Duration per_mebibyte, std::size_t bytes) const;
  /// The six bytes of the MAC address; nothing when `serial` is none.
  [[nodiscard]] std::optional<std::array<std::uint8_t, 6>> MacAddress() const;
};

/// The first impossible value, or nothing.
std::optional<SettingProblem> FindProblem(const CardSettings& settings);

}  // namespace reflash::emu
