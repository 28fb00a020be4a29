// SPDX-License-Identifier: Apache-2.0
#include "bus/optoe_eeprom.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::uint8_t kModule = 0x50;
constexpr std::size_t kPageBytes = 128;
constexpr std::uint8_t kBankSelect = 126;
constexpr std::uint8_t kPageSelect = 127;
/// Pages below have no banks.
constexpr std::uint8_t kFirstBankedPage = 0x10;

/// What errno of an access to the file means on the bus.
struct Fault {
  enum class Kind : std::uint8_t { kNotAcknowledged, kFailed };
  int errno_value;
  Kind kind;
  ErrorCode code;
  std::string_view words;
};

constexpr std::string_view kNoPage =
    "optoe has no such page; is it bound as optoe3, and the module not flat?";

constexpr std::array kFaults{
    // After 25 ms of trying again; optoe's word for every failure of the adapter.
    Fault{ETIMEDOUT, Fault::Kind::kNotAcknowledged, ErrorCode::kTimeout, "not acknowledged"},
    // At once, by older versions for reads, and by platform drivers that keep the adapter's errno.
    Fault{ENXIO, Fault::Kind::kNotAcknowledged, ErrorCode::kRwError, "not acknowledged"},
    Fault{EREMOTEIO, Fault::Kind::kNotAcknowledged, ErrorCode::kRwError, "not acknowledged"},
    Fault{EINVAL, Fault::Kind::kFailed, ErrorCode::kNotSupported, kNoPage},
    Fault{EFBIG, Fault::Kind::kFailed, ErrorCode::kNotSupported, kNoPage},
    Fault{ENODEV, Fault::Kind::kFailed, ErrorCode::kNotFound, "optoe or its adapter went away"},
    Fault{EACCES, Fault::Kind::kFailed, ErrorCode::kPermission, "the file cannot be written"},
    Fault{EPERM, Fault::Kind::kFailed, ErrorCode::kPermission, "the file cannot be written"},
    Fault{EIO, Fault::Kind::kFailed, ErrorCode::kRwError, "the adapter reports an I/O error"},
};

Fault FaultOf(int errno_value) {
  const auto* const found = std::ranges::find(kFaults, errno_value, &Fault::errno_value);
  if (found != kFaults.end()) return *found;
  return {errno_value, Fault::Kind::kFailed, ErrorCode::kRwError, "the access failed"};
}

std::uint64_t FileOffset(EepromAddress address) {
  if (address.in_lower_memory()) return address.offset;
  return std::uint64_t{address.page} * kPageBytes + address.offset;
}

/// optoe is built under several names ("inspur-optoe"); at24 and the like are something else.
bool IsOptoe(std::string_view driver) { return driver.contains("optoe"); }

Result<void> CheckIsOptoe(const I2cAdapter& adapter) {
  const std::optional<std::string> driver = REFLASH_TRY(adapter.DriverOf(kModule));
  if (!driver) {
    return Fail(ErrorCode::kNotFound, "no driver is bound to address {:02X}h of i2c-{}: no optoe",
                kModule, adapter.number());
  }
  if (!IsOptoe(*driver)) return Fail(adapter.ClaimedBy(*driver, kModule));
  return {};
}

Result<void> CheckBank(EepromAddress address) {
  if (address.bank == 0) return {};
  return Fail(ErrorCode::kNotSupported,
              "bank {} of a module behind optoe: only bank 0 can be reached", address.bank);
}

/// In bytes of data: the offset that goes before them is taken off.
std::optional<std::size_t> WantedWrite(const BusOptions& options) {
  if (!options.max_write_bytes) return std::nullopt;
  return *options.max_write_bytes - 1;
}

}  // namespace

Result<std::unique_ptr<ModuleEeprom>> OptoeEeprom::Open(Syscalls& syscalls, I2cDevBuses& buses,
                                                        const std::string& path,
                                                        const BusOptions& options) {
  const I2cLimits most = REFLASH_TRY(options.Limit({.max_read_bytes = kPageBytes}));
  I2cAdapter adapter = REFLASH_TRY(I2cAdapter::OfTargetFile(syscalls, path, kModule));
  REFLASH_TRY_VOID(CheckIsOptoe(adapter));
  OrErrno<DeviceFile> file = DeviceFile::Open(syscalls, path, O_RDWR);
  if (!file) return Fail(ErrorFromErrno(file.error(), "cannot open " + path));
  OptoeWriteMax write_max = REFLASH_TRY(OptoeWriteMax::Open(
      syscalls, path.substr(0, path.rfind('/') + 1) + "write_max", WantedWrite(options)));
  I2cDevBus& bus = buses.OfRoot(adapter.root());
  const EepromLimits limits{.max_write_bytes = write_max.limit_bytes(),
                            .max_read_bytes = most.max_read_bytes};
  return std::unique_ptr<ModuleEeprom>(new OptoeEeprom(path, *std::move(file), std::move(adapter),
                                                       bus, std::move(write_max), limits));
}

