// SPDX-License-Identifier: Apache-2.0
#include "bus/bus_opener.h"

#include <utility>
#include <variant>

#include "bus/i2c_dev_port.h"
#include "bus/lab_port.h"

namespace reflash {

BusOpener::BusOpener(RealScheduler& scheduler, Syscalls& syscalls)
    : syscalls_(syscalls), i2c_buses_(scheduler), labs_(scheduler, syscalls) {}

Result<std::unique_ptr<I2cPort>> BusOpener::Open(const BusAddress& address,
                                                 const BusOptions& options) {
  return std::visit([&](const auto& kind) { return OpenPort(kind, options); }, address);
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const I2cDevAddress& address,
                                                     const BusOptions& options) {
  return I2cDevPort::Open(syscalls_, i2c_buses_, address.node, options);
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const LabAddress& address,
                                                     const BusOptions& options) {
  const I2cLimits limits = REFLASH_TRY(options.Limit(I2cLimits{}));
  std::shared_ptr<LabConnection> connection = REFLASH_TRY(labs_.To(address.socket));
  return std::make_unique<LabPort>(std::move(connection), address.port, limits);
}

}  // namespace reflash
