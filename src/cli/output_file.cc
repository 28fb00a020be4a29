// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/errno_error.h"
#include "base/unique_fd.h"

namespace reflash::cli {
namespace {

std::unexpected<Error> FailWriting(const std::filesystem::path& path) {
  return Fail(ErrorFromErrno(errno, fmt::format("cannot write {}", path.string())));
}

Result<void> WriteAll(int descriptor, ByteView contents, const std::filesystem::path& path) {
  while (!contents.empty()) {
    const ssize_t written = ::write(descriptor, contents.data(), contents.size());
    if (written < 0) return FailWriting(path);
    contents = contents.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<void> WriteFile(const std::filesystem::path& path, ByteView contents) {
  struct stat there{};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, "{} is there already and is no file", path.string());
  }
  std::string temporary = path.string() + ".XXXXXX";
  const UniqueFd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.valid()) return FailWriting(path);
  Result<void> written = WriteAll(file.get(), contents, path);
  constexpr mode_t kReadableByAll = 0644;
  if (written && (::fchmod(file.get(), kReadableByAll) != 0 ||
                  ::rename(temporary.c_str(), path.c_str()) != 0)) {
    written = FailWriting(path);
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

}  // namespace reflash::cli
