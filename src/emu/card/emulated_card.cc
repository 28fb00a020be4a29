// SPDX-License-Identifier: Apache-2.0
#include "emu/card/emulated_card.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace reflash::emu {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint32_t);
constexpr std::uint32_t kGone = 0xFFFFFFFFU;

void StoreWord(Bytes& bytes, std::size_t offset, std::uint32_t value) {
  for (std::size_t index = 0; index < kWordBytes; ++index) {
    bytes[offset + index] = static_cast<std::byte>(value >> (8 * index) & 0xFFU);
  }
}

}  // namespace

EmulatedCard::EmulatedCard(CardSettings settings, const Scheduler& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      now_(clock.Now()),
      violations_(now_),
      faults_(settings_.faults),
      controller_(settings_, violations_, faults_),
      space_(CardSpace::Make(settings_, controller_, violations_)) {
  assert(!FindProblem(settings_) && "impossible settings");
  if (!settings_.present) LosePower(Power::kAbsent);
}

// Time.

void EmulatedCard::Advance(TimePoint now) {
  const TimePoint end = std::max(now, now_);
  const auto next = [this] { return std::min(controller_.next_event(), loaded_at_); };
  for (TimePoint event = next(); event <= end; event = next()) {
    now_ = std::max(event, now_);
    violations_.set_now(now_);
    space_->Advance(now_);
    if (loaded_at_ <= now_) {
      loaded_at_ = BoardController::kNever;
      power_ = Power::kUp;
    } else if (const auto effect = controller_.HandleEvent(now_)) {
      Suffer(*effect);
    }
  }
  now_ = end;
  violations_.set_now(now_);
  space_->Advance(now_);
}

// Accesses.

Result<void> EmulatedCard::CheckRange(std::uint64_t address, std::size_t count,
                                      BlockOrder order) const {
  const std::uint64_t space = FactsOf(settings_.family).space_bytes;
  const std::uint64_t span = order == BlockOrder::kFifo ? kWordBytes : count;
  if (address < space && span <= space - address) return {};
  return Fail(ErrorCode::kInvalidArgument, "{} bytes at register {:#x} of a card with {:#x}", span,
              address, space);
}

TimePoint EmulatedCard::Occupy(std::size_t words, TimePoint now) {
  // A timer of a real clock is always late; the bus was free as soon as its last word was over.
  bus_free_at_ =
      std::max(bus_free_at_, now) + (settings_.register_access * static_cast<Duration::rep>(words));
  counters_.accesses += words;
  counters_.bytes += words * kWordBytes;
  return bus_free_at_;
}

std::uint32_t EmulatedCard::Read(std::uint64_t address, TimePoint end) {
  Advance(end);
  return answers() ? space_->Read(address, now_) : kGone;
}

void EmulatedCard::Write(std::uint64_t address, std::uint32_t value, TimePoint end) {
  if (space_->IsStaging(address)) {
    Bytes data(kWordBytes);
    StoreWord(data, 0, value);
    WriteBlock(address, data, BlockOrder::kFifo, end);
    return;
  }
  Advance(end);
  if (!answers()) return;
  space_->Write(address, value, now_);
  if (const auto restart = space_->TakeRestart()) Obey(*restart);
}

Bytes EmulatedCard::ReadBlock(std::uint64_t address, std::size_t count, BlockOrder order,
                              TimePoint end) {
  Bytes data(count);
  const std::uint64_t stride = order == BlockOrder::kFifo ? 0 : kWordBytes;
  Advance(end);
  for (std::size_t offset = 0; offset < count; offset += kWordBytes) {
    const std::uint64_t at = address + (offset / kWordBytes * stride);
    StoreWord(data, offset, answers() ? space_->Read(at, now_) : kGone);
  }
  return data;
}

void EmulatedCard::WriteBlock(std::uint64_t address, ByteView data, BlockOrder order,
                              TimePoint end) {
  Advance(end);
  if (!answers()) return;
  Bytes arriving(data.begin(), data.end());
  if (space_->IsStaging(address) && !BeginTransfer(arriving)) return;
  const std::uint64_t stride = order == BlockOrder::kFifo ? 0 : kWordBytes;
  const std::size_t words = arriving.size() / kWordBytes;
  TimePoint at = now_ - (settings_.register_access * static_cast<Duration::rep>(words));
  for (std::size_t word = 0; word < words && answers(); ++word) {
    at += settings_.register_access;
    const auto value =
        LoadLittleEndian<std::uint32_t>(ByteView(arriving).subspan(word * kWordBytes));
    space_->Write(address + (word * stride), value, at);
    if (const auto restart = space_->TakeRestart()) Obey(*restart);
  }
}

bool EmulatedCard::BeginTransfer(Bytes& data) {
  const std::optional<CardFault> fault = controller_.BeginTransfer();
  if (!fault) return true;
  if (fault->effect == CardFault::Effect::kGarble) {
    data[data.size() / 2] ^= std::byte{0x01};
    return true;
  }
  Suffer(fault->effect);
  return false;
}

// Power.

void EmulatedCard::Leave(Power power) {
  power_ = power;
  space_->Reset();
  loaded_at_ =
      power == Power::kLoading ? now_ + settings_.Scaled(settings_.boot) : BoardController::kNever;
}

void EmulatedCard::LosePower(Power power) {
  controller_.LosePower();
  Leave(power);
}

void EmulatedCard::Start(CardPage controller) {
  LosePower(Power::kLoading);
  controller_.banks().StartController(controller);
  controller_.ShowStatus(controller_.banks().LoadFpga(std::nullopt));
}

void EmulatedCard::Suffer(CardFault::Effect effect) {
  if (effect == CardFault::Effect::kPowerCut) Start(CardPage::kControllerUser);
  if (effect == CardFault::Effect::kRemove) LosePower(Power::kAbsent);
}

void EmulatedCard::Obey(const CardRestart& restart) {
  if (slot_ == Slot::kHeld || slot_ == Slot::kEmpty) {
    violations_.Record("the card was told to leave the bus before the machine released its slot");
  }
  if (controller_.busy()) {
    violations_.Record("the card was told to leave the bus while an update is under way");
  }
  if (restart.controller) {
    Start(restart.page);
  } else {
    Reload(restart.page);
  }
}

void EmulatedCard::Reload(CardPage page) {
  using Effect = CardFault::Effect;
  constexpr std::uint8_t kUserFail = 0x83;
  constexpr std::uint8_t kFactoryFail = 0x84;
  ++counters_.reloads;
  const auto fault = faults_.Happens(
      [](const CardFault& waiting) { return waiting.when == CardFault::When::kReload; });
  const bool tells = fault && fault->effect == Effect::kStatus;
  const bool fails =
      fault &&
      (fault->effect == Effect::kGarble ||
       (tells && fault->status == (page == CardPage::kFactory ? kFactoryFail : kUserFail)));
  if (fault && fault->effect == Effect::kStuck) {
    Leave(Power::kLost);
    return;
  }
  Leave(Power::kLoading);
  const std::uint8_t status = controller_.banks().LoadFpga(page, fails);
  if (!controller_.busy()) controller_.ShowStatus(tells ? fault->status : status);
  if (fault) Suffer(fault->effect);
}

void EmulatedCard::PowerCycle() {
  Advance(clock_.Now());
  if (power_ != Power::kAbsent) Start(CardPage::kControllerUser);
}

void EmulatedCard::Remove() {
  Advance(clock_.Now());
  LosePower(Power::kAbsent);
}

void EmulatedCard::Insert() {
  Advance(clock_.Now());
  if (power_ == Power::kAbsent) Start(CardPage::kControllerUser);
}

void EmulatedCard::AddFault(const CardFault& fault) {
  Advance(clock_.Now());
  faults_.Add(fault);
}

// The slot.

void EmulatedCard::Release() {
  Advance(clock_.Now());
  ++counters_.releases;
  if (slot_ == Slot::kReleased) violations_.Record("the slot was released twice");
  slot_ = Slot::kReleased;
}

bool EmulatedCard::Rescan() {
  Advance(clock_.Now());
  ++counters_.rescans;
  const bool released = slot_ == Slot::kReleased || slot_ == Slot::kEmpty;
  if (!released) violations_.Record("the slot was rescanned, but never released");
  slot_ = answers() ? Slot::kHeld : Slot::kEmpty;
  return answers();
}

// What there is.

const CardBanks& EmulatedCard::Banks() { return Controller().banks(); }

const BoardController& EmulatedCard::Controller() {
  Advance(clock_.Now());
  return controller_;
}

CardCounters EmulatedCard::counters() const {
  CardCounters counters = counters_;
  const auto& looks = controller_.looks();
  counters.doorbell_reads = std::accumulate(looks.begin(), looks.end(), std::uint64_t{0});
  return counters;
}

}  // namespace reflash::emu
