// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "bus/i2c_port.h"
#include "emu/emulated_i2c_port.h"
#include "emu/module_settings.h"
#include "traffic.h"

namespace reflash::bench {

/// Passes transactions on to an emulated module and keeps account of them, from outside: it reads
/// on the wire what a host sends, whichever host that is. `settings` and `traffic` outlive it.
class MeteredPort : public I2cPort {
 public:
  MeteredPort(std::unique_ptr<emu::EmulatedI2cPort> port, const emu::ModuleSettings& settings,
              Traffic& traffic)
      : port_(std::move(port)), settings_(settings), traffic_(traffic) {}

  [[nodiscard]] I2cLimits limits() const override { return port_->limits(); }
  [[nodiscard]] const std::string& hardware_address() const override {
    return port_->hardware_address();
  }

 private:
  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override;

  void NoteWrite(ByteView message);
  void NoteLowerMemory(std::size_t offset, ByteView data);
  void NoteMailbox(std::size_t offset, ByteView data);
  void NoteTrigger();

  std::unique_ptr<emu::EmulatedI2cPort> port_;
  const emu::ModuleSettings& settings_;
  Traffic& traffic_;
  std::uint8_t page_ = 0;
  std::array<std::byte, 5> header_{};  ///< page 9Fh, bytes 128-132
};

}  // namespace reflash::bench
