// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.h"

namespace reflash {

/// One of the places in a device that hold a firmware image.
struct Bank {
  std::string name;                ///< as the device's specification calls it: "A", "user1"
  std::optional<Version> version;  ///< absent when the bank is empty or does not tell
  bool running = false;            ///< the device executes this image now
  bool committed = false;          ///< the device boots this image after a reset
  bool valid = false;              ///< the device found the image to be whole
  /// The device runs it when no other is whole; an ordinary update never goes here.
  bool is_fallback = false;
};

/// What a device can do beyond taking an image.
struct Capabilities {
  /// Loading an image and running it are separate steps: Run, Commit and Rollback exist.
  bool switches_banks = false;
  /// The image that runs is overwritten by the load: there is nothing to fall back to.
  bool single_bank = false;
  /// The device tells which bank runs; without, only the version shows that a start succeeded.
  bool tells_running_bank = true;
  /// Commit exists; without, the device itself decides what boots.
  bool commits = true;
  bool runs_any_bank = false;  ///< Run starts any valid bank that is named, not just the idle one
  bool hitless = false;        ///< Run may be asked to keep traffic flowing
  bool read_back = false;      ///< ReadBack can compare what was loaded
  /// The largest image in bytes; absent when only the device knows.
  std::optional<std::uint64_t> max_image_bytes;
};

/// Something about a device that only its own kind has, for people: "CMIS revision", "5.2".
struct Detail {
  std::string name;
  std::string value;
};

/// What a device is and holds at one moment.
struct DeviceInfo {
  std::string vendor;
  std::string part;
  std::string serial;
  std::optional<Version> version;  ///< what runs; absent when the device does not tell
  std::string state;               ///< in the words of its specification: "ready", "low power"
  std::vector<Bank> banks;
  Capabilities capabilities;
  std::vector<Detail> details;

  [[nodiscard]] const Bank* RunningBank() const;
  /// The bank of that name, or nullptr.
  [[nodiscard]] const Bank* FindBank(std::string_view name) const;
  /// The first bank that does not run, or the only one.
  [[nodiscard]] const Bank* IdleBank() const;
  /// Whether what runs is what boots, as far as the device tells.
  [[nodiscard]] bool RunningIsCommitted() const;
  /// What each bank holds, as a sentence: "bank A runs 1.2.0, bank B is empty".
  [[nodiscard]] std::string DescribeBanks() const;
};

}  // namespace reflash
