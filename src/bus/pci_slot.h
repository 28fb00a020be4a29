// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/task.h"
#include "base/error.h"

namespace reflash {

/// The place of a card on its bus, for the time in which the card restarts: the machine must not
/// take the loss of the card for a fault, and has to find it again. Owned by the device.
class PciSlot {
 public:
  PciSlot() = default;
  PciSlot(const PciSlot&) = delete;
  PciSlot& operator=(const PciSlot&) = delete;
  virtual ~PciSlot() = default;

  /// Masks the errors that the loss of the card would raise, and takes the card out of the
  /// machine's list. What masked them is remembered for Rescan.
  /// Errors: kPermission; kBusy when a driver does not let go of it; kRwError.
  virtual Task<void> Release() = 0;
  /// Looks for the card again, and restores what Release has masked.
  /// Errors: kNotFound when the card is not there; kPermission; kRwError.
  virtual Task<void> Rescan() = 0;
};

}  // namespace reflash
