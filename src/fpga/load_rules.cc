// SPDX-License-Identifier: Apache-2.0
#include "fpga/load_rules.h"

#include <algorithm>
#include <array>

namespace reflash::fpga {
namespace {

constexpr std::string_view kFactoryBank = "factory";

/// What needs an option of its own.
struct IrreversibleRow {
  ContentPurpose purpose;
  bool JobOptions::* allowed;
  std::string_view words;
  std::string_view question;
};
constexpr std::array kIrreversible{
    IrreversibleRow{ContentPurpose::kCancelKey, &JobOptions::allow_key_cancellation,
                    "cancels a key that signs images, for ever (--allow-key-cancellation to do "
                    "it)",
                    "cancel, for ever, a key of"},
    IrreversibleRow{ContentPurpose::kRootKeyHash256, &JobOptions::allow_key_hash,
                    "programs the hash of a root key, for ever: the card then takes only images "
                    "that are signed under it (--allow-key-hash to do it)",
                    "program, for ever, a root key hash into"},
    IrreversibleRow{ContentPurpose::kRootKeyHash384, &JobOptions::allow_key_hash,
                    "programs the hash of a root key, for ever: the card then takes only images "
                    "that are signed under it (--allow-key-hash to do it)",
                    "program, for ever, a root key hash into"},
};

/// Where an update of each sort goes.
enum class Destination : std::uint8_t { kUserPage, kFactoryPage, kController, kUnknown };
struct DestinationRow {
  ContentSort sort;
  Destination destination;
};
constexpr std::array kDestinations{
    DestinationRow{ContentSort::kStaticRegion, Destination::kUserPage},
    DestinationRow{ContentSort::kFactory, Destination::kFactoryPage},
    DestinationRow{ContentSort::kController, Destination::kController},
};

Destination DestinationOf(ContentSort sort) {
  const auto* const row = std::ranges::find(kDestinations, sort, &DestinationRow::sort);
  return row == kDestinations.end() ? Destination::kUnknown : row->destination;
}

/// The user page that neither runs nor is loaded at power-on, else one that does not run; the only
/// one there is, whatever runs.
std::string UserPage(const DeviceInfo& card) {
  const Bank* page = nullptr;
  const auto worth = [](const Bank& bank) { return 2 * !bank.running + !bank.committed; };
  for (const Bank& bank : card.banks) {
    if (bank.name == kFactoryBank) continue;
    if (page == nullptr || worth(bank) > worth(*page)) page = &bank;
  }
  return page == nullptr ? "" : page->name;
}

Result<LoadPlan> PlanFactory(const JobOptions& options, const DeviceInfo& card) {
  const Bank* const factory = card.FindBank(kFactoryBank);
  if (factory != nullptr && factory->running) {
    return Fail(ErrorCode::kBusy,
                "the FPGA runs from the factory page: start a user page before its image is "
                "replaced");
  }
  if (!options.allow_factory_image) {
    return Fail(ErrorCode::kPermission,
                "a factory image replaces what the card falls back to (--allow-factory-image to "
                "do it)");
  }
  return LoadPlan{.bank = std::string(kFactoryBank),
                  .version = std::nullopt,
                  .starts = false,
                  .irreversible = "replace the factory image of"};
}

}  // namespace

Result<LoadPlan> PlanLoadOf(const PacsignFile& file, const JobOptions& options,
                            const DeviceInfo& card) {
  LoadPlan to_controller{.bank = "", .version = std::nullopt, .starts = false, .irreversible = ""};
  const auto* const row = std::ranges::find(kIrreversible, file.purpose, &IrreversibleRow::purpose);
  if (row != kIrreversible.end()) {
    to_controller.irreversible = row->question;
    if (options.*row->allowed) return to_controller;
    return Fail(ErrorCode::kPermission, "the file {}", row->words);
  }
  switch (DestinationOf(file.sort)) {
    case Destination::kUserPage:
      return LoadPlan{.bank = UserPage(card), .version = std::nullopt, .irreversible = ""};
    case Destination::kFactoryPage:
      return PlanFactory(options, card);
    case Destination::kController:
      return to_controller;
    case Destination::kUnknown:
      break;
  }
  return Fail(ErrorCode::kNotSupported, "{}: where a card puts it is not known",
              WordsOf(file.sort));
}

}  // namespace reflash::fpga
