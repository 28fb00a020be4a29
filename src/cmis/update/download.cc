// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/download.h"

#include <algorithm>

#include "cmis/cdb/commands.h"

namespace reflash::cmis {
namespace {

/// How often a block is sent before the download fails.
constexpr unsigned kAttempts = 3;

/// Statuses after which sending the block once more can help: the bytes were damaged on the way.
bool WorthRetrying(CdbStatus status) { return status == status::kCheckCode; }

}  // namespace

bool Download::uses_epl() const {
  return session_.features().write_epl && session_.advertisement().epl_pages > 0;
}

std::size_t Download::block_bytes() const {
  if (!uses_epl()) return kLargestLplBlock;
  return std::min(kLargestEplBlock, std::size_t{128} * session_.advertisement().epl_pages);
}

Task<void> Download::Start(ByteView image) {
  const std::size_t header = session_.features().start_header_bytes;
  if (image.size() <= header) {
    co_await Fail(ErrorCode::kInvalidSize,
                  "the image has {} bytes; the module's start header alone takes {}", image.size(),
                  header);
  }
  open_ = true;
  const auto size = static_cast<std::uint32_t>(image.size());
  co_await session_.channel().Perform(StartDownloadCommand(size, image.first(header)),
                                      session_.deadlines().start);
}

Task<std::uint64_t> Download::WriteBlock(ByteView image, std::uint64_t offset) {
  const std::size_t header = session_.features().start_header_bytes;
  if (offset < header) co_return header - offset;
  const ByteView left = image.subspan(offset);
  const ByteView block = left.first(std::min(block_bytes(), left.size()));
  const auto address = static_cast<std::uint32_t>(offset - header);
  co_await WriteWithRetries(
      uses_epl() ? WriteBlockEplCommand(address, block) : WriteBlockLplCommand(address, block),
      address);
  co_return block.size();
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
