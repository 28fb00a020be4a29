// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "async/scheduler.h"
#include "bus/i2c_dev_buses.h"
#include "bus/i2c_port.h"
#include "bus/syscalls.h"
#include "inventory/findings.h"
#include "ledger/ledger.h"

namespace reflash::inventory {

/// Looks for modules on the I2C adapters of this machine, as sysfs lists them, and for cards on the
/// PCI bus (FindCards).
///
/// * A port of the optoe driver is taken from sysfs alone, with a module in it or not.
/// * At an address 50h that no kernel driver has, the first bytes of the lower memory are read, and
///   nothing is ever written: whatever acknowledges there may be no module at all. The hardware is
///   claimed meanwhile; one that somebody else holds is listed and not touched.
/// * The trunk of a multiplexer is not read: what answers there is on the leg that happens to be
///   selected.
///
/// A device is called what its port_name says, else swpN, after its adapter. Lives while Run is
/// awaited.
class Discovery {
 public:
  Discovery(Scheduler& scheduler, Syscalls& syscalls, const Ledger& ledger)
      : syscalls_(syscalls), ledger_(ledger), buses_(scheduler) {}

  /// Errors: kCanceled when `stop` is requested. What goes wrong on one adapter is a remark.
  Task<Findings> Run(std::stop_token stop);

 private:
  [[nodiscard]] std::set<unsigned> AdapterNumbers(const std::string& directory,
                                                  std::string_view before,
                                                  std::string_view behind) const;
  [[nodiscard]] std::string DriverOf(unsigned adapter) const;
  [[nodiscard]] bool IsTrunk(unsigned adapter) const;
  Task<void> Look(unsigned adapter);
  void LookAtBound(unsigned adapter, const std::string& driver);
  Task<void> LookAtFree(unsigned adapter);
  Task<void> ReadModule(unsigned adapter, I2cPort& port);
  void AddModule(unsigned adapter, ByteView first_bytes);
  void Add(unsigned adapter, const std::string& bus, std::string remark,
           std::string_view port_name = {});
  void Remark(unsigned adapter, std::string_view sentence);
  void Remark(unsigned adapter, const Error& error);

  Syscalls& syscalls_;
  const Ledger& ledger_;
  I2cDevBuses buses_;
  std::vector<std::string> adapter_paths_;
  std::set<std::string, std::less<>> names_;
  Findings findings_;
};

}  // namespace reflash::inventory
