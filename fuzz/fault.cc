// SPDX-License-Identifier: Apache-2.0
// A fault of a lab: when and what, a line each.
#include <algorithm>

#include "emu/adapter/adapter_fault.h"
#include "emu/card/card_fault.h"
#include "emu/fault_settings.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = reflash::fuzz::Text(data, size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view effect = input.substr(std::min(end + 1, input.size()));
  const auto fault = reflash::emu::FaultSettings::Parse(input.substr(0, end), 1, effect);
  if (fault) reflash::fuzz::Require(fault->wrong_status_for >= reflash::Duration::zero());
  const auto of_card = reflash::emu::CardFault::Parse(input.substr(0, end), 1, effect);
  if (of_card) reflash::fuzz::Require(of_card->nth == 1);
  const auto of_adapter = reflash::emu::AdapterFault::Parse(input.substr(0, end), 1, effect);
  if (of_adapter) reflash::fuzz::Require(of_adapter->nth == 1);
  return 0;
}
