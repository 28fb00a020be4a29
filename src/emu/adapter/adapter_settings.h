// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/scheduler.h"
#include "base/version.h"
#include "emu/adapter/adapter_fault.h"
#include "emu/own_time.h"
#include "emu/setting_problem.h"

namespace reflash::emu {

/// What an emulated adapter is, one member for each key of `[[adapter]]` in a lab file
/// (src/emu/README.md lists them all). Durations are the adapter's own: they are divided by
/// `time_scale`, but for the time of a call. The hints of LONG BUSY are not divided.
struct AdapterSettings {
  std::string name;
  bool present = true;

  // What it says it is.
  std::string part = "CAPI-FLASH-GT";  ///< at most 16 characters
  std::string serial = "YL10JP000001";
  std::uint16_t vendor_id = 0x1014;
  std::uint16_t device_id = 0x0477;
  std::uint16_t subsystem_vendor_id = 0x1014;
  std::uint16_t subsystem_id = 0x04DA;
  std::uint16_t afus_open = 0;  ///< units that somebody has open; a download is refused then

  // Its images.
  Version version{1, 2, 0};          ///< in the user image, which runs
  Version factory_version{1, 0, 0};  ///< what it runs when the user image is not valid
  std::size_t flash_bytes = 32U << 20U;

  // Its platform.
  unsigned busy_replies = 0;  ///< BUSY before each call with a list is begun
  bool long_busy = true;      ///< false: BUSY is answered while it works, too

  // Its times.
  double time_scale = 1.0;
  Duration call = std::chrono::microseconds(50);
  Duration call_timeout = std::chrono::seconds(60);  ///< the most between two calls of a sequence
  Duration erase = std::chrono::seconds(20);         ///< behind the first chunk of a download
  Duration program_per_mebibyte = std::chrono::seconds(2);
  Duration validate_per_mebibyte = std::chrono::milliseconds(200);
  Duration boot = std::chrono::seconds(3);

  std::vector<AdapterFault> faults;

  [[nodiscard]] Duration Scaled(Duration duration) const { return OwnTime(duration, time_scale); }
};

/// The first impossible value, or nothing.
std::optional<SettingProblem> FindProblem(const AdapterSettings& settings);

}  // namespace reflash::emu
