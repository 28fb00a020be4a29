// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "async/waiting_line.h"
#include "flash/device.h"
#include "flash/job.h"

namespace reflash {

/// A device as the Engine has it: under a name, with the work on it. Shared by all who work on it,
/// so that it outlives the Engine where it was unregistered by force.
struct RegisteredDevice {
  RegisteredDevice(Scheduler& scheduler, std::string device_name, unsigned device_number,
                   std::shared_ptr<Device> driver)
      : name(std::move(device_name)),
        number(device_number),
        device(std::move(driver)),
        all_left(scheduler) {}

  std::string name;
  unsigned number;
  std::shared_ptr<Device> device;
  std::weak_ptr<Job> job;  ///< the one that was admitted last
  bool leaving = false;    ///< it is being unregistered, and takes no new work
  bool given_up = false;   ///< who unregisters it does not wait for its work any more
  int visits = 0;
  WaitingLine all_left;
};

/// Somebody works with a device, as long as this object lives.
class Visit {
 public:
  explicit Visit(std::shared_ptr<RegisteredDevice> device) : device_(std::move(device)) {
    ++device_->visits;
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    if (--device_->visits == 0) device_->all_left.WakeAll();
  }

 private:
  std::shared_ptr<RegisteredDevice> device_;
};

}  // namespace reflash
