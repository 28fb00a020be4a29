// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bus/card_registers.h"

namespace reflash::fpga {

/// What the FPGA of a card offers, and where.
struct Feature {
  std::uint16_t id;
  std::uint64_t address;
  bool operator==(const Feature&) const = default;
};

/// Reads the headers of the list of features that begins at 0: 63:60 type, 40 last of the list,
/// 39:16 offset of the next header, 11:0 id. A card tells nothing that is believed: an offset leads
/// forward, so there is no way back, and a list has an end.
/// Errors: kNotFound when nothing answers; kNotSupported when there is no such list; kHwError for
/// one that cannot be followed; those of the registers.
Task<std::vector<Feature>> ReadFeatures(CardRegisters& registers);

}  // namespace reflash::fpga
