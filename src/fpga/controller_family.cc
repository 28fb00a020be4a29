// SPDX-License-Identifier: Apache-2.0
#include "fpga/controller_family.h"

#include <algorithm>

namespace reflash::fpga {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array kN3000Pages{
    Page{.name = "user", .number = 1},
    Page{.name = "factory", .number = 0, .factory = true},
};
constexpr std::array kN6000Pages{
    Page{.name = "user1", .number = 1},
    Page{.name = "user2", .number = 2},
    Page{.name = "factory", .number = 0, .factory = true},
};

// The controller may take 2 minutes to erase and 40 to program; 56 MiB are the most it takes.
constexpr std::array kPace{
    PaceRow{Step::kPrepare, milliseconds(200), seconds(2)}, PaceRow{Step::kWrite, {}, seconds(1)},
    PaceRow{Step::kFinish, seconds(1), seconds(43)},        PaceRow{Step::kRun, seconds(15), {}},
    PaceRow{Step::kCommit, milliseconds(200), {}},
};

constexpr std::uint64_t kStagingBytes = 56ULL << 20U;

constexpr std::array kFamilies{
    ControllerFamily{
        .name = "PAC N3000",
        .feature = 0x0E,
        .access = ControllerAccess::kMemory,
        .system_base = 0x300800,
        .registers = {.firmware_version = 0x00,
                      .build_version = 0x68,
                      .mac_address = 0x10,
                      .running_page = 0x6C,
                      .reload = 0x30,
                      .doorbell = 0x400,
                      .authentication_result = 0x404},
        .configured = std::nullopt,
        .reload_needs_start = true,
        .status_in_authentication_result = false,
        .power_on = std::nullopt,
        .power_on_page = "user",
        .flash = {.update_counter = 0x17FFB000,
                  .root_entries = {0x17FFC000, 0x17FFD000, 0x17FFE000},
                  .staging_bytes = kStagingBytes,
                  .staging = 0x18000000},
        .pages = kN3000Pages,
        .pace = kPace,
        .missing =
            "the controller of a real card is behind an SPI master, and how bytes are framed "
            "on it is in no source that we have: only emulated cards are reached",
    },
    ControllerFamily{
        .name = "PAC N6000",
        .feature = 0x12,
        .access = ControllerAccess::kPmci,
        .system_base = 0,
        .registers = {.firmware_version = 0x04,
                      .build_version = 0x00,
                      .mac_address = 0x20,
                      .running_page = 0xA0,
                      .reload = 0xB8,
                      .doorbell = 0x1C0,
                      .authentication_result = 0x1C4},
        .configured = 1U << 3U,
        .reload_needs_start = false,
        .status_in_authentication_result = true,
        .power_on = PowerOnRegisters{.request = 0xB0, .shown = 0xB4},
        .power_on_page = "",
        .flash = {.update_counter = 0x7FF5000,
                  .root_entries = {0x7FFC000, 0x7FFD000, 0x7FFE000},
                  .staging_bytes = kStagingBytes},
        .pages = kN6000Pages,
        .pace = kPace,
        .missing =
            "which user page an image is programmed to is in no source that we have; the one "
            "that does not run is expected",
    },
};

}  // namespace

const Page* ControllerFamily::FindPage(std::string_view page_name) const {
  const auto found = std::ranges::find(pages, page_name, &Page::name);
  return found == pages.end() ? nullptr : &*found;
}

const Page* ControllerFamily::FindPage(std::uint32_t number) const {
  const auto found = std::ranges::find(pages, number, &Page::number);
  return found == pages.end() ? nullptr : &*found;
}

const ControllerFamily* FindFamily(std::uint16_t feature) {
  const auto* const found = std::ranges::find(kFamilies, feature, &ControllerFamily::feature);
  return found == kFamilies.end() ? nullptr : found;
}

}  // namespace reflash::fpga
