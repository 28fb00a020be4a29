// SPDX-License-Identifier: Apache-2.0
#include "bus/recording_reader.h"

namespace reflash {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;

}  // namespace

Result<RecordingReader> RecordingReader::Open(const std::filesystem::path& path) {
  Result<InputFile> file = InputFile::Open(path);
  if (!file) return Fail(Error(ErrorCode::kInvalidArgument, "no recording").Because(file.error()));
  RecordingReader reader(*std::move(file));
  const std::optional<std::string> line = REFLASH_TRY(reader.NextLine());
  if (!line) return Fail(ErrorCode::kInvalidArgument, "{} is empty", path.string());
  Result<RecordingHeader> header = RecordingHeader::Parse(*line);
  if (!header) return reader.BadLine(header.error());
  reader.header_ = *std::move(header);
  return reader;
}

std::string RecordingReader::Place() const {
  return fmt::format("{}:{}", file_.path().string(), line_);
}

Result<std::optional<RecordedTransfer>> RecordingReader::Next() {
  const std::optional<std::string> line = REFLASH_TRY(NextLine());
  if (!line) return std::nullopt;
  Result<RecordedTransfer> transfer = RecordedTransfer::Parse(*line);
  if (!transfer) return BadLine(transfer.error());
  return *std::move(transfer);
}

Result<std::optional<std::string>> RecordingReader::NextLine() {
  ++line_;
  std::size_t end = text_.find('\n', begin_);
  while (end == std::string::npos) {
    const std::size_t searched = text_.size() - begin_;
    if (searched > kLongestLine) {
      return BadLine(Error(ErrorCode::kInvalidArgument,
                           fmt::format("a line of more than {} bytes", kLongestLine)));
    }
    text_.erase(0, begin_);
    begin_ = 0;
    if (!REFLASH_TRY(ReadMore())) {
      if (text_.empty()) return std::nullopt;
      return BadLine(Error(ErrorCode::kInvalidArgument, "the last line is cut off"));
    }
    end = text_.find('\n', searched);
  }
  std::string line = text_.substr(begin_, end - begin_);
  begin_ = end + 1;
  return line;
}

Result<bool> RecordingReader::ReadMore() {
  const std::size_t before = text_.size();
  text_.resize(before + kPieceBytes);
  const Result<std::size_t> count =
      file_.Read(std::as_writable_bytes(std::span(text_)).subspan(before));
  text_.resize(before + count.value_or(0));
  if (!count) return Fail(count.error());
  return *count > 0;
}

std::unexpected<Error> RecordingReader::BadLine(Error reason) const {
  return Fail(
      Error(ErrorCode::kInvalidArgument, Place() + ": not a recording").Because(std::move(reason)));
}

}  // namespace reflash
