// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/scheduler.h"
#include "example/toy_registers.h"

namespace reflash::example {

/// What goes wrong in an emulated toy.
struct ToyFaults {
  std::map<std::uint32_t, std::uint32_t> fails;  ///< a command, and the error it ends with
  std::optional<std::uint32_t> stuck;            ///< the command that never ends
  std::optional<unsigned> breaks_at_block;       ///< from this block on nothing reaches the toy
  bool stays_down = false;                       ///< the new image never comes up
  bool falls_back = false;                       ///< it comes up with its old image
};

/// A toy without a toy: the same registers, answered as README.md tells, with its times, and a list
/// of what a host must not do. Written from that page alone; it shares no code with the driver.
class EmulatedToy {
 public:
  explicit EmulatedToy(Scheduler& scheduler) : scheduler_(scheduler) {}

  /// What a driver is given; ends before the toy does.
  [[nodiscard]] std::unique_ptr<ToyRegisters> Connect();

  /// An image that the toy finds whole, `size` bytes long.
  static Bytes MakeImage(std::uint32_t version, std::size_t size);

  ToyFaults& faults() { return faults_; }
  void set_playing(bool playing) { playing_ = playing; }
  void PlugInAgain() { faults_ = {}; }
  /// The rules that the host broke, a sentence each.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  /// Whether the toy would come up after a loss of power, at this moment.
  [[nodiscard]] bool IsBootable() const { return banks_[committed_].valid; }
  [[nodiscard]] std::uint32_t running_version() const { return banks_[running_].version; }
  [[nodiscard]] bool IsOpen() const { return receiving_; }

 private:
  class Connection;

  struct ImageBank {
    std::uint32_t version = 0;
    bool valid = false;
  };

  Result<void> CheckReachable() const;
  std::uint32_t Read(std::uint32_t address);
  void Write(std::uint32_t address, std::uint32_t value);
  void Obey(std::uint32_t command);
  /// What a command does; they return the error that it ends with.
  std::uint32_t Perform(std::uint32_t command);
  std::uint32_t Begin();
  std::uint32_t TakeBlock();
  std::uint32_t Finish();
  void RestartInto(std::size_t bank);
  void BeBusy(Duration duration);
  [[nodiscard]] bool IsDown() const { return scheduler_.Now() < up_again_; }
  [[nodiscard]] bool IsBusy() const { return scheduler_.Now() < idle_again_; }
  [[nodiscard]] std::size_t idle_bank() const { return 1 - running_; }
  [[nodiscard]] std::uint32_t StatusWord() const;
  [[nodiscard]] std::uint32_t BanksWord() const;

  Scheduler& scheduler_;
  ToyFaults faults_;
  std::vector<std::string> violations_;
  bool playing_ = false;
  std::array<ImageBank, 2> banks_{{{.version = 0x00010200, .valid = true}, {}}};
  std::size_t running_ = 0;
  std::size_t committed_ = 0;
  std::uint32_t length_ = 0;
  std::uint32_t image_length_ = 0;
  std::uint32_t error_ = 0;
  bool receiving_ = false;
  unsigned blocks_ = 0;
  Bytes buffer_;
  Bytes received_;
  TimePoint idle_again_;
  TimePoint up_again_;
};

}  // namespace reflash::example
