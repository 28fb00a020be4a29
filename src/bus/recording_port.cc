// SPDX-License-Identifier: Apache-2.0
#include "bus/recording_port.h"

#include <utility>
#include <vector>

namespace reflash {
namespace {

std::vector<RecordedMessage> Copy(std::span<const I2cMessage> messages) {
  std::vector<RecordedMessage> copies;
  copies.reserve(messages.size());
  for (const I2cMessage& message : messages) {
    copies.push_back(
        {.write = Bytes(message.write.begin(), message.write.end()), .read = message.read});
  }
  return copies;
}

}  // namespace

std::unique_ptr<I2cPort> RecordingPort::Begin(Scheduler& scheduler, RecordingFile& file,
                                              std::unique_ptr<I2cPort> port) {
  file.Begin({.hardware_address = port->hardware_address(), .limits = port->limits()});
  return std::unique_ptr<I2cPort>(new RecordingPort(scheduler, file, std::move(port)));
}

RecordingPort::RecordingPort(Scheduler& scheduler, RecordingFile& file,
                             std::unique_ptr<I2cPort> port)
    : scheduler_(scheduler), file_(file), port_(std::move(port)), start_(scheduler.Now()) {}

Task<I2cReply> RecordingPort::DoTransfer(std::span<const I2cMessage> messages) {
  const Result<I2cReply> reply = co_await Outcome(port_->Transfer(messages));
  file_.Add({.at = scheduler_.Now() - start_, .messages = Copy(messages), .reply = reply});
  co_return reply;
}

}  // namespace reflash
