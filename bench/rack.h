// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "async/simulated_scheduler.h"
#include "emu/emulated_bus.h"
#include "emu/emulated_module.h"
#include "flash/engine.h"
#include "memory_directory.h"
#include "metered_device.h"
#include "traffic.h"

namespace reflash::bench {

inline constexpr std::uint32_t kClockHz = 400'000;
inline constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

/// How long `image_bytes` occupy a bus by themselves: 9 bits a byte.
inline Duration BusLimit(std::uint64_t image_bytes) {
  constexpr std::uint64_t kNanosecondsOfByte = 9ULL * 1'000'000'000 / kClockHz;
  return Duration(static_cast<Duration::rep>(image_bytes * kNanosecondsOfByte));
}

/// An image that every module here takes.
Image MakeImage(std::size_t size_bytes);

/// One emulated module with the meters around it.
struct Bay {
  Bay(emu::ModuleSettings settings, Scheduler& scheduler)
      : module(std::move(settings), scheduler) {}

  emu::EmulatedModule module;
  const emu::EmulatedI2cPort* port = nullptr;
  Traffic traffic;
  WritingRecord writing;
};

/// Modules on buses of 400 kHz, the driver and the engine, in simulated time.
class Rack {
 public:
  enum class Metered : bool { kNo, kYes };

  Rack();
  Rack(const Rack&) = delete;
  Rack& operator=(const Rack&) = delete;
  ~Rack() = default;

  emu::EmulatedBus& AddBus();
  /// Plugs a module in; nothing talks to it yet. The Bay lives as long as the rack.
  Bay& Plug(emu::ModuleSettings settings);
  /// The way to a module, for whoever is to speak to it.
  std::unique_ptr<I2cPort> Connect(emu::EmulatedBus& bus, Bay& bay,
                                   Metered metered = Metered::kYes);
  /// Registers a module with the engine.
  Result<void> Register(emu::EmulatedBus& bus, Bay& bay, Metered metered = Metered::kYes);
  /// Plug and Register.
  Result<Bay*> AddModule(emu::EmulatedBus& bus, emu::ModuleSettings settings);

  /// Updates all modules at once.
  /// Errors: the first update that failed, and the first rule that a module saw broken.
  Task<void> UpdateAll(Image image);

  [[nodiscard]] SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] const std::deque<Bay>& bays() const { return bays_; }
  [[nodiscard]] Bay& bay(std::size_t index) { return bays_.at(index); }

  /// Errors: kHwError when not every module runs the image, or one saw a rule broken.
  Result<void> CheckUpdated();

 private:
  SimulatedScheduler scheduler_;
  TemporaryDirectory directory_ = MakeMemoryDirectory();
  Ledger ledger_;
  std::deque<emu::EmulatedBus> buses_;
  std::deque<Bay> bays_;
  Engine engine_;
};

}  // namespace reflash::bench
