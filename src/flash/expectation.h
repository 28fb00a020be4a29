// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/version.h"
#include "flash/device_info.h"

namespace reflash {

/// What a device must show after each step of an update. It compares and talks to nobody.
class Expectation {
 public:
  /// `before` is what the device held when the job was admitted, `wanted` what it must run in the
  /// end, if anybody knows. `insists`: a version that the device does not tell is a wrong one.
  /// `bank` is the one that the load goes to.
  Expectation(DeviceInfo before, std::optional<Version> wanted, bool insists, std::string bank)
      : before_(std::move(before)), wanted_(wanted), insists_(insists), bank_(std::move(bank)) {}

  [[nodiscard]] const DeviceInfo& before() const { return before_; }
  /// The bank that the load goes to; nullptr for a device that tells of no banks.
  [[nodiscard]] const Bank* target() const { return before_.FindBank(bank_); }

  /// After Finish. Errors: kHwError when the target is not valid or holds another version.
  [[nodiscard]] Result<void> CheckLoaded(const DeviceInfo& now) const;
  /// After Run. Errors: kHwError when the target does not run, or came up as another version.
  [[nodiscard]] Result<void> CheckStarted(const DeviceInfo& now) const;
  /// After Commit. Errors: kHwError when what runs is not what boots.
  [[nodiscard]] static Result<void> CheckCommitted(const DeviceInfo& now);
  /// Whether the image that ran before runs, and is not the one that was loaded.
  [[nodiscard]] bool OldImageRuns(const DeviceInfo& now) const;

 private:
  [[nodiscard]] Result<void> CheckBank(const Bank& bank) const;
  [[nodiscard]] Result<void> CheckVersion(const std::optional<Version>& found,
                                          std::string_view where) const;

  DeviceInfo before_;
  std::optional<Version> wanted_;
  bool insists_;
  std::string bank_;
};

}  // namespace reflash
