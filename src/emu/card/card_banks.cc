// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_banks.h"

#include <algorithm>
#include <cassert>

#include "emu/card/card_image.h"
#include "emu/image_format.h"

namespace reflash::emu {
namespace {

constexpr std::size_t kFirstImageBytes = 4096;

struct NamedPage {
  CardPage page;
  std::string_view n3000;
  std::string_view n6000;
};
constexpr std::array<NamedPage, 5> kNames = {{
    {CardPage::kFactory, "factory", "factory"},
    {CardPage::kUser1, "user", "user1"},
    {CardPage::kUser2, "", "user2"},
    {CardPage::kControllerUser, "controller-user", "controller-user"},
    {CardPage::kControllerFactory, "controller-factory", "controller-factory"},
}};
constexpr std::array kPagesOfN3000 = {CardPage::kFactory, CardPage::kUser1,
                                      CardPage::kControllerUser, CardPage::kControllerFactory};
constexpr std::array kPagesOfN6000 = {CardPage::kFactory, CardPage::kUser1, CardPage::kUser2,
                                      CardPage::kControllerUser, CardPage::kControllerFactory};

// Statuses of a start (reference, A5).
constexpr std::uint8_t kUserOk = 0x81;
constexpr std::uint8_t kFactoryOk = 0x82;
constexpr std::uint8_t kUserFail = 0x83;
constexpr std::uint8_t kFactoryFail = 0x84;

}  // namespace

CardBanks::CardBanks(const CardSettings& settings) : family_(settings.family) {
  const auto put = [this](CardPage page, CardImageSort sort, const Version& version) {
    const Result<Bytes> image = MakeCardImage(version, sort, kFirstImageBytes);
    assert(image && "settings were not validated");
    Load(page, *image, version);
  };
  put(CardPage::kFactory, CardImageSort::kFactory, settings.factory_version);
  put(CardPage::kUser1, CardImageSort::kStaticRegion, settings.version);
  if (settings.other_version) {
    put(CardPage::kUser2, CardImageSort::kStaticRegion, *settings.other_version);
  }
  put(CardPage::kControllerUser, CardImageSort::kController, settings.controller_version);
  put(CardPage::kControllerFactory, CardImageSort::kController,
      settings.controller_factory_version);
  LoadFpga(std::nullopt);
  StartController(CardPage::kControllerUser);
}

void CardBanks::Invalidate(CardPage page) {
  banks_[Index(page)] = {};
  if (page == fpga_) fpga_whole_ = false;
  if (page == controller_) controller_whole_ = false;
}

std::span<const CardPage> CardBanks::pages() const {
  if (family_ == CardFamily::kN3000) return kPagesOfN3000;
  return kPagesOfN6000;
}

std::string_view CardBanks::NameOf(CardPage page) const {
  const NamedPage& named = kNames.at(Index(page));
  return family_ == CardFamily::kN3000 ? named.n3000 : named.n6000;
}

CardPage CardBanks::InactiveUser() const {
  if (FactsOf(family_).user_pages == 1 || fpga_ == CardPage::kUser2) return CardPage::kUser1;
  const bool factory_runs = fpga_ == CardPage::kFactory;
  return factory_runs && power_on_ != CardPage::kUser1 ? CardPage::kUser1 : CardPage::kUser2;
}

std::optional<CardPage> CardBanks::TargetOf(CardImageSort sort) const {
  switch (sort) {
    case CardImageSort::kStaticRegion:
      return InactiveUser();
    case CardImageSort::kFactory:
      return CardPage::kFactory;
    case CardImageSort::kController:
      return CardPage::kControllerUser;
    default:
      return std::nullopt;
  }
}

bool CardBanks::IsLast(CardPage page) const {
  return IsPageOfFpga(page) && std::ranges::none_of(pages(), [&](CardPage other) {
           return other != page && IsPageOfFpga(other) && bank(other).valid;
         });
}

void CardBanks::Load(CardPage page, ByteView file, const Version& version) {
  banks_[Index(page)] = {
      .version = version, .valid = true, .sha256 = Sha256Hex(file), .length = file.size()};
}

bool CardBanks::SetPowerOn(CardPage page) {
  if (!IsPageOfFpga(page) || !bank(page).valid) return false;
  power_on_ = page;
  return true;
}

std::uint8_t CardBanks::LoadFpga(std::optional<CardPage> wanted, bool fails) {
  const CardPage first = wanted.value_or(power_on_);
  const bool loads = !fails && bank(first).valid;
  fpga_ = first;
  for (const CardPage other : {CardPage::kUser2, CardPage::kUser1, power_on_, CardPage::kFactory}) {
    if (!loads && other != first && bank(other).valid) fpga_ = other;  // the last that can
  }
  fpga_version_ = bank(fpga_).version;
  fpga_whole_ = true;
  if (first == CardPage::kFactory) return loads ? kFactoryOk : kFactoryFail;
  return loads ? kUserOk : kUserFail;
}

void CardBanks::StartController(CardPage wanted) {
  controller_ = bank(wanted).valid ? wanted : CardPage::kControllerFactory;
  controller_version_ = bank(controller_).version;
  controller_whole_ = true;
}

}  // namespace reflash::emu
