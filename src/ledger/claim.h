// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/directory.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "ledger/holder.h"

namespace reflash {

/// The right to disturb one piece of hardware, exclusive among all processes that share the
/// ledger. It ends with this object, and in any case with the process: the lock belongs to an open
/// file description (F_OFD_SETLK), which the kernel closes however the process dies. The
/// descriptor does not survive exec; a child that was forked holds on to the claim while it lives.
///
/// The lock file stays when the claim ends. Were it unlinked, a process that has opened it but not
/// locked it yet would get a lock on a file without a name, while a third one creates the name
/// anew and locks that: two holders.
class Claim {
 public:
  Claim(Claim&&) noexcept = default;
  Claim& operator=(Claim&& other) noexcept;
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() { Release(); }

  [[nodiscard]] const std::string& hardware_address() const { return hardware_address_; }

 private:
  friend class Ledger;

  Claim(UniqueFd lock, std::string hardware_address)
      : lock_(std::move(lock)), hardware_address_(std::move(hardware_address)) {}

  /// See Ledger::TryClaim and Ledger::FindHolder.
  static Result<Claim> Take(const Directory& claims, const std::string& hardware_address,
                            const Holder& holder);
  static std::optional<Holder> FindHolder(const Directory& claims,
                                          const std::string& hardware_address);
  void Release();

  UniqueFd lock_;
  std::string hardware_address_;
};

}  // namespace reflash
