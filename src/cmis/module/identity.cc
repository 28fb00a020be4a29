// SPDX-License-Identifier: Apache-2.0
#include "cmis/module/identity.h"

#include <algorithm>
#include <array>

namespace reflash::cmis {
namespace {

/// Media technology, page 00h byte 212.
constexpr unsigned kTunableCBand = 0x10;
constexpr unsigned kTunableLBand = 0x11;

struct FormFactorRow {
  std::uint8_t identifier;
  std::string_view name;
};

/// SFF-8024 identifiers of modules with a CMIS memory map.
constexpr std::array kCmisFormFactors{
    FormFactorRow{0x18, "QSFP-DD"},
    FormFactorRow{0x19, "OSFP"},
    FormFactorRow{0x1B, "DSFP"},
    FormFactorRow{0x1E, "QSFP+ with CMIS"},
    FormFactorRow{0x1F, "SFP-DD with CMIS"},
    FormFactorRow{0x20, "SFP+ with CMIS"},
    FormFactorRow{0x21, "OSFP-XD"},
    FormFactorRow{0x22, "ELSFP"},
};

struct StateRow {
  ModuleState state;
  std::string_view words;
};

constexpr std::array kStates{
    StateRow{ModuleState::kLowPower, "low power"},
    StateRow{ModuleState::kPoweringUp, "powering up"},
    StateRow{ModuleState::kReady, "ready"},
    StateRow{ModuleState::kPoweringDown, "powering down"},
    StateRow{ModuleState::kFault, "fault"},
};

/// A field of page 00h by its offset in the specification.
ByteView Field(ByteView page, std::size_t offset, std::size_t length) {
  return page.subspan(offset - 128, length);
}

}  // namespace

Basics Basics::Parse(ByteView bytes) {
  return {
      .identifier = std::to_integer<std::uint8_t>(bytes[0]),
      .revision = std::to_integer<std::uint8_t>(bytes[1]),
      .flat = (std::to_integer<unsigned>(bytes[2]) & 0x80U) != 0,
  };
}

std::string Basics::RevisionText() const {
  return fmt::format("{}.{}", revision >> 4U, revision & 0x0FU);
}

bool Basics::speaks_cmis() const {
  return std::ranges::find(kCmisFormFactors, identifier, &FormFactorRow::identifier) !=
         kCmisFormFactors.end();
}

std::string Basics::FormFactor() const {
  const auto* const found =
      std::ranges::find(kCmisFormFactors, identifier, &FormFactorRow::identifier);
  if (found == kCmisFormFactors.end()) return fmt::format("type {:02X}h", identifier);
  return std::string(found->name);
}

Identity Identity::Parse(ByteView page) {
  const auto technology = std::to_integer<unsigned>(Field(page, 212, 1)[0]);
  return {
      .vendor = PrintableText(Field(page, 129, 16)),
      .part = PrintableText(Field(page, 148, 16)),
      .vendor_revision = PrintableText(Field(page, 164, 2)),
      .serial = PrintableText(Field(page, 166, 16)),
      .oui = LoadBigEndian<std::uint32_t>(Field(page, 144, 4)) & 0xFFFFFFU,
      .tunable = technology == kTunableCBand || technology == kTunableLBand,
  };
}

ModuleState ModuleStateOf(std::byte byte_3) {
  return static_cast<ModuleState>((std::to_integer<unsigned>(byte_3) >> 1U) & 0x07U);
}

std::string_view ModuleStateWords(ModuleState state) {
  const auto* const found = std::ranges::find(kStates, state, &StateRow::state);
  return found == kStates.end() ? "in a reserved state" : found->words;
}

bool HasBooted(ModuleState state) {
  return state == ModuleState::kReady || state == ModuleState::kLowPower;
}

}  // namespace reflash::cmis
