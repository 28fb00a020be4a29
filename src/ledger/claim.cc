// SPDX-License-Identifier: Apache-2.0
#include "ledger/claim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "base/errno_error.h"
#include "base/input_file.h"
#include "ledger/file_name.h"
#include "ledger/ledger_json.h"

namespace reflash {
namespace {

constexpr std::size_t kLargestHolderBytes = 64U * 1024U;

/// The whole file, exclusively.
struct flock WholeFile() {
  return {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
}

Result<std::string> LockFileName(const std::string& hardware_address) {
  return REFLASH_TRY(FileNameFor(hardware_address)) + ".lock";
}

/// Mode 0600: whoever may open a file for reading may also lock it against writers, and no other
/// user shall be able to keep us from updating.
Result<UniqueFd> OpenLockFile(const Directory& claims, const std::string& name) {
  UniqueFd file(::openat(claims.descriptor(), name.c_str(),
                         O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
  struct stat status{};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) {
    return Fail(ErrorFromErrno(errno, fmt::format("cannot open {}", claims.PathOf(name).string())));
  }
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kRwError, "{} is not a regular file", claims.PathOf(name).string());
  }
  return file;
}

/// Whether the lock was taken; false when somebody has it.
Result<bool> TryLock(const UniqueFd& file, const std::filesystem::path& path) {
  struct flock lock = WholeFile();
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return Fail(ErrorFromErrno(errno, fmt::format("cannot lock {}", path.string())));
}

/// Whether somebody holds the lock of a file that is open for reading; takes none.
bool IsLocked(const InputFile& file) {
  struct flock lock = WholeFile();
  return ::fcntl(file.descriptor(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Result<void> WriteHolder(const UniqueFd& file, const Holder& holder,
                         const std::filesystem::path& path) {
  const std::string text = EncodeHolder(holder);
  const bool written =
      ::ftruncate(file.get(), 0) == 0 &&
      ::pwrite(file.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!written) return Fail(ErrorFromErrno(errno, fmt::format("cannot write {}", path.string())));
  return {};
}

}  // namespace

Result<Claim> Claim::Take(const Directory& claims, const std::string& hardware_address,
                          const Holder& holder) {
  const std::string name = REFLASH_TRY(LockFileName(hardware_address));
  UniqueFd file = REFLASH_TRY(OpenLockFile(claims, name));
  if (!REFLASH_TRY(TryLock(file, claims.PathOf(name)))) {
    const Holder other = FindHolder(claims, hardware_address).value_or(Holder{});
    return Fail(ErrorCode::kBusy, "{} is {}", holder.device, other.Describe(holder.device));
  }
  REFLASH_TRY_VOID(WriteHolder(file, holder, claims.PathOf(name)));
  return Claim(std::move(file), hardware_address);
}

std::optional<Holder> Claim::FindHolder(const Directory& claims,
                                        const std::string& hardware_address) {
  const Result<std::string> name = LockFileName(hardware_address);
  if (!name) return std::nullopt;
  Result<InputFile> file = InputFile::OpenIn(claims.descriptor(), *name, claims.PathOf(*name));
  if (!file && file.error().code() == ErrorCode::kNotFound) return std::nullopt;
  if (!file) return Holder{};  // it cannot be told, so nobody should touch the hardware
  if (!IsLocked(*file)) return std::nullopt;
  const Result<std::string> text = file->ReadText(kLargestHolderBytes);
  if (!text) return Holder{};
  return DecodeHolder(*text).value_or(Holder{});
}

Claim& Claim::operator=(Claim&& other) noexcept {
  if (this != &other) {
    Release();
    lock_ = std::move(other.lock_);
    hardware_address_ = std::move(other.hardware_address_);
  }
  return *this;
}

void Claim::Release() {
  if (!lock_.valid()) return;
  // While it is still ours: the next holder must not be taken for us before it has written itself.
  static_cast<void>(::ftruncate(lock_.get(), 0) == 0);
  lock_.Close();
}

}  // namespace reflash