OptoeEeprom::OptoeEeprom(std::string path, DeviceFile file, I2cAdapter adapter, I2cDevBus& bus,
                         OptoeWriteMax write_max, EepromLimits limits)
    : path_(std::move(path)),
      file_(std::move(file)),
      adapter_(std::move(adapter)),
      bus_(bus),
      write_max_(std::move(write_max)),
      limits_(limits),
      hardware_address_(adapter_.TargetName(kModule)) {}

Result<void> OptoeEeprom::CheckUnclaimed() { return CheckIsOptoe(adapter_); }

Task<EepromReply> OptoeEeprom::DoRead(EepromAddress address, std::size_t count) {
  co_await CheckBank(address);
  co_return co_await bus_.Run(flow_,
                              [this, address, count] { return ReadBlocking(address, count); });
}

Task<EepromReply> OptoeEeprom::DoWrite(EepromAddress address, ByteView data) {
  co_await CheckBank(address);
  co_return co_await bus_.Run(flow_,
                              [this, address, data] { return WriteBlocking(address, data); });
}

Result<EepromReply> OptoeEeprom::ReadBlocking(EepromAddress address, std::size_t count) {
  if (!REFLASH_TRY(PreparePage(address))) return EepromReply{.acknowledged = false};
  EepromReply reply{.read = Bytes(count)};
  reply.acknowledged = REFLASH_TRY(ReadAt(FileOffset(address), reply.read));
  if (!reply.acknowledged) reply.read.clear();
  return reply;
}

Result<EepromReply> OptoeEeprom::WriteBlocking(EepromAddress address, ByteView data) {
  REFLASH_TRY_VOID(write_max_.Provide(data.size()));
  if (!REFLASH_TRY(PreparePage(address))) return EepromReply{.acknowledged = false};
  return EepromReply{.acknowledged = REFLASH_TRY(WriteAt(FileOffset(address), data))};
}

Result<bool> OptoeEeprom::PreparePage(EepromAddress address) {
  if (address.in_lower_memory()) return true;
  if (address.page == 0) return MakeZero(kPageSelect);
  if (address.page < kFirstBankedPage || bank_is_zero_) return true;
  bank_is_zero_ = REFLASH_TRY(MakeZero(kBankSelect));
  return bank_is_zero_;
}

Result<bool> OptoeEeprom::MakeZero(std::uint8_t offset) {
  std::byte present{};
  if (!REFLASH_TRY(ReadAt(offset, {&present, 1}))) return false;
  if (present == std::byte{0}) return true;
  constexpr std::byte kZero{0};
  return WriteAt(offset, {&kZero, 1});
}

Result<bool> OptoeEeprom::ReadAt(std::uint64_t offset, std::span<std::byte> buffer) {
  return Judge(file_.ReadAt(offset, buffer), offset, buffer.size());
}

Result<bool> OptoeEeprom::WriteAt(std::uint64_t offset, ByteView data) {
  return Judge(file_.WriteAt(offset, data), offset, data.size());
}

Result<bool> OptoeEeprom::Judge(OrErrno<std::size_t> moved, std::uint64_t offset,
                                std::size_t wanted) const {
  if (moved && *moved == 0) return Fail(ErrorCode::kNotSupported, "{}: {}", path_, kNoPage);
  if (moved) return *moved == wanted;
  const Fault fault = FaultOf(moved.error());
  if (fault.kind == Fault::Kind::kNotAcknowledged) return false;
  Error reason =
      ErrorFromErrno(moved.error(), fmt::format("access of {} bytes at offset {}", wanted, offset));
  return Fail(
      Error(fault.code, fmt::format("{}: {}", path_, fault.words)).Because(std::move(reason)));
}

}  // namespace reflash
