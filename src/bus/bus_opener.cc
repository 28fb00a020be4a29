// SPDX-License-Identifier: Apache-2.0
#include "bus/bus_opener.h"

#include <utility>
#include <variant>

#include "bus/i2c_dev_port.h"
#include "bus/i2c_module_eeprom.h"
#include "bus/lab_facility.h"
#include "bus/lab_port.h"
#include "bus/lab_registers.h"
#include "bus/no_slot.h"
#include "bus/optoe_eeprom.h"
#include "bus/pci_bar_registers.h"
#include "bus/pci_sysfs_slot.h"
#include "bus/recording_port.h"
#include "bus/replay_port.h"

namespace reflash {
namespace {

std::unexpected<Error> NoCard() {
  return Fail(ErrorCode::kInvalidArgument,
              "this bus leads to no card; pci:FUNCTION and lab:SOCKET#PORT do");
}

}  // namespace

BusOpener::BusOpener(RealScheduler& scheduler, Syscalls& syscalls)
    : scheduler_(scheduler),
      syscalls_(syscalls),
      i2c_buses_(scheduler),
      labs_(scheduler, syscalls) {}

Result<std::unique_ptr<I2cPort>> BusOpener::Open(const BusAddress& address,
                                                 const BusOptions& options) {
  std::unique_ptr<I2cPort> port =
      REFLASH_TRY(std::visit([&](const auto& kind) { return OpenPort(kind, options); }, address));
  if (RecordingFile* const recording = std::exchange(recording_, nullptr)) {
    port = RecordingPort::Begin(scheduler_, *recording, std::move(port));
  }
  return port;
}

Result<std::unique_ptr<ModuleEeprom>> BusOpener::OpenEeprom(const BusAddress& address,
                                                            const BusOptions& options) {
  const auto* const optoe = std::get_if<OptoeAddress>(&address);
  if (optoe != nullptr && recording_ == nullptr) {
    return OptoeEeprom::Open(syscalls_, i2c_buses_, optoe->file, options);
  }
  return std::make_unique<I2cModuleEeprom>(REFLASH_TRY(Open(address, options)));
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const I2cDevAddress& address,
                                                     const BusOptions& options) {
  return I2cDevPort::Open(syscalls_, i2c_buses_, address.node, options);
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const OptoeAddress& address,
                                                     const BusOptions& /*options*/) {
  return Fail(ErrorCode::kNotSupported,
              "optoe:{} performs its own I2C transactions; they cannot be recorded", address.file);
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const LabAddress& address,
                                                     const BusOptions& options) {
  const I2cLimits limits = REFLASH_TRY(options.Limit(I2cLimits{}));
  std::shared_ptr<LabConnection> connection = REFLASH_TRY(labs_.To(address.socket));
  return std::make_unique<LabPort>(std::move(connection), address.port, limits);
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const ReplayAddress& address,
                                                     const BusOptions& options) {
  return ReplayPort::Open(scheduler_, address.file, options);
}

Result<std::unique_ptr<I2cPort>> BusOpener::OpenPort(const PciAddress& address,
                                                     const BusOptions& /*options*/) {
  return Fail(ErrorCode::kInvalidArgument, "pci:{} leads to a card, not to a module",
              address.function);
}

std::shared_ptr<PciFunction> BusOpener::FunctionOf(const std::string& name) {
  std::weak_ptr<PciFunction>& known = pci_functions_[name];
  std::shared_ptr<PciFunction> function = known.lock();
  if (!function) {
    function = std::make_shared<PciFunction>(syscalls_, name);
    known = function;
  }
  return function;
}

Result<std::unique_ptr<CardRegisters>> BusOpener::OpenRegisters(const BusAddress& address,
                                                                const BusOptions& options) {
  if (options.max_write_bytes) {
    return Fail(ErrorCode::kInvalidArgument, "max_write is for I2C; a card has no use for it");
  }
  if (const auto* const pci = std::get_if<PciAddress>(&address)) {
    return std::make_unique<PciBarRegisters>(syscalls_, FunctionOf(pci->function), pci->bar);
  }
  if (const auto* const lab = std::get_if<LabAddress>(&address)) {
    return std::make_unique<LabRegisters>(REFLASH_TRY(labs_.To(lab->socket)), lab->port);
  }
  return NoCard();
}

Result<std::unique_ptr<PciSlot>> BusOpener::OpenSlot(const BusAddress& address) {
  if (const auto* const pci = std::get_if<PciAddress>(&address)) {
    return std::make_unique<PciSysfsSlot>(scheduler_, syscalls_, FunctionOf(pci->function));
  }
  if (std::holds_alternative<LabAddress>(address)) return std::make_unique<NoSlot>();
  return NoCard();
}

Result<std::unique_ptr<PlatformFacility>> BusOpener::OpenFacility(const BusAddress& address,
                                                                  const BusOptions& options) {
  if (options.max_write_bytes) {
    return Fail(ErrorCode::kInvalidArgument, "max_write is for I2C; an adapter has no use for it");
  }
  const auto* const lab = std::get_if<LabAddress>(&address);
  if (lab == nullptr) {
    return Fail(ErrorCode::kInvalidArgument,
                "this bus leads to no adapter of a platform; lab:SOCKET#PORT does");
  }
  return std::make_unique<LabFacility>(REFLASH_TRY(labs_.To(lab->socket)), lab->port);
}

}  // namespace reflash
