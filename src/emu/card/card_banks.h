// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/version.h"
#include "emu/card/card_settings.h"
#include "emu/card/signed_image.h"

namespace reflash::emu {

/// Where a card keeps an image; the first three have the numbers of the FPGA's pages.
enum class CardPage : std::uint8_t {
  kFactory,
  kUser1,
  kUser2,
  kControllerUser,
  kControllerFactory
};

/// What a page holds. The bytes themselves are where no host can read them.
struct CardBank {
  Version version;  ///< 0.0.0 unless valid
  bool valid = false;
  std::string sha256;  ///< of the image as it was received, signatures included
  std::size_t length = 0;
};

/// The images of a card: which page holds what, which run, and which is loaded at power-on. It
/// knows nothing of time. There is always a valid image for the FPGA: the page with the last one
/// is not overwritten.
class CardBanks {
 public:
  explicit CardBanks(const CardSettings& settings);

  [[nodiscard]] const CardBank& bank(CardPage page) const { return banks_[Index(page)]; }
  /// The pages that this card has.
  [[nodiscard]] std::span<const CardPage> pages() const;
  /// What a dump calls them.
  [[nodiscard]] std::string_view NameOf(CardPage page) const;

  [[nodiscard]] CardPage fpga() const { return fpga_; }
  [[nodiscard]] CardPage controller() const { return controller_; }
  [[nodiscard]] CardPage power_on() const { return power_on_; }
  /// What was loaded, though its page may have been overwritten since.
  [[nodiscard]] const Version& fpga_version() const { return fpga_version_; }
  [[nodiscard]] const Version& controller_version() const { return controller_version_; }
  /// Whether what runs is what the page holds.
  [[nodiscard]] bool IsRunning(CardPage page) const {
    return (page == fpga_ && fpga_whole_) || (page == controller_ && controller_whole_);
  }
  [[nodiscard]] bool IsCommitted(CardPage page) const {
    return page == power_on_ || page == CardPage::kControllerUser;
  }

  /// The page that an update of this sort is programmed to; nothing when it is none of these.
  [[nodiscard]] std::optional<CardPage> TargetOf(CardImageSort sort) const;
  /// Whether the FPGA could load nothing without `page`.
  [[nodiscard]] bool IsLast(CardPage page) const;
  void Invalidate(CardPage page);
  void Load(CardPage page, ByteView file, const Version& version);

  /// Returns false for a page that is no page of the FPGA here, or holds no valid image.
  bool SetPowerOn(CardPage page);
  /// Loads `wanted` into the FPGA, or the power-on page; `fails` has the image refused. Falls back
  /// to the factory page, and from there to a user page. Returns the status that this makes.
  std::uint8_t LoadFpga(std::optional<CardPage> wanted, bool fails = false);
  /// Starts the controller's `wanted` image, or the factory image when that is not valid.
  void StartController(CardPage wanted);

 private:
  static std::size_t Index(CardPage page) { return static_cast<std::size_t>(page); }
  [[nodiscard]] bool IsPageOfFpga(CardPage page) const {
    return Index(page) <= FactsOf(family_).user_pages;
  }
  [[nodiscard]] CardPage InactiveUser() const;

  CardFamily family_;
  std::array<CardBank, 5> banks_;
  CardPage fpga_ = CardPage::kUser1;
  CardPage power_on_ = CardPage::kUser1;
  CardPage controller_ = CardPage::kControllerUser;
  Version fpga_version_;
  Version controller_version_;
  bool fpga_whole_ = true;
  bool controller_whole_ = true;
};

}  // namespace reflash::emu
