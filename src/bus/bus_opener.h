// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "async/real_scheduler.h"
#include "bus/bus_address.h"
#include "bus/bus_options.h"
#include "bus/card_registers.h"
#include "bus/i2c_dev_buses.h"
#include "bus/i2c_port.h"
#include "bus/lab_connections.h"
#include "bus/module_eeprom.h"
#include "bus/pci_function.h"
#include "bus/pci_slot.h"
#include "bus/platform_facility.h"
#include "bus/recording_file.h"
#include "bus/syscalls.h"

namespace reflash {

/// Opens the ways to hardware that the configuration names, and owns what they share: a thread and
/// a queue for each bus, a connection for each lab. Outlives the ports it opened; `scheduler` and
/// `syscalls` outlive it. Nothing needs to be closed.
class BusOpener {
 public:
  BusOpener(RealScheduler& scheduler, Syscalls& syscalls);

  /// Opens the port at `address`; nothing is sent to the device yet.
  /// Errors: those of I2cDevPort::Open, LabConnection::Open and ReplayPort::Open; kNotSupported
  /// for optoe, which performs its own transactions.
  Result<std::unique_ptr<I2cPort>> Open(const BusAddress& address, const BusOptions& options = {});

  /// Opens the memory of the module at `address`, whatever carries it; nothing is sent yet.
  /// Errors: those of Open, and of OptoeEeprom::Open.
  Result<std::unique_ptr<ModuleEeprom>> OpenEeprom(const BusAddress& address,
                                                   const BusOptions& options = {});

  /// Opens the registers of the card at `address`; nothing is asked of the card yet.
  /// Errors: kInvalidArgument for an address of no card, and for `max_write`, which is of I2C;
  /// those of LabConnection::Open.
  Result<std::unique_ptr<CardRegisters>> OpenRegisters(const BusAddress& address,
                                                       const BusOptions& options = {});
  /// Opens the place of that card. Errors: as above.
  Result<std::unique_ptr<PciSlot>> OpenSlot(const BusAddress& address);

  /// Opens the platform of the adapter at `address`; nothing is asked of it yet.
  /// Errors: kInvalidArgument for an address of no adapter, and for `max_write`, which is of I2C;
  /// those of LabConnection::Open.
  Result<std::unique_ptr<PlatformFacility>> OpenFacility(const BusAddress& address,
                                                         const BusOptions& options = {});

  /// The next port that is opened is recorded. `file` outlives it.
  void RecordNext(RecordingFile& file) { recording_ = &file; }

 private:
  Result<std::unique_ptr<I2cPort>> OpenPort(const I2cDevAddress& address,
                                            const BusOptions& options);
  static Result<std::unique_ptr<I2cPort>> OpenPort(const OptoeAddress& address,
                                                   const BusOptions& options);
  Result<std::unique_ptr<I2cPort>> OpenPort(const LabAddress& address, const BusOptions& options);
  Result<std::unique_ptr<I2cPort>> OpenPort(const ReplayAddress& address,
                                            const BusOptions& options);

  static Result<std::unique_ptr<I2cPort>> OpenPort(const PciAddress& address,
                                                   const BusOptions& options);
  /// The function of that name; the same one each time, as long as somebody uses it.
  std::shared_ptr<PciFunction> FunctionOf(const std::string& name);

  RealScheduler& scheduler_;
  Syscalls& syscalls_;
  I2cDevBuses i2c_buses_;
  LabConnections labs_;
  std::map<std::string, std::weak_ptr<PciFunction>> pci_functions_;
  RecordingFile* recording_ = nullptr;  ///< for the next port
};

}  // namespace reflash
