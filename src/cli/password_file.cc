// SPDX-License-Identifier: Apache-2.0
#include "cli/password_file.h"

#include "base/bytes.h"
#include "base/input_file.h"

namespace reflash::cli {
namespace {

constexpr std::size_t kLargestFile = 64;
constexpr std::size_t kPasswordBytes = 4;
constexpr std::string_view kSpace = " \t\r\n";

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

Result<std::optional<std::uint32_t>> ReadPasswordFile(const std::optional<std::string>& path) {
  if (!path) return std::nullopt;
  Result<InputFile> file = InputFile::Open(*path);
  if (!file) return Fail(Error(ErrorCode::kInvalidArgument, "no password").Because(file.error()));
  const Result<std::string> text = file->ReadText(kLargestFile);
  const Result<Bytes> bytes = text ? FromHex(Trimmed(*text)) : Fail(text.error());
  if (!bytes || bytes->size() != kPasswordBytes) {
    return Fail(ErrorCode::kInvalidArgument, "{} does not hold eight hexadecimal digits", *path);
  }
  return LoadBigEndian<std::uint32_t>(*bytes);
}

}  // namespace reflash::cli
