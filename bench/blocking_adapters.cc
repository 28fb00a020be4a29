// SPDX-License-Identifier: Apache-2.0
#include "blocking_adapters.h"

#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/prctl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>

#include "rack.h"

namespace reflash::bench {
namespace {

constexpr unsigned kI2cMajor = 89;
constexpr std::string_view kNode = "/dev/i2c-";

/// N of a path that is `before` N `behind`.
std::optional<unsigned> NumberIn(std::string_view path, std::string_view before,
                                 std::string_view behind) {
  if (!path.starts_with(before) || !path.ends_with(behind)) return std::nullopt;
  path.remove_prefix(before.size());
  path.remove_suffix(behind.size());
  unsigned number = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  if (error != std::errc() || end != path.data() + path.size()) return std::nullopt;
  return number;
}

void SleepUntil(TimePoint moment) {
  // By default Linux lets a sleeping thread wake up 50 us late, half as long as reading a status.
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  std::this_thread::sleep_until(std::chrono::steady_clock::time_point(moment.time_since_epoch()));
}

}  // namespace

BlockingAdapters::BlockingAdapters(Scheduler& clock) : clock_(clock), wire_(clock, kClockHz) {}

std::string BlockingAdapters::Add(emu::ModuleSettings settings) {
  const std::size_t number = modules_.size();
  settings.name = fmt::format("swp{}", number);
  modules_.emplace_back(std::move(settings), clock_);
  return fmt::format("{}{}", kNode, number);
}

OrErrno<int> BlockingAdapters::Open(const std::string& path, int /*flags*/) {
  const std::optional<unsigned> number = NumberIn(path, kNode, "");
  if (!number || *number >= modules_.size()) return std::unexpected(ENOENT);
  return static_cast<int>(*number);
}

OrErrno<int> BlockingAdapters::Ioctl(int descriptor, unsigned long request, void* argument) {
  if (request == I2C_FUNCS) {
    *static_cast<unsigned long*>(argument) = I2C_FUNC_I2C;
    return 0;
  }
  if (request != I2C_RDWR) return std::unexpected(ENOTTY);
  const auto& data = *static_cast<i2c_rdwr_ioctl_data*>(argument);
  const std::span asked(data.msgs, data.nmsgs);
  std::vector<I2cMessage> messages;
  for (const i2c_msg& message : asked) {
    const auto bytes = std::as_bytes(std::span(message.buf, message.len));
    const bool reads = (message.flags & I2C_M_RD) != 0;
    messages.push_back(reads ? I2cMessage{.read = bytes.size()} : I2cMessage{.write = bytes});
  }
  Bytes received;
  const OrErrno<int> done =
      Transfer(modules_.at(static_cast<std::size_t>(descriptor)), messages, received);
  ByteView left = received;
  for (const i2c_msg& message : asked) {
    if (!done || (message.flags & I2C_M_RD) == 0) continue;
    std::ranges::copy(left.first(message.len),
                      std::as_writable_bytes(std::span(message.buf, message.len)).begin());
    left = left.subspan(message.len);
  }
  return done;
}

OrErrno<int> BlockingAdapters::Transfer(emu::EmulatedModule& module,
                                        std::span<const I2cMessage> messages, Bytes& received) {
  const TimePoint start = clock_.Now();
  if (!module.Address(start)) {
    SleepUntil(start + wire_.LengthOfRefusal());
    return std::unexpected(ENXIO);
  }
  const TimePoint stop = start + wire_.LengthOf(messages);
  SleepUntil(stop);
  I2cReply reply = module.Finish(messages, stop);
  if (!reply.acknowledged()) return std::unexpected(ENXIO);
  received = std::move(reply.read);
  return static_cast<int>(messages.size());
}

OrErrno<FileStatus> BlockingAdapters::Status(const std::string& path) {
  const OrErrno<int> number = Open(path, 0);
  if (!number) return std::unexpected(number.error());
  return FileStatus{.is_character_device = true,
                    .character_device = makedev(kI2cMajor, static_cast<unsigned>(*number))};
}

OrErrno<std::string> BlockingAdapters::RealPath(const std::string& path) {
  const std::optional<unsigned> number = NumberIn(path, "/sys/class/i2c-dev/i2c-", "/device");
  if (!number) return std::unexpected(ENOENT);
  return fmt::format("/sys/devices/i2c-{}", *number);
}

}  // namespace reflash::bench
