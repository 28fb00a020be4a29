// SPDX-License-Identifier: Apache-2.0
#include "bus/pci_sysfs_slot.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/errno_error.h"
#include "bus/bus_address.h"
#include "bus/device_file.h"

namespace reflash {
namespace {

// Extended capabilities of config space: 15:0 id, 31:20 offset of the next.
/// Whether the kernel binds drivers to what a scan finds.
constexpr std::string_view kAutoprobe = "/sys/bus/pci/drivers_autoprobe";

constexpr std::uint64_t kFirstCapability = 0x100;
constexpr std::uint64_t kConfigBytes = 4096;
constexpr int kMostCapabilities = 128;
constexpr std::uint32_t kErrorReporting = 0x0001;

// Offsets in the advanced error reporting capability.
constexpr std::uint64_t kUncorrectableStatus = 0x04;
constexpr std::uint64_t kUncorrectableMask = 0x08;
constexpr std::uint64_t kCorrectableStatus = 0x10;
constexpr std::uint64_t kCorrectableMask = 0x14;
constexpr std::uint32_t kAll = 0xFFFFFFFF;

/// The config space of a function, a word at a time.
class ConfigSpace {
 public:
  static Result<ConfigSpace> Open(Syscalls& syscalls, const std::string& folder) {
    std::string path = folder + "/config";
    OrErrno<DeviceFile> file = DeviceFile::Open(syscalls, path, O_RDWR);
    if (!file) return Fail(ErrorFromErrno(file.error(), "cannot open " + path));
    return ConfigSpace(*std::move(file), std::move(path));
  }

  Result<std::uint32_t> Read(std::uint64_t offset) {
    std::array<std::byte, 4> word{};
    const OrErrno<std::size_t> count = file_.ReadAt(offset, word);
    if (count && *count == word.size()) return LoadLittleEndian<std::uint32_t>(word);
    return Fail(Broken("read", offset, count));
  }

  Result<void> Write(std::uint64_t offset, std::uint32_t value) {
    std::array<std::byte, 4> word{};
    StoreLittleEndian<std::uint32_t>(word, value);
    const OrErrno<std::size_t> count = file_.WriteAt(offset, word);
    if (count && *count == word.size()) return {};
    return Fail(Broken("write", offset, count));
  }

