// SPDX-License-Identifier: Apache-2.0
#include "bus/recording_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;
constexpr mode_t kReadableByOwner = 0600;

}  // namespace

Result<std::unique_ptr<RecordingFile>> RecordingFile::Create(const std::filesystem::path& path) {
  UniqueFd descriptor(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kReadableByOwner));
  if (!descriptor.valid() && errno == EEXIST) {
    return Fail(ErrorCode::kInvalidArgument, "{} is there already; a recording overwrites nothing",
                path.string());
  }
  if (!descriptor.valid()) return Fail(ErrorFromErrno(errno, "cannot create " + path.string()));
  return std::unique_ptr<RecordingFile>(new RecordingFile(std::move(descriptor), path));
}

RecordingFile::RecordingFile(UniqueFd descriptor, std::filesystem::path path)
    : descriptor_(std::move(descriptor)), path_(std::move(path)) {
  buffer_.reserve(kBufferBytes);
}

RecordingFile::~RecordingFile() { (void)Close(); }

void RecordingFile::Begin(const RecordingHeader& header) { Append(header.ToLine()); }

void RecordingFile::Add(RecordedTransfer transfer) {
  if (error_) return;
  for (const RecordedTransfer& ready : mask_.Pass(std::move(transfer))) Append(ready.ToLine());
}

Result<void> RecordingFile::Close() {
  for (const RecordedTransfer& ready : mask_.Finish()) Append(ready.ToLine());
  Flush();
  descriptor_.Close();
  if (std::optional<Error> error = std::exchange(error_, std::nullopt)) {
    return Fail(*std::move(error));
  }
  return {};
}

void RecordingFile::Append(std::string_view line) {
  if (buffer_.size() + line.size() > kBufferBytes) Flush();
  if (!error_) buffer_ += line;
}

void RecordingFile::Flush() {
  std::string_view left = buffer_;
  while (!error_ && !left.empty()) {
    const ssize_t written = ::write(descriptor_.get(), left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = Error(ErrorCode::kRwError, "the recording is not complete")
                   .Because(ErrorFromErrno(errno, "cannot write " + path_.string()));
    }
  }
  buffer_.clear();
}

}  // namespace reflash
