// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "async/task.h"
#include "base/error.h"
#include "emu/lab_fault.h"
#include "emu/lab_request.h"

namespace reflash::emu {

/// What stands in a slot of a lab: emulated hardware and the way to it, as the lab socket sees
/// them. Lives as long as the lab.
class LabHardware {
 public:
  explicit LabHardware(std::string name) : name_(std::move(name)) {}
  LabHardware(const LabHardware&) = delete;
  LabHardware& operator=(const LabHardware&) = delete;
  virtual ~LabHardware() = default;

  /// Does to the hardware, or reads from it, what a client asks for. Returns the members of the
  /// reply as the text of a JSON object.
  /// Errors: kInvalidArgument for an exchange of other hardware, and for one that it cannot take;
  /// those of the way to it.
  virtual Task<std::string> Exchange(const LabRequest::Exchange& exchange) = 0;

  // What a hand, or a platform, does to it.
  virtual void PowerCycle() = 0;
  virtual void Reset() = 0;
  virtual void Remove() = 0;
  virtual void Insert() = 0;
  /// Errors: kInvalidArgument for words that mean nothing here.
  virtual Result<void> AddFault(const LabFault& fault) = 0;

  /// What it holds and what was done to it: the text of a JSON object with `banks` and `counters`.
  virtual std::string Dump() = 0;

  [[nodiscard]] const std::string& name() const { return name_; }

 protected:
  /// The Error for an exchange of other hardware; such as "a card", "registers".
  [[nodiscard]] std::unexpected<Error> WrongExchange(std::string_view kind,
                                                     std::string_view takes) const {
    return Fail(ErrorCode::kInvalidArgument, "port '{}' is {}: it takes {}", name_, kind, takes);
  }

 private:
  std::string name_;
};

}  // namespace reflash::emu
