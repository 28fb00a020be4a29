// SPDX-License-Identifier: Apache-2.0
#include "bus/pci_function.h"

#include <fcntl.h>

#include <cerrno>

#include "base/errno_error.h"
#include "bus/device_file.h"

namespace reflash {

Result<std::vector<std::string>> PciFunction::Siblings() const {
  constexpr const char* kAllFunctions = "/sys/bus/pci/devices";
  OrErrno<std::vector<std::string>> names = syscalls_.ListDirectory(kAllFunctions);
  if (!names) return Fail(ErrorFromErrno(names.error(), "cannot list the PCI functions"));
  const std::string card = name_.substr(0, name_.rfind('.') + 1);
  std::erase_if(*names, [&card](const std::string& other) { return !other.starts_with(card); });
  return *std::move(names);
}

Result<void> PciFunction::CheckUnclaimed(Syscalls& syscalls, const std::string& name) {
  const OrErrno<std::string> link = syscalls.RealPath(FolderOf(name) + "/driver");
  if (!link && link.error() == ENOENT) return {};
  if (!link) {
    return Fail(ErrorFromErrno(link.error(), "cannot tell whether a kernel driver uses " + name));
  }
  const std::string driver = link->substr(link->rfind('/') + 1);
  return Fail(ErrorCode::kBusy,
              "the kernel driver {0} is bound to {1} (on an FPGA card that is normal, with "
              "dfl-pci); free it with: echo {1} > /sys/bus/pci/drivers/{0}/unbind",
              driver, name);
}

Result<void> PciFunction::Enable() {
  const std::string path = folder_ + "/enable";
  const OrErrno<std::string> enabled = syscalls_.ReadSmallFile(path);
  if (!enabled) return Fail(ErrorFromErrno(enabled.error(), "cannot reach " + name_));
  // Without a driver, a function that was just found does not answer to its addresses.
  if (!enabled->starts_with('0')) return {};
  const OrErrno<void> written = syscalls_.WriteSmallFile(path, "1");
  if (!written) return Fail(ErrorFromErrno(written.error(), "cannot enable " + name_));
  return {};
}

Result<std::span<std::byte>> PciFunction::Map(unsigned bar) {
  const std::string path = fmt::format("{}/resource{}", folder_, bar);
  const OrErrno<FileStatus> status = syscalls_.Status(path);
  if (!status) return Fail(ErrorFromErrno(status.error(), "cannot find " + path));
  if (status->size == 0) return Fail(ErrorCode::kNotFound, "{} has no BAR {}", name_, bar);
  const OrErrno<DeviceFile> file = DeviceFile::Open(syscalls_, path, O_RDWR | O_SYNC);
  if (!file) return Fail(ErrorFromErrno(file.error(), "cannot open " + path));
  const OrErrno<std::span<std::byte>> mapped = file->Map(status->size);
  if (!mapped) return Fail(ErrorFromErrno(mapped.error(), "cannot map " + path));
  return *mapped;
}

Result<std::span<volatile std::uint32_t>> PciFunction::Registers(unsigned bar) {
  auto found = bars_.find(bar);
  if (found == bars_.end()) {
    REFLASH_TRY_VOID(Enable());
    found = bars_.emplace(bar, REFLASH_TRY(Map(bar))).first;
  }
  const std::span<std::byte> bytes = found->second;
  return std::span(reinterpret_cast<volatile std::uint32_t*>(bytes.data()),
                   bytes.size() / sizeof(std::uint32_t));
}

void PciFunction::Unmap() {
  for (const auto& [bar, mapped] : bars_) syscalls_.Unmap(mapped);
  bars_.clear();
}

}  // namespace reflash
