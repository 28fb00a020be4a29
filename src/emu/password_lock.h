// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace reflash::emu {

/// Whether the host may change the firmware. Open for good when there is no password.
class PasswordLock {
 public:
  explicit PasswordLock(std::optional<std::uint32_t> password) : password_(password) {}

  [[nodiscard]] bool open() const { return !password_ || entered_; }

  /// Opens the lock with the right password and closes it with a wrong one.
  void Enter(std::uint32_t attempt) { entered_ = password_ == attempt; }
  void Change(std::uint32_t password) { password_ = password; }
  /// What a boot does.
  void Close() { entered_ = false; }

 private:
  std::optional<std::uint32_t> password_;
  bool entered_ = false;
};

}  // namespace reflash::emu
