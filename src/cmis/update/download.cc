// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/download.h"

#include <algorithm>

#include "cmis/cdb/commands.h"
#include "cmis/module/memory_map.h"

namespace reflash::cmis {
namespace {

/// How often a block is sent before the download fails.
constexpr unsigned kAttempts = 3;

/// Statuses after which sending the block once more can help: the bytes were damaged on the way.
bool WorthRetrying(CdbStatus status) { return status == status::kCheckCode; }

}  // namespace

/// ReadWriteLengthExt of 0041h is about firmware commands. Where it is the one of page 01h, it only
/// bounds bursts; where it is less, it bounds blocks as well.
std::size_t Download::LongestEplBlock() const {
  const CdbAdvertisement& advertisement = session_.advertisement();
  const std::size_t pages = std::min(kLargestEplBlock, kUpperPageBytes * advertisement.epl_pages);
  const std::uint8_t extension = session_.features().read_write_length_ext;
  if (extension >= advertisement.read_write_length_ext) return pages;
  return std::min(pages, LongestEplAccess(extension));
}

/// The extended payload, unless the local one carries more.
bool Download::writes_epl() const {
  const FirmwareFeatures& features = session_.features();
  const std::size_t longest = LongestEplBlock();
  return features.write_epl && longest > (features.write_lpl ? kLargestLplBlock : 0);
}

bool Download::reads_epl() const {
  const FirmwareFeatures& features = session_.features();
  const std::size_t longest = LongestEplBlock();
  return features.read_epl && longest > (features.read_lpl ? kLargestLplBlock : 0);
}

std::size_t Download::BlockBytes(bool epl) const {
  return epl ? LongestEplBlock() : kLargestLplBlock;
}

std::uint32_t Download::BlockAddress(std::uint64_t offset) const {
  const std::size_t header = session_.features().start_header_bytes;
  return static_cast<std::uint32_t>(quirks_.block_address_with_header ? offset : offset - header);
}

Task<void> Download::Start(ByteView image) {
  const std::size_t header = session_.features().start_header_bytes;
  if (image.size() <= header) {
    co_await Fail(ErrorCode::kInvalidSize,
                  "the image has {} bytes; the module's start header alone takes {}", image.size(),
                  header);
  }
  co_await session_.SettlePayloadPages();
  open_ = true;
  const auto size = static_cast<std::uint32_t>(
      quirks_.image_size_without_header ? image.size() - header : image.size());
  co_await session_.channel().Perform(StartDownloadCommand(size, image.first(header)),
                                      session_.deadlines().start);
}

Task<std::uint64_t> Download::WriteBlock(ByteView image, std::uint64_t offset) {
  const std::size_t header = session_.features().start_header_bytes;
  if (offset < header) co_return header - offset;
  const ByteView left = image.subspan(offset);
  const ByteView block = left.first(std::min(BlockBytes(writes_epl()), left.size()));
  const std::uint32_t address = BlockAddress(offset);
  if (CanBeSkipped(block)) co_return block.size();
  co_await WriteWithRetries(
      writes_epl() ? WriteBlockEplCommand(address, block) : WriteBlockLplCommand(address, block),
      address);
  co_return block.size();
}

bool Download::CanBeSkipped(ByteView block) const {
  const FirmwareFeatures& features = session_.features();
  const std::byte erased{features.erased_byte};
  return features.skip_erased &&
         std::ranges::all_of(block, [erased](std::byte byte) { return byte == erased; });
}

Task<void> Download::WriteWithRetries(const Command& command, std::uint64_t address) {
  for (unsigned attempt = 1;; ++attempt) {
    const Result<CommandReply> reply =
        co_await Outcome(session_.channel().Execute(command, session_.deadlines().write));
    if (reply && !reply->status.failed()) co_return;
    const bool again =
        reply ? WorthRetrying(reply->status) : reply.error().code() == ErrorCode::kRwError;
    if (again && attempt < kAttempts) continue;
    if (!reply) {
      co_await Fail(Error(reply.error().code(), fmt::format("block {:#x} was not written", address))
                        .Because(reply.error()));
    }
    co_await Fail(reply->status.error_code(), "module rejected block {:#x}: {}", address,
                  reply->status.Words());
  }
}

Task<void> Download::Complete() {
  const CommandReply reply =
      co_await session_.channel().Execute(CompleteDownloadCommand(), session_.deadlines().complete);
  if (reply.status.failed()) {
    co_await Fail(ErrorCode::kInvalidImage, "the module refused the image: {}",
                  reply.status.Words());
  }
  open_ = false;
  co_await AwaitAcknowledge();
}

Task<void> Download::AwaitAcknowledge() {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const EepromReply look = co_await memory_.TryRead(kModuleState, 1);
    const Duration elapsed = scheduler_.Now() - begin;
    if (look.acknowledged) co_return;
    if (elapsed > session_.deadlines().complete) {
      co_await Fail(ErrorCode::kTimeout, "the module took the image and fell silent for {:.0f} s",
                    ToSeconds(elapsed));
    }
    co_await scheduler_.Sleep(CompletionPacing::NextLook(elapsed));
  }
}

Task<Bytes> Download::ReadBlock(std::uint32_t address, std::size_t count) {
  const auto length = static_cast<std::uint16_t>(count);
  CommandChannel& channel = session_.channel();
  const Duration longest = session_.deadlines().write;
  if (reads_epl()) {
    co_return co_await channel.PerformForEpl(ReadBlockEplCommand(address, length), longest);
  }
  const Bytes reply = co_await channel.Perform(ReadBlockLplCommand(address, length), longest);
  if (reply.size() < kBlockAddressBytes + count) {
    co_return Fail(ErrorCode::kHwError, "the module gave back {} bytes; {} were expected",
                   reply.size(), kBlockAddressBytes + count);
  }
  co_return Bytes(reply.begin() + kBlockAddressBytes, reply.end());
}

Task<std::uint64_t> Download::CompareBlock(ByteView image, std::uint64_t offset) {
  const std::size_t header = session_.features().start_header_bytes;
  if (offset < header) co_return header - offset;
  const ByteView left = image.subspan(offset);
  const ByteView expected = left.first(std::min(BlockBytes(reads_epl()), left.size()));
  const Bytes found = co_await ReadBlock(BlockAddress(offset), expected.size());
  const auto difference = std::ranges::mismatch(expected, found).in1;
  if (difference != expected.end()) {
    co_return Fail(ErrorCode::kHwError,
                   "what the module holds differs from the image at byte {:#x}",
                   offset + static_cast<std::uint64_t>(difference - expected.begin()));
  }
  co_return expected.size();
}

Task<void> Download::Abort(Session& session) {
  // A status of failure only says that there was nothing to end.
  if (session.features().abort) {
    const CommandReply reply =
        co_await session.channel().Execute(AbortDownloadCommand(), session.deadlines().abort);
    if (reply.status != status::kUnknownCommand) co_return;
  }
  co_await session.channel().Execute(CompleteDownloadCommand(), session.deadlines().abort);
}

}  // namespace reflash::cmis
