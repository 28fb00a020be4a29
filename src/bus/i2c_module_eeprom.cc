// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_module_eeprom.h"

#include <algorithm>
#include <array>
#include <utility>

namespace reflash {
namespace {

constexpr std::byte kBankSelect{0x7E};
constexpr std::byte kPageSelect{0x7F};
constexpr std::size_t kEndOfPage = 0x100;
/// Pages below have no banks, and modules that have no banks may show anything at kBankSelect.
constexpr std::uint8_t kFirstBankedPage = 0x10;
/// What a selection in one write takes: offset, bank, page.
constexpr std::size_t kPairBytes = 3;

/// Whether a write of the lower memory reaches the selection registers, or one of the upper memory
/// runs into the next page.
bool DisturbsSelection(EepromAddress address, std::size_t count) {
  const std::size_t end = address.offset + count;
  return address.in_lower_memory() ? end > std::to_integer<std::size_t>(kBankSelect)
                                   : end > kEndOfPage;
}

}  // namespace

I2cModuleEeprom::I2cModuleEeprom(std::unique_ptr<I2cPort> port)
    : port_(std::move(port)),
      how_to_select_(port_->limits().max_write_bytes >= kPairBytes ? SelectionWrite::kPair
                                                                   : SelectionWrite::kSingleBytes) {
}

EepromLimits I2cModuleEeprom::limits() const {
  const I2cLimits port = port_->limits();
  return {.max_write_bytes = std::max<std::size_t>(port.max_write_bytes, 1) - 1,
          .max_read_bytes = port.max_read_bytes};
}

const std::string& I2cModuleEeprom::hardware_address() const { return port_->hardware_address(); }

Task<EepromReply> I2cModuleEeprom::DoRead(EepromAddress address, std::size_t count) {
  if (MustSelect(address) && !co_await Select({address.bank, address.page})) {
    co_return EepromReply{.acknowledged = false};
  }
  const std::byte offset{address.offset};
  const std::array messages{I2cMessage{.write = {&offset, 1}}, I2cMessage{.read = count}};
  I2cReply reply = co_await Transact(messages);
  co_return EepromReply{.acknowledged = reply.acknowledged(), .read = std::move(reply.read)};
}

Task<EepromReply> I2cModuleEeprom::DoWrite(EepromAddress address, ByteView data) {
  if (MustSelect(address) && !co_await Select({address.bank, address.page})) {
    co_return EepromReply{.acknowledged = false};
  }
  outgoing_.assign(1, std::byte{address.offset});
  Append(outgoing_, data);
  const std::array messages{I2cMessage{.write = outgoing_}};
  const I2cReply reply = co_await Transact(messages);
  if (DisturbsSelection(address, data.size())) Forget();
  co_return EepromReply{.acknowledged = reply.acknowledged()};
}

bool I2cModuleEeprom::MustSelect(EepromAddress address) const {
  return !address.in_lower_memory() && selected_ != Selection{address.bank, address.page};
}

Task<bool> I2cModuleEeprom::Select(Selection wanted) {
  if (in_doubt_) co_return co_await SelectAndVerify(wanted);
  const bool acknowledged = co_await WriteSelection(wanted, how_to_select_);
  if (acknowledged) {
    selected_ = wanted;
  } else {
    in_doubt_ = true;
  }
  co_return acknowledged;
}

Task<bool> I2cModuleEeprom::SelectAndVerify(Selection wanted) {
  using enum SelectionWrite;
  // A module that becomes ready between a write it did not take and the look at its registers is
  // not one that needs single bytes: the pair gets two chances.
  static constexpr std::array kTries{kPair, kPair, kSingleBytes};
  const std::span tries = std::span(kTries).last(how_to_select_ == kPair ? kTries.size() : 1);

  // A module may be silent after each write, the one of the selection too: what was written before
  // the silence is looked for first, since writing it again would only silence the module again.
  std::optional<Selection> shown = co_await ReadSelection();
  if (!shown) co_return false;
  const SelectionWrite how_before = how_to_select_;
  const bool found_made = Shows(*shown, wanted);
  bool acknowledged = true;
  for (const SelectionWrite how : tries) {
    if (Shows(*shown, wanted)) break;
    how_to_select_ = how;
    acknowledged = co_await WriteSelection(wanted, how);
    shown = co_await ReadSelection();
    if (!shown) co_return false;
  }
  if (Shows(*shown, wanted)) {
    selected_ = wanted;
    in_doubt_ = found_made;  // which says nothing about how the module takes selections
    co_return true;
  }
  how_to_select_ = how_before;  // nothing worked, so nothing was learned
  if (!acknowledged) co_return false;
  co_return Fail(ErrorCode::kHwError,
                 "bank {}, page {:02X}h was selected, but the module shows bank {}, page {:02X}h",
                 wanted.bank, wanted.page, shown->bank, shown->page);
}

bool I2cModuleEeprom::Shows(const Selection& shown, const Selection& wanted) {
  const bool banked = wanted.page >= kFirstBankedPage;
  return shown.page == wanted.page && (!banked || shown.bank == wanted.bank);
}

Task<bool> I2cModuleEeprom::WriteSelection(Selection wanted, SelectionWrite how) {
  const std::array pair{kBankSelect, std::byte{wanted.bank}, std::byte{wanted.page}};
  const std::array bank{kBankSelect, std::byte{wanted.bank}};
  const std::array page{kPageSelect, std::byte{wanted.page}};
  if (how == SelectionWrite::kPair) co_return co_await WriteRegister(pair);
  // The bank takes effect with the page that is written after it.
  if (wanted.page >= kFirstBankedPage && !co_await WriteRegister(bank)) co_return false;
  co_return co_await WriteRegister(page);
}

Task<bool> I2cModuleEeprom::WriteRegister(ByteView offset_and_data) {
  const std::array messages{I2cMessage{.write = offset_and_data}};
  const I2cReply reply = co_await Transact(messages);
  co_return reply.acknowledged();
}

Task<std::optional<I2cModuleEeprom::Selection>> I2cModuleEeprom::ReadSelection() {
  const std::array messages{I2cMessage{.write = {&kBankSelect, 1}}, I2cMessage{.read = 2}};
  const I2cReply reply = co_await Transact(messages);
  if (!reply.acknowledged()) co_return std::nullopt;
  co_return Selection{.bank = std::to_integer<std::uint8_t>(reply.read.at(0)),
                      .page = std::to_integer<std::uint8_t>(reply.read.at(1))};
}

Task<I2cReply> I2cModuleEeprom::Transact(std::span<const I2cMessage> messages) {
  Result<I2cReply> reply = co_await Outcome(port_->Transfer(messages));
  if (!reply || !reply->acknowledged()) {
    in_doubt_ = true;
    Forget();
  }
  co_return reply;
}

}  // namespace reflash
