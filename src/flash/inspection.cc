// SPDX-License-Identifier: Apache-2.0
#include "flash/inspection.h"

#include "flash/patient_claim.h"

namespace reflash {

Result<Inspection> Inspection::OfHeld(const RegisteredDevice& device, const Ledger& ledger,
                                      const Error& busy) {
  const std::string& address = device.device->hardware_address();
  const std::optional<Holder> holder = ledger.FindHolder(address);
  if (holder && holder->purpose == kInspecting) return Fail(busy);
  Inspection inspection{
      .kind = device.device->kind(), .info = std::nullopt, .published = std::nullopt};
  const Result<std::optional<JobSnapshot>> last = ledger.ReadSnapshot(address);
  const bool has_last = last && last->has_value();
  const bool of_holder = has_last && holder && holder->purpose == kFlashing && !(*last)->outcome;
  const bool just_ended = has_last && !holder;
  if (of_holder || just_ended) {
    inspection.published = *last;
    return inspection;
  }
  // A step of a bank switch publishes nothing, and what was published before is not about it.
  inspection.published = JobSnapshot{.device = device.name,
                                     .hardware_address = address,
                                     .phase = Phase::kStarting,
                                     .words = busy.Message()};
  return inspection;
}

}  // namespace reflash
