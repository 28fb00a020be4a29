// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/adapter_banks.h"

#include <algorithm>
#include <cassert>

#include "emu/adapter/adapter_image.h"

namespace reflash::emu {
namespace {

constexpr std::size_t kFirstImageBytes = 4096;

}  // namespace

AdapterBanks::AdapterBanks(const AdapterSettings& settings) : settings_(settings) {
  Result<Bytes> image = MakeAdapterImage(settings.version, settings, kFirstImageBytes);
  assert(image && "settings were not validated");
  user_.Load(*std::move(image), settings.version);
  Boot();
}

void AdapterBanks::Begin(std::size_t size_bytes) {
  user_.Begin(size_bytes, {}, std::byte{0xFF});
  user_runs_ = false;
}

bool AdapterBanks::Verify() {
  if (!user_.written()) return false;
  const std::optional<Version> version = VerifyAdapterImage(user_.image(), settings_);
  if (version) user_.MarkValid(*version);
  return version.has_value();
}

bool AdapterBanks::Holds(std::size_t offset, ByteView data) const {
  const ByteView image = user_.image();
  return offset <= image.size() && data.size() <= image.size() - offset &&
         std::ranges::equal(image.subspan(offset, data.size()), data);
}

void AdapterBanks::Boot() {
  user_runs_ = user_.valid();
  factory_runs_ = !user_runs_;
  running_ = user_runs_ ? user_.version() : settings_.factory_version;
}

}  // namespace reflash::emu
