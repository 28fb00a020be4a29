// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "async/scheduler.h"
#include "async/worker.h"
#include "bus/pci_function.h"
#include "bus/pci_slot.h"

namespace reflash {

/// The place of a card in a PCI slot, through sysfs:
///
///     Release   no driver on any function of the card; both AER masks of the port above the card
///               are remembered and set
///     Rescan    `remove` of each function, `rescan` of the port; the errors that were raised are
///               cleared, and the masks put back
///
/// A port without AER, or a card without a port above it, has nothing to mask. Needs the rights to
/// all of config space.
class PciSysfsSlot : public PciSlot {
 public:
  /// `syscalls` and `scheduler` outlive it.
  PciSysfsSlot(Scheduler& scheduler, Syscalls& syscalls, std::shared_ptr<PciFunction> function);

  Task<void> Release() override;
  Task<void> Rescan() override;
  /// What the tools of the vendor wait: the link has to go down first.
  [[nodiscard]] Duration quiet_time() const override { return std::chrono::seconds(10); }

 private:
  /// Where the advanced error reporting of a port stands, and its masks before Release.
  struct Masked {
    std::string port;
    std::uint64_t capability;
    std::uint32_t uncorrectable;
    std::uint32_t correctable;
  };

  // On the worker.
  Result<void> ReleaseBlocking();
  Result<void> RescanBlocking();
  Result<void> RemoveFunctions();
  /// Scans while the kernel binds no driver: the one that was unbound for us would be back.
  OrErrno<void> ScanUnclaimed();
  /// The folder of the port that the card hangs on; nothing when it hangs on no port.
  [[nodiscard]] Result<std::optional<std::string>> FindPort() const;
  Result<void> Mask(const std::string& port);
  Result<void> Unmask();

  Scheduler& scheduler_;
  Syscalls& syscalls_;
  std::shared_ptr<PciFunction> function_;
  std::unique_ptr<Worker> worker_;
  std::string rescan_ = "/sys/bus/pci/rescan";  ///< of the port, once it was found
  std::optional<Masked> masked_;
};

}  // namespace reflash
