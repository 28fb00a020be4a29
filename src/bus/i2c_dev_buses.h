// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "async/scheduler.h"
#include "bus/i2c_dev_bus.h"

namespace reflash {

/// The buses of this machine that some port uses, by root adapter. Outlives its ports.
class I2cDevBuses {
 public:
  explicit I2cDevBuses(Scheduler& scheduler) : scheduler_(scheduler) {}

  /// The bus of a root adapter such as "i2c-1" (I2cAdapter::root); the same one each time.
  I2cDevBus& OfRoot(const std::string& root) {
    return buses_.try_emplace(root, scheduler_).first->second;
  }

 private:
  Scheduler& scheduler_;
  std::map<std::string, I2cDevBus, std::less<>> buses_;
};

}  // namespace reflash
