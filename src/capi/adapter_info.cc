// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_info.h"

#include <algorithm>
#include <array>

namespace reflash::capi {
namespace {

constexpr std::string_view kFactoryBank = "factory";

struct VendorRow {
  std::uint16_t id;
  std::string_view name;
};
constexpr std::array kVendors{
    VendorRow{0x1014, "IBM"},
};

std::string VendorName(std::uint16_t id) {
  const auto* const row = std::ranges::find(kVendors, id, &VendorRow::id);
  return row == kVendors.end() ? fmt::format("{:04x}", id) : std::string(row->name);
}

/// What runs boots again. The user image that does not run is not whole, or it would.
std::vector<Bank> BanksOf(const VitalData& vital) {
  Bank user{.name = std::string(kUserBank)};
  Bank factory{.name = std::string(kFactoryBank), .valid = true, .is_fallback = true};
  Bank& running = vital.runs_factory ? factory : user;
  running.version = vital.version;
  running.running = running.committed = running.valid = true;
  return {std::move(user), std::move(factory)};
}

/// In the order of OpenSequence: for people, and the state of an adapter.
struct SequenceRow {
  std::string_view words;
  std::string_view state;
};
constexpr std::array kSequences{
    SequenceRow{"", "ready"},
    SequenceRow{"a download", "download open"},
    SequenceRow{"a validation", "validation open"},
};

const SequenceRow& RowOf(OpenSequence sequence) {
  return kSequences.at(static_cast<std::size_t>(sequence));
}

}  // namespace

std::string_view DescribeSequence(OpenSequence sequence) { return RowOf(sequence).words; }

std::optional<std::string> DescribeUse(const VitalData& vital) {
  if (vital.afus_open == 0) return std::nullopt;
  if (vital.afus_open == 1) return "1 AFU is open";
  return fmt::format("{} AFUs are open", vital.afus_open);
}

DeviceInfo DescribeAdapter(const VitalData& vital) {
  return {
      .vendor = VendorName(vital.identity.vendor),
      .part = vital.part,
      .serial = vital.serial,
      .version = vital.version,
      .state = std::string(RowOf(vital.sequence).state),
      .banks = BanksOf(vital),
      .capabilities = {.commits = false, .read_back = true, .max_image_bytes = vital.user_bytes},
      .details = {{"identity", vital.identity.ToString()},
                  {"runs", vital.runs_factory ? "the factory image" : "the user image"},
                  {"AFUs open", std::to_string(vital.afus_open)}}};
}

}  // namespace reflash::capi