 private:
  ConfigSpace(DeviceFile file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  /// The kernel shows only the beginning of config space to whom it does not trust.
  [[nodiscard]] Error Broken(std::string_view attempt, std::uint64_t offset,
                             const OrErrno<std::size_t>& count) const {
    return ErrorFromErrno(count ? EPERM : count.error(),
                          fmt::format("cannot {} {:#x} of {}", attempt, offset, path_));
  }

  DeviceFile file_;
  std::string path_;
};

/// Where advanced error reporting stands; nothing when the port has none. What a card tells of
/// itself is not believed: the list has an end.
Result<std::optional<std::uint64_t>> FindErrorReporting(ConfigSpace& config) {
  std::uint64_t at = kFirstCapability;
  for (int count = 0; count < kMostCapabilities; ++count) {
    const std::uint32_t header = REFLASH_TRY(config.Read(at));
    if (header == 0 || header == kAll) return std::nullopt;
    if ((header & 0xFFFFU) == kErrorReporting) return at;
    at = (header >> 20U) & 0xFFCU;
    if (at < kFirstCapability || at + 4 > kConfigBytes) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

PciSysfsSlot::PciSysfsSlot(Scheduler& scheduler, Syscalls& syscalls,
                           std::shared_ptr<PciFunction> function)
    : scheduler_(scheduler), syscalls_(syscalls), function_(std::move(function)) {}

Task<void> PciSysfsSlot::Release() {
  if (!worker_) worker_ = scheduler_.StartWorker();
  return worker_->Run(scheduler_, [this] { return ReleaseBlocking(); });
}

Task<void> PciSysfsSlot::Rescan() {
  if (!worker_) worker_ = scheduler_.StartWorker();
  function_->Unmap();
  return worker_->Run(scheduler_, [this] { return RescanBlocking(); });
}

Result<std::optional<std::string>> PciSysfsSlot::FindPort() const {
  const OrErrno<std::string> path = syscalls_.RealPath(function_->folder());
  if (!path) return Fail(ErrorFromErrno(path.error(), "cannot find " + function_->folder()));
  const std::string above = path->substr(0, path->rfind('/'));
  const std::string name = above.substr(above.rfind('/') + 1);
  if (!ParseBusAddress("pci:" + name)) return std::nullopt;
  return PciFunction::FolderOf(name);
}

Result<void> PciSysfsSlot::ReleaseBlocking() {
  for (const std::string& name : REFLASH_TRY(function_->Siblings())) {
    REFLASH_TRY_VOID(PciFunction::CheckUnclaimed(syscalls_, name));
  }
  const std::optional<std::string> port = REFLASH_TRY(FindPort());
  if (!port) return {};
  rescan_ = *port + "/rescan";
  return Mask(*port);
}

Result<void> PciSysfsSlot::Mask(const std::string& port) {
  if (masked_) return {};
  const OrErrno<FileStatus> status = syscalls_.Status(port + "/config");
  if (status && status->size < kConfigBytes) return {};  // no extended capabilities
  ConfigSpace config = REFLASH_TRY(ConfigSpace::Open(syscalls_, port));
  const std::optional<std::uint64_t> found = REFLASH_TRY(FindErrorReporting(config));
  if (!found) return {};
  const std::uint32_t uncorrectable = REFLASH_TRY(config.Read(*found + kUncorrectableMask));
  const std::uint32_t correctable = REFLASH_TRY(config.Read(*found + kCorrectableMask));
  masked_ = Masked{.port = port,
                   .capability = *found,
                   .uncorrectable = uncorrectable,
                   .correctable = correctable};
  REFLASH_TRY_VOID(config.Write(*found + kUncorrectableMask, kAll));
  return config.Write(*found + kCorrectableMask, kAll);
}

Result<void> PciSysfsSlot::Unmask() {
  if (!masked_) return {};
  ConfigSpace config = REFLASH_TRY(ConfigSpace::Open(syscalls_, masked_->port));
  const std::uint64_t at = masked_->capability;
  // Writing ones clears what the loss of the card has raised.
  REFLASH_TRY_VOID(config.Write(at + kUncorrectableStatus, kAll));
  REFLASH_TRY_VOID(config.Write(at + kCorrectableStatus, kAll));
  REFLASH_TRY_VOID(config.Write(at + kUncorrectableMask, masked_->uncorrectable));
  REFLASH_TRY_VOID(config.Write(at + kCorrectableMask, masked_->correctable));
  masked_.reset();
  return {};
}

Result<void> PciSysfsSlot::RemoveFunctions() {
  for (const std::string& name : REFLASH_TRY(function_->Siblings())) {
    const std::string path = PciFunction::FolderOf(name) + "/remove";
    const OrErrno<void> removed = syscalls_.WriteSmallFile(path, "1");
    if (removed || removed.error() == ENOENT) continue;
    return Fail(ErrorFromErrno(removed.error(), "cannot write " + path));
  }
  return {};
}

OrErrno<void> PciSysfsSlot::ScanUnclaimed() {
  const std::string autoprobe(kAutoprobe);
  const OrErrno<std::string> before = syscalls_.ReadSmallFile(autoprobe);
  if (before) std::ignore = syscalls_.WriteSmallFile(autoprobe, "0");
  const OrErrno<void> scanned = syscalls_.WriteSmallFile(rescan_, "1");
  if (before) std::ignore = syscalls_.WriteSmallFile(autoprobe, *before);
  return scanned;
}

Result<void> PciSysfsSlot::RescanBlocking() {
  REFLASH_TRY_VOID(RemoveFunctions());
  const OrErrno<void> scanned = ScanUnclaimed();
  const Result<void> unmasked = Unmask();
  if (!scanned) return Fail(ErrorFromErrno(scanned.error(), "cannot write " + rescan_));
  REFLASH_TRY_VOID(unmasked);
  if (syscalls_.Status(function_->folder())) return {};
  return Fail(ErrorCode::kNotFound, "there is no PCI function {} after a rescan",
              function_->name());
}

}  // namespace reflash
