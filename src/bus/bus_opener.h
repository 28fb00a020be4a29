// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "async/real_scheduler.h"
#include "bus/bus_address.h"
#include "bus/bus_options.h"
#include "bus/i2c_dev_buses.h"
#include "bus/i2c_port.h"
#include "bus/lab_connections.h"
#include "bus/syscalls.h"

namespace reflash {

/// Opens the ways to hardware that the configuration names, and owns what they share: a thread and
/// a queue for each bus, a connection for each lab. Outlives the ports it opened; `scheduler` and
/// `syscalls` outlive it. Nothing needs to be closed.
class BusOpener {
 public:
  BusOpener(RealScheduler& scheduler, Syscalls& syscalls);

  /// Opens the port at `address`; nothing is sent to the device yet.
  /// Errors: those of I2cDevPort::Open and LabConnection::Open.
  Result<std::unique_ptr<I2cPort>> Open(const BusAddress& address, const BusOptions& options = {});

 private:
  Result<std::unique_ptr<I2cPort>> OpenPort(const I2cDevAddress& address,
                                            const BusOptions& options);
  Result<std::unique_ptr<I2cPort>> OpenPort(const LabAddress& address, const BusOptions& options);

  Syscalls& syscalls_;
  I2cDevBuses i2c_buses_;
  LabConnections labs_;
};

}  // namespace reflash
