// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flash/device.h"
#include "flash/job.h"

namespace reflash {

/// Compares what a device holds with an image, and writes nothing. Lives while Execute is awaited.
class Verification {
 public:
  /// `job` is admitted.
  explicit Verification(Job& job) : job_(job), device_(*job.device_) {}

  /// Ends the job in every case; the outcome stands in its snapshot.
  Task<void> Execute();

 private:
  Job& job_;
  Device& device_;
};

}  // namespace reflash
