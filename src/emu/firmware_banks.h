// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/version.h"
#include "emu/cdb_status.h"
#include "emu/image_bank.h"
#include "emu/module_settings.h"

namespace reflash::emu {

enum class Bank : std::uint8_t { kA, kB };

/// The firmware of a module: its banks, which of them runs and which is committed, and the
/// download that is under way. It knows nothing of commands and of time. `settings` outlives it.
///
/// With a single bank the image is overwritten while the old one runs from RAM: from Start until
/// the next boot no bank runs. A module that finds no valid bank when it boots stays in its boot
/// loader, which has version 0.0.0 and takes a download.
class FirmwareBanks {
 public:
  explicit FirmwareBanks(const ModuleSettings& settings);

  // What there is.
  [[nodiscard]] const ImageBank& bank(Bank bank) const { return banks_[Index(bank)]; }
  [[nodiscard]] bool has(Bank bank) const { return Index(bank) < settings_.banks; }
  /// Nothing while the boot loader runs, the old image runs from RAM, or there is no power.
  [[nodiscard]] std::optional<Bank> running() const { return running_; }
  [[nodiscard]] Bank committed() const { return committed_; }
  [[nodiscard]] const Version& running_version() const { return running_version_; }
  [[nodiscard]] bool in_boot_loader() const { return in_boot_loader_; }
  [[nodiscard]] bool downloading() const { return downloading_; }
  /// The bank that Start overwrites, a read-back reads and Run starts.
  [[nodiscard]] Bank inactive() const;

  // Download. The bank is invalid from Start until Complete has succeeded.
  CdbStatus Start(std::size_t size_bytes, ByteView start_header);
  /// `address` is counted from behind the start header.
  CdbStatus WriteBlock(std::size_t address, ByteView data);
  CdbStatus Complete();
  void Abort() { downloading_ = false; }
  /// Reads `count` bytes of the inactive bank at `address`, counted as for WriteBlock; nothing
  /// when it is not all inside the image.
  [[nodiscard]] std::optional<ByteView> Read(std::size_t address, std::size_t count) const;

  /// The target of a copy becomes invalid when it begins. It must not run.
  CdbStatus BeginCopy(Bank from, Bank to);
  void FinishCopy(Bank from, Bank to);
  CdbStatus Commit();

  void LosePower();
  /// Boots `wanted`, or the committed bank; the other one when that is not valid.
  void Boot(std::optional<Bank> wanted);

 private:
  static std::size_t Index(Bank bank) { return static_cast<std::size_t>(bank); }
  [[nodiscard]] CdbStatus CheckImage() const;

  const ModuleSettings& settings_;
  std::array<ImageBank, 2> banks_;
  std::optional<Bank> running_ = Bank::kA;
  Bank committed_ = Bank::kA;
  Version running_version_;
  bool in_boot_loader_ = false;
  bool downloading_ = false;
};

/// The bank that is not `bank`.
[[nodiscard]] constexpr Bank Other(Bank bank) { return bank == Bank::kA ? Bank::kB : Bank::kA; }

}  // namespace reflash::emu
