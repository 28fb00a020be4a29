// SPDX-License-Identifier: Apache-2.0
// Lines that a client of the lab socket sends.
#include "emu/lab_request.h"

#include <nlohmann/json.hpp>

#include "input.h"

using reflash::emu::LabRequest;
using reflash::fuzz::Require;

namespace {

void CheckSteps(const LabRequest::Transfer& transfer) {
  Require(transfer.size() <= LabRequest::kMostMessages);
  for (const LabRequest::Message& message : transfer) {
    Require(message.write.size() <= LabRequest::kLongestMessage);
    Require(message.read <= LabRequest::kLongestMessage);
  }
}

void CheckSteps(const LabRequest::Registers& registers) {
  Require(registers.size() <= LabRequest::kMostAccesses);
  std::size_t bytes = 0;
  for (const LabRequest::RegisterAccess& access : registers) {
    Require(access.address % 4 == 0);
    Require(access.count % 4 == 0 && access.data.size() % 4 == 0);
    bytes += access.count + access.data.size();
  }
  Require(bytes <= LabRequest::kMostAccessBytes);
}

void CheckSteps(const LabRequest::FacilityCall& call) {
  Require(call.list.size() <= reflash::PlatformFacility::kMostEntries);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const LabRequest request = LabRequest::Parse(reflash::fuzz::Text(data, size));
  Require(nlohmann::json::accept(request.id));
  if (!request.action) return 0;
  const auto* const exchange = std::get_if<LabRequest::Exchange>(&*request.action);
  if (exchange == nullptr) return 0;
  std::visit([](const auto& steps) { CheckSteps(steps); }, *exchange);
  return 0;
}
