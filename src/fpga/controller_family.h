// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "async/scheduler.h"
#include "flash/step.h"

namespace reflash::fpga {

/// One of the places in the flash that the FPGA can be loaded from.
struct Page {
  std::string_view name;  ///< of the bank
  std::uint32_t number;   ///< in the registers
  bool factory = false;
};

/// How the controller is reached.
enum class ControllerAccess : std::uint8_t {
  kMemory,  ///< its address space lies beside the FPGA's registers
  kPmci,    ///< indirectly, and its flash through a FIFO
};

/// Addresses of the controller's registers, from where its system registers begin.
struct SystemRegisters {
  std::uint64_t firmware_version;
  std::uint64_t build_version;
  std::uint64_t mac_address;  ///< two registers
  std::uint64_t running_page;
  std::uint64_t reload;
  std::uint64_t doorbell;
  std::uint64_t authentication_result;
};

/// Which page is loaded at power-on, and how that is changed.
struct PowerOnRegisters {
  std::uint64_t request;
  std::uint64_t shown;
};

/// Addresses of the flash as the host reads it.
struct FlashMap {
  std::uint64_t update_counter;
  std::array<std::uint64_t, 3> root_entries;  ///< controller, static region, partial region
  std::uint64_t staging_bytes;
  std::uint64_t staging = 0;  ///< where it is written as memory; not used through a FIFO
};

/// What a step takes as a rule, for progress, before one was seen.
struct PaceRow {
  Step step;
  Duration fixed;
  Duration per_mebibyte;
};

/// A family of cards as data: docs/fpga.md. What no source tells is said in `missing`.
struct ControllerFamily {
  std::string_view name;
  std::uint16_t feature;  ///< the id in the list of features that tells the family
  ControllerAccess access;
  std::uint64_t system_base;  ///< of the system registers
  SystemRegisters registers;
  std::optional<std::uint32_t> configured;  ///< bit of running_page: an image was loaded
  bool reload_needs_start;                  ///< the reload begins with a bit of its own
  bool status_in_authentication_result;     ///< else in the doorbell
  std::optional<PowerOnRegisters> power_on;
  std::string_view power_on_page;  ///< what is loaded at power-on where no register tells
  FlashMap flash;
  std::span<const Page> pages;
  std::span<const PaceRow> pace;
  std::string_view missing;

  [[nodiscard]] const Page* FindPage(std::string_view page_name) const;
  [[nodiscard]] const Page* FindPage(std::uint32_t number) const;
};

/// The family that a feature of a card tells; nullptr for any other feature.
const ControllerFamily* FindFamily(std::uint16_t feature);

/// Bits 2:0 of a page register.
inline constexpr std::uint32_t kPageMask = 0x7;

}  // namespace reflash::fpga
