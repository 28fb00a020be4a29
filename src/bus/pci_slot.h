// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/scheduler.h"
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

  /// Masks the errors that the loss of the card would raise. What was masked is remembered for
  /// Rescan. The card stays in the machine's list, since it has to be told to restart yet: without
  /// its place there, its registers cannot be reached. Nobody may use it from here on.
  /// Errors: kPermission; kBusy when a driver does not let go of it; kRwError.
  virtual Task<void> Release() = 0;
  /// Takes the card that was there out of the machine's list, looks for it again, and restores what
  /// Release has masked. May be repeated.
  /// Errors: kNotFound when the card is not there; kPermission; kRwError.
  virtual Task<void> Rescan() = 0;

  /// How long a card that restarts has to be left alone before it is looked for.
  [[nodiscard]] virtual Duration quiet_time() const { return Duration::zero(); }
};

}  // namespace reflash
