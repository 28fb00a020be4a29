// SPDX-License-Identifier: Apache-2.0
#include "emu/card/power_on_image.h"

namespace reflash::emu {

void PowerOnImage::Write(std::uint32_t value, TimePoint now) {
  const bool pending = done_at_ != TimePoint::max();
  if (pending) {
    violations_.Record("the power-on image was written before the result of the last request");
    return;
  }
  const bool asks = (value & kRequest) != 0 && (value & kClear) == 0;
  if (!asks) {
    value_ = 0;
    return;
  }
  if ((value_ & kRequest) != 0) {
    violations_.Record("a power-on image was requested before the last request was cleared");
    return;
  }
  value_ = value & (kRequest | kPageMask << kPageShift | kFactoryFirst);
  done_at_ = now + settings_.Scaled(settings_.handshake);
}

void PowerOnImage::Advance(TimePoint now) {
  if (now < done_at_) return;
  done_at_ = TimePoint::max();
  const std::uint32_t number = value_ >> kPageShift & kPageMask;
  const bool user = number == 1 || number == 2;
  bool done = false;
  if ((value_ & kFactoryFirst) != 0) {
    done = banks_.SetPowerOn(CardPage::kFactory);
  } else if (user) {
    done = banks_.SetPowerOn(static_cast<CardPage>(number));
  }
  value_ |= done ? kSuccess : kFailure;
}

}  // namespace reflash::emu
