// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bus/lab_connection.h"
#include "bus/platform_facility.h"

namespace reflash {

/// The platform of the emulated adapter behind one port of a lab.
class LabFacility : public PlatformFacility {
 public:
  /// Does not ask whether the lab has such a port; the first call finds out.
  LabFacility(std::shared_ptr<LabConnection> connection, std::string name);

  /// Such as "lab:65024:1234#capi0".
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

 private:
  Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                             std::span<const ByteView> list) override;

  std::shared_ptr<LabConnection> connection_;
  std::string name_;
  std::string hardware_address_;
};

}  // namespace reflash
