// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/scheduler.h"
#include "base/version.h"
#include "emu/fault_settings.h"
#include "emu/module_quirks.h"
#include "emu/own_time.h"
#include "emu/setting_problem.h"

namespace reflash::emu {

/// How a module takes image data; the values are the codes of the reply of 0041h, byte 141.
enum class WriteMechanism : std::uint8_t { kLpl = 0x01, kEpl = 0x10, kBoth = 0x11 };

/// What an emulated module is, one member for each key of `[[module]]` in a lab file (the key is
/// the member's name, durations end in `_ms` there; src/emu/README.md lists them all).
/// Durations are the device's own: they are divided by `time_scale`.
struct ModuleSettings {
  std::string name;
  std::string bus;

  // What it says it is.
  std::uint8_t identifier = 0x18;  ///< SFF-8024; 18h is QSFP-DD, 11h a QSFP28 that has no CMIS
  bool flat = false;               ///< no pages, so no CDB
  bool present = true;             ///< false: nothing is plugged in, every access is NACKed
  std::string vendor = "ACME";
  std::string part = "OSFP-800G-DR8";
  std::string serial = "A0001";
  std::uint8_t cmis = 0x52;  ///< revision, major in the high nibble; in a lab file "5.2"
  std::uint32_t oui = 0;     ///< of the vendor, 24 bits; in a lab file 6 hexadecimal digits
  std::uint8_t media_technology = 0;  ///< 00h:212; 10h and 11h are tunable

  // Its firmware.
  Version version{1, 2, 0};              ///< in bank A, running and committed
  std::optional<Version> other_version;  ///< in bank B; nothing: bank B is empty
  unsigned banks = 2;                    ///< 1: the image is overwritten while it runs from RAM
  std::size_t bank_bytes = 16U << 20U;   ///< the largest image a bank holds

  // Its CDB.
  unsigned instances = 1;  ///< 0: no CDB
  WriteMechanism write = WriteMechanism::kBoth;
  unsigned epl_pages = 16;  ///< 0, 1, 2, 3, 4, 8, 9, 12 or 16; 0 leaves only the LPL
  std::uint8_t read_write_length_ext = 255;
  bool auto_paging = true;
  bool trigger_on_stop = true;
  bool background = true;  ///< false: everything is NACKed while a command executes
  std::uint8_t start_header = 64;
  bool readback = true;
  bool skip_erased = true;
  bool check_image = true;  ///< false: Complete does not look at the checksum of the image
  std::uint8_t erased_byte = 0xFF;
  bool abort = true;  ///< 0102h
  bool copy = true;   ///< 0108h; needs two banks
  bool hitless = false;
  std::optional<std::uint32_t> password;
  unsigned duration_unit_ms = 1;  ///< 1 or 10: the unit of the durations in the reply of 0041h

  // Its times.
  double time_scale = 1.0;  ///< in a lab file one for all modules
  Duration start_busy = std::chrono::milliseconds(2000);
  Duration block_busy = std::chrono::milliseconds(5);
  Duration complete_busy = std::chrono::milliseconds(1000);
  Duration copy_busy = std::chrono::milliseconds(1000);
  Duration run_busy = std::chrono::milliseconds(1);
  Duration commit_busy = std::chrono::milliseconds(100);
  Duration command_busy = std::chrono::milliseconds(1);  ///< every other command, and refusals
  Duration boot = std::chrono::milliseconds(3000);  ///< NACKs for three quarters, then powers up
  Duration write_hold = Duration::zero();           ///< NACKs for so long after a write (tWRITE)

  ModuleQuirks quirks;
  std::vector<FaultSettings> faults;

  /// The device's own time for `duration`.
  [[nodiscard]] Duration Scaled(Duration duration) const { return OwnTime(duration, time_scale); }
  /// How many EPL pages a host may believe in. Code 6 of the advertisement means 12, or 9 in one
  /// transcription, so that a host may try whether there are 12.
  [[nodiscard]] unsigned believable_epl_pages() const { return epl_pages == 9 ? 12 : epl_pages; }
  [[nodiscard]] bool takes_lpl() const { return write != WriteMechanism::kEpl || epl_pages == 0; }
  [[nodiscard]] bool takes_epl() const { return write != WriteMechanism::kLpl && epl_pages > 0; }
  /// The longest single access in bytes, 8*(1+n) (page 01h byte 164).
  [[nodiscard]] std::size_t longest_epl_access() const { return 8U * (1U + read_write_length_ext); }
  /// The most that one 0104h takes.
  [[nodiscard]] std::size_t longest_epl_block() const {
    constexpr std::size_t kPageBytes = 128;
    const std::size_t told = quirks.firmware_length_ext.value_or(0xFF);
    return std::min(epl_pages * kPageBytes, 8U * (1U + told));
  }
  [[nodiscard]] std::size_t longest_access() const {
    return 8U * (1U + (read_write_length_ext < 15U ? read_write_length_ext : 15U));
  }
};

/// The first impossible value, or nothing.
std::optional<SettingProblem> FindProblem(const ModuleSettings& settings);

}  // namespace reflash::emu
