// SPDX-License-Identifier: Apache-2.0
// Lines that a client of the lab socket sends.
#include "emu/lab_request.h"

#include <nlohmann/json.hpp>

#include "input.h"

using reflash::emu::LabRequest;
using reflash::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const LabRequest request = LabRequest::Parse(reflash::fuzz::Text(data, size));
  Require(nlohmann::json::accept(request.id));
  if (!request.action) return 0;
  const auto* const transfer = std::get_if<LabRequest::Transfer>(&*request.action);
  if (transfer == nullptr) return 0;
  Require(transfer->size() <= LabRequest::kMostMessages);
  for (const LabRequest::Message& message : *transfer) {
    Require(message.write.size() <= LabRequest::kLongestMessage);
    Require(message.read <= LabRequest::kLongestMessage);
  }
  return 0;
}
