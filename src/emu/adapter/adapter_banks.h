// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/version.h"
#include "emu/adapter/adapter_settings.h"
#include "emu/image_bank.h"

namespace reflash::emu {

/// The flash of an adapter: the user image, which a download overwrites, and the factory image,
/// which nothing does. `settings` outlives it.
class AdapterBanks {
 public:
  explicit AdapterBanks(const AdapterSettings& settings);

  [[nodiscard]] const ImageBank& user() const { return user_; }
  [[nodiscard]] const Version& factory_version() const { return settings_.factory_version; }
  /// Neither runs from a page once the user image that runs is overwritten, until the next boot.
  [[nodiscard]] bool user_runs() const { return user_runs_; }
  [[nodiscard]] bool factory_runs() const { return factory_runs_; }
  [[nodiscard]] const Version& running_version() const { return running_; }

  /// Erases the user image for one of `size_bytes`.
  void Begin(std::size_t size_bytes);
  void Write(std::size_t offset, ByteView data) { user_.Write(offset, data); }
  /// Whether what was written is a whole image for this adapter; it is valid then.
  bool Verify();
  [[nodiscard]] bool Holds(std::size_t offset, ByteView data) const;

  /// Runs the user image, or the factory image when that is not valid.
  void Boot();

 private:
  const AdapterSettings& settings_;
  ImageBank user_;
  Version running_;
  bool user_runs_ = false;
  bool factory_runs_ = false;
};

}  // namespace reflash::emu
