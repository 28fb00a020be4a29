// SPDX-License-Identifier: Apache-2.0
#include "emu/firmware_banks.h"

#include <cassert>
#include <utility>

#include "emu/image_format.h"

namespace reflash::emu {
namespace {

constexpr std::size_t kFactoryImageBytes = 4096;

void LoadFactoryImage(ImageBank& bank, const Version& version, const std::string& part) {
  Result<Bytes> image = MakeImage(version, part, kFactoryImageBytes);
  assert(image && "settings were not validated");
  bank.Load(*std::move(image), version);
}

}  // namespace

FirmwareBanks::FirmwareBanks(const ModuleSettings& settings)
    : settings_(settings), running_version_(settings.version) {
  LoadFactoryImage(banks_[0], settings.version, settings.part);
  if (settings.other_version) LoadFactoryImage(banks_[1], *settings.other_version, settings.part);
}

Bank FirmwareBanks::inactive() const {
  if (settings_.banks == 1) return Bank::kA;
  return Other(running_.value_or(committed_));
}

CdbStatus FirmwareBanks::Start(std::size_t size_bytes, ByteView start_header) {
  if (size_bytes > settings_.bank_bytes) return CdbStatus::kImageTooLarge;
  if (size_bytes < start_header.size() || size_bytes == 0) return CdbStatus::kBadParameter;
  const Bank target = inactive();
  if (running_ == target) running_.reset();
  banks_[Index(target)].Begin(size_bytes, start_header, std::byte{settings_.erased_byte});
  downloading_ = true;
  return CdbStatus::kSuccess;
}

CdbStatus FirmwareBanks::WriteBlock(std::size_t address, ByteView data) {
  if (!downloading_) return CdbStatus::kNotNow;
  ImageBank& target = banks_[Index(inactive())];
  const std::size_t room = target.image().size() - settings_.start_header;
  if (address > room || data.size() > room - address) return CdbStatus::kBadParameter;
  target.Write(settings_.start_header + address, data);
  return CdbStatus::kSuccess;
}

CdbStatus FirmwareBanks::Complete() {
  if (!downloading_) return CdbStatus::kNotNow;
  downloading_ = false;
  const CdbStatus status = CheckImage();
  if (status != CdbStatus::kSuccess) return status;
  ImageBank& target = banks_[Index(inactive())];
  target.MarkValid(ParseImageHeader(target.image())->version);
  return CdbStatus::kSuccess;
}

CdbStatus FirmwareBanks::CheckImage() const {
  const ImageBank& target = bank(inactive());
  if (!settings_.skip_erased && !target.written()) return CdbStatus::kImageHoles;
  const Result<ImageHeader> header = ParseImageHeader(target.image());
  if (!header) return CdbStatus::kImageUnknown;
  if (header->length_bytes != target.image().size()) return CdbStatus::kImageLength;
  const bool damaged = header->checksum != ImageChecksum(target.image());
  if (settings_.check_image && damaged) return CdbStatus::kImageChecksum;
  if (!header->Fits(settings_.part)) return CdbStatus::kImagePart;
  return CdbStatus::kSuccess;
}

std::optional<ByteView> FirmwareBanks::Read(std::size_t address, std::size_t count) const {
  const ByteView image = bank(inactive()).image();
  const std::size_t header = settings_.start_header;
  if (image.size() < header || address > image.size() - header ||
      count > image.size() - header - address) {
    return std::nullopt;
  }
  return image.subspan(header + address, count);
}

CdbStatus FirmwareBanks::BeginCopy(Bank from, Bank to) {
  if (running_ == to) return CdbStatus::kNotNow;
  if (!bank(from).valid()) return CdbStatus::kBankInvalid;
  downloading_ = false;
  banks_[Index(to)].Invalidate();
  return CdbStatus::kSuccess;
}

void FirmwareBanks::FinishCopy(Bank from, Bank to) {
  const ByteView image = bank(from).image();
  banks_[Index(to)].Load(Bytes(image.begin(), image.end()), bank(from).version());
}

CdbStatus FirmwareBanks::Commit() {
  if (!running_) return CdbStatus::kNotNow;
  committed_ = *running_;
  return CdbStatus::kSuccess;
}

void FirmwareBanks::LosePower() {
  downloading_ = false;
  running_.reset();
}

void FirmwareBanks::Boot(std::optional<Bank> wanted) {
  LosePower();
  const Bank first = wanted.value_or(committed_);
  for (const Bank candidate : {first, Other(first)}) {
    if (!running_ && bank(candidate).valid()) running_ = candidate;
  }
  in_boot_loader_ = !running_;
  running_version_ = running_ ? bank(*running_).version() : Version{};
}

}  // namespace reflash::emu
