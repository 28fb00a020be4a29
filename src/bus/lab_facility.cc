// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_facility.h"

#include <utility>

namespace reflash {

LabFacility::LabFacility(std::shared_ptr<LabConnection> connection, std::string name)
    : connection_(std::move(connection)),
      name_(std::move(name)),
      hardware_address_(connection_->identity() + '#' + name_) {}

Task<FacilityReply> LabFacility::DoCall(FacilityOperation operation, std::uint64_t token,
                                        std::span<const ByteView> list) {
  return connection_->Call(name_, operation, token, list);
}

}  // namespace reflash
