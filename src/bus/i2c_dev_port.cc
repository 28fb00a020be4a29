// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_dev_port.h"

#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::uint8_t kModule = 0x50;
constexpr I2cLimits kI2cDevLimits{.max_write_bytes = 8192, .max_read_bytes = 8192};
constexpr int kRetries = 3;

/// What a failed I2C_RDWR means on the bus; see the kernel's Documentation/i2c/fault-codes.rst.
/// EIO is what a driver returns that does not know better, or does not tell. A few mean a missing
/// acknowledge with it (bit-banged adapters, for a data byte), but a bus that is stuck looks the
/// same, and a module must not be waited for as "busy" on a broken bus: it counts as an error.
struct Fault {
  enum class Kind : std::uint8_t { kNotAcknowledged, kLostArbitration, kFailed };
  int errno_value;
  Kind kind;
  ErrorCode code;
  std::string_view words;
};

constexpr std::string_view kTooLong = "the adapter does not carry messages like these";

constexpr std::array kFaults{
    Fault{ENXIO, Fault::Kind::kNotAcknowledged, ErrorCode::kRwError, "not acknowledged"},
    Fault{EREMOTEIO, Fault::Kind::kNotAcknowledged, ErrorCode::kRwError, "not acknowledged"},
    Fault{EAGAIN, Fault::Kind::kLostArbitration, ErrorCode::kRwError,
          "another master took the bus each time"},
    Fault{ETIMEDOUT, Fault::Kind::kFailed, ErrorCode::kTimeout,
          "the adapter did not finish; something holds the clock, or the bus is stuck"},
    Fault{EBUSY, Fault::Kind::kFailed, ErrorCode::kRwError, "the bus does not become idle"},
    Fault{ENODEV, Fault::Kind::kFailed, ErrorCode::kNotFound, "the adapter went away"},
    Fault{EIO, Fault::Kind::kFailed, ErrorCode::kRwError, "the adapter reports an I/O error"},
    Fault{EOPNOTSUPP, Fault::Kind::kFailed, ErrorCode::kNotSupported, kTooLong},
    Fault{EINVAL, Fault::Kind::kFailed, ErrorCode::kNotSupported, kTooLong},
};

Fault FaultOf(int errno_value) {
  const auto* const found = std::ranges::find(kFaults, errno_value, &Fault::errno_value);
  if (found != kFaults.end()) return *found;
  return {errno_value, Fault::Kind::kFailed, ErrorCode::kRwError, "the transaction failed"};
}

std::size_t Longest(std::span<const I2cMessage> messages) {
  std::size_t longest = 0;
  for (const I2cMessage& message : messages) {
    longest = std::max({longest, message.write.size(), message.read});
  }
  return longest;
}

Error Describe(const Fault& fault, const std::string& node, std::span<const I2cMessage> messages) {
  Error reason = ErrorFromErrno(fault.errno_value,
                                fmt::format("I2C_RDWR of {} messages, the longest with {} bytes",
                                            messages.size(), Longest(messages)));
  std::string sentence = fmt::format("{}: {}", node, fault.words);
  if (fault.code == ErrorCode::kNotSupported) {
    sentence += fmt::format(" ({} bytes); set max_write to what it takes", Longest(messages));
  }
  return Error(fault.code, std::move(sentence)).Because(std::move(reason));
}

std::size_t CountRead(std::span<const I2cMessage> messages) {
  std::size_t count = 0;
  for (const I2cMessage& message : messages) count += message.read;
  return count;
}

