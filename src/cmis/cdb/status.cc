// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/status.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace reflash::cmis {
namespace {

struct StatusRow {
  std::uint8_t first;
  std::uint8_t last;
  std::string_view words;
  ErrorCode code;
};

constexpr std::array kRows{
    StatusRow{0x00, 0x00, "no command was run", ErrorCode::kTimeout},
    StatusRow{0x01, 0x01, "success", ErrorCode::kHwError},
    StatusRow{0x02, 0x02, "reserved", ErrorCode::kHwError},
    StatusRow{0x03, 0x03, "the previous command was aborted", ErrorCode::kHwError},
    StatusRow{0x40, 0x40, "failed without a reason", ErrorCode::kHwError},
    StatusRow{0x41, 0x41, "unknown command", ErrorCode::kNotSupported},
    StatusRow{0x42, 0x42, "parameter out of range", ErrorCode::kHwError},
    StatusRow{0x43, 0x43, "the previous command was not aborted", ErrorCode::kBusy},
    StatusRow{0x44, 0x44, "command checking timed out", ErrorCode::kTimeout},
    StatusRow{0x45, 0x45, "check code error", ErrorCode::kRwError},
    StatusRow{0x46, 0x46, "password missing or wrong", ErrorCode::kPermission},
    StatusRow{0x47, 0x47, "not allowed in the present state", ErrorCode::kBusy},
    StatusRow{0x48, 0x5F, "failed for a reserved reason", ErrorCode::kHwError},
    StatusRow{0x60, 0x6F, "failed for a reason of this command", ErrorCode::kHwError},
    StatusRow{0x70, 0x7F, "failed for a reason of this vendor", ErrorCode::kHwError},
    StatusRow{0x80, 0x80, "busy", ErrorCode::kTimeout},
    StatusRow{0x81, 0x81, "busy: command captured", ErrorCode::kTimeout},
    StatusRow{0x82, 0x82, "busy: command checked", ErrorCode::kTimeout},
    StatusRow{0x83, 0x83, "busy: command executing", ErrorCode::kTimeout},
    StatusRow{0x84, 0xFF, "busy", ErrorCode::kTimeout},
};

/// A status that no row has is a reserved success code.
constexpr StatusRow kReserved{0x04, 0x3F, "reserved", ErrorCode::kHwError};

const StatusRow& RowOf(std::uint8_t value) {
  const auto* const found = std::ranges::find_if(
      kRows, [value](const StatusRow& row) { return row.first <= value && value <= row.last; });
  return found == kRows.end() ? kReserved : *found;
}

}  // namespace

std::string CdbStatus::Words() const {
  return fmt::format("{} (CDB status {:02X}h)", RowOf(value).words, value);
}

ErrorCode CdbStatus::error_code() const { return RowOf(value).code; }

}  // namespace reflash::cmis