/// The messages as the kernel wants them; what is read will stand in `read`, which has room.
std::vector<i2c_msg> ForKernel(std::span<const I2cMessage> messages, std::span<std::byte> read) {
  std::vector<i2c_msg> translated;
  translated.reserve(messages.size());
  for (const I2cMessage& message : messages) {
    const bool reads = message.read > 0;
    // The kernel does not change what is written; its structure has one pointer for both.
    auto* const data = reads ? read.data() : const_cast<std::byte*>(message.write.data());
    translated.push_back(
        {.addr = kModule,
         .flags = static_cast<std::uint16_t>(reads ? I2C_M_RD : 0),
         .len = static_cast<std::uint16_t>(reads ? message.read : message.write.size()),
         .buf = reinterpret_cast<std::uint8_t*>(data)});
    read = read.subspan(message.read);
  }
  return translated;
}

Result<void> CheckCanTransfer(DeviceFile& file, const std::string& node) {
  unsigned long functions = 0;
  if (const OrErrno<int> asked = file.Ioctl(I2C_FUNCS, &functions); !asked) {
    return Fail(ErrorFromErrno(asked.error(), "cannot ask " + node + " what it can do"));
  }
  if ((functions & I2C_FUNC_I2C) != 0) return {};
  return Fail(
      ErrorCode::kNotSupported,
      "the adapter of {} can only do SMBus commands (functions {:#x}); a module needs plain "
      "I2C transactions",
      node, functions);
}

}  // namespace

Result<std::unique_ptr<I2cPort>> I2cDevPort::Open(Syscalls& syscalls, I2cDevBuses& buses,
                                                  const std::string& node,
                                                  const BusOptions& options) {
  const I2cLimits limits = REFLASH_TRY(options.Limit(kI2cDevLimits));
  I2cAdapter adapter = REFLASH_TRY(I2cAdapter::OfNode(syscalls, node));
  REFLASH_TRY_VOID(adapter.CheckUnclaimed(kModule));
  OrErrno<DeviceFile> file = DeviceFile::Open(syscalls, node, O_RDWR);
  if (!file) return Fail(ErrorFromErrno(file.error(), "cannot open " + node));
  REFLASH_TRY_VOID(CheckCanTransfer(*file, node));
  I2cDevBus& bus = buses.OfRoot(adapter.root());
  return std::unique_ptr<I2cPort>(
      new I2cDevPort(node, *std::move(file), std::move(adapter), bus, limits));
}

I2cDevPort::I2cDevPort(std::string node, DeviceFile file, I2cAdapter adapter, I2cDevBus& bus,
                       I2cLimits limits)
    : node_(std::move(node)),
      file_(std::move(file)),
      adapter_(std::move(adapter)),
      bus_(bus),
      limits_(limits),
      hardware_address_(adapter_.TargetName(kModule)) {}

Result<void> I2cDevPort::CheckUnclaimed() { return adapter_.CheckUnclaimed(kModule); }

Task<I2cReply> I2cDevPort::DoTransfer(std::span<const I2cMessage> messages) {
  return bus_.Run(flow_, [this, messages] { return TransferBlocking(messages); });
}

Result<I2cReply> I2cDevPort::TransferBlocking(std::span<const I2cMessage> messages) {
  I2cReply reply{.read = Bytes(CountRead(messages))};
  std::vector<i2c_msg> translated = ForKernel(messages, reply.read);
  i2c_rdwr_ioctl_data request{.msgs = translated.data(),
                              .nmsgs = static_cast<std::uint32_t>(translated.size())};

  OrErrno<int> done = file_.Ioctl(I2C_RDWR, &request);
  for (int retry = 0; retry < kRetries && !done && done.error() == EAGAIN; ++retry) {
    done = file_.Ioctl(I2C_RDWR, &request);
  }
  if (done && static_cast<std::size_t>(*done) == messages.size()) return reply;

  // Some adapters tell how many messages went through; where one does not, the first was refused.
  if (done) return I2cReply{.not_acknowledged_at = static_cast<std::size_t>(*done)};
  const Fault fault = FaultOf(done.error());
  if (fault.kind == Fault::Kind::kNotAcknowledged) return I2cReply{.not_acknowledged_at = 0};
  return Fail(Describe(fault, node_, messages));
}

}  // namespace reflash
