// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <deque>
#include <limits>
#include <optional>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"
#include "bus/no_slot.h"
#include "capi/adapter_device.h"
#include "emu/adapter/adapter_image.h"
#include "emu/adapter/emulated_facility.h"
#include "flash/engine.h"
#include "groups.h"
#include "memory_directory.h"
#include "update_one.h"

namespace reflash::bench {
namespace {

constexpr std::size_t kChunkBytes = capi::ImageChunks::kChunkBytes;
constexpr std::size_t kAdapters = 200;
constexpr std::size_t kImageBytes = 2 * kChunkBytes;
constexpr int kRuns = 15;
constexpr Version kNewVersion{1, 3, 0};

double CpuSeconds() {
  std::timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Bytes of the heap that are in use, with what malloc needs for itself.
double HeapBytes() {
  const struct mallinfo2 info = ::mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

Image MakeImage(std::size_t size_bytes) {
  return Image::FromBytes(emu::MakeAdapterImage(kNewVersion, {}, size_bytes).value(), "fw.bin")
      .value();
}

// A chunk against copying it.

/// A platform that copies what it is handed once, and wants more until it has it all.
class CopyingFacility : public PlatformFacility {
 public:
  CopyingFacility(std::size_t total_bytes, Bytes& room) : total_(total_bytes), room_(room) {}

  [[nodiscard]] const std::string& hardware_address() const override { return address_; }

 private:
  Task<FacilityReply> DoCall(FacilityOperation /*operation*/, std::uint64_t token,
                             std::span<const ByteView> list) override {
    auto to = room_.begin();
    for (const ByteView buffer : list) {
      to = std::ranges::copy(buffer, to).out;
      taken_ += buffer.size();
    }
    if (taken_ == total_) co_return FacilityReply{};
    co_return FacilityReply{.code = 18, .token = token + 1};
  }

  std::string address_ = "copying";
  std::size_t total_;
  std::size_t taken_ = 0;
  Bytes& room_;
};

Task<void> HandOver(capi::FacilitySequence& sequence) {
  std::uint64_t offset = 0;
  while (!sequence.complete()) offset += co_await sequence.Send(offset, {});
}

/// Both ways by turns, so that whatever else the machine does meets both; the best of each counts.
Result<void> MeasureChunk(Report& report) {
  constexpr std::size_t kChunks = 64;
  const std::size_t total = kChunks * kChunkBytes;
  const Image image = MakeImage(total - capi::kAdapterHeaderBytes);
  Bytes room(kChunkBytes);
  SimulatedScheduler scheduler;
  double driver = std::numeric_limits<double>::max();
  double copying = driver;
  for (int run = 0; run < kRuns; ++run) {
    double begin = CpuSeconds();
    for (ByteView left = image.bytes(); !left.empty();) {
      const ByteView chunk = left.first(std::min(kChunkBytes, left.size()));
      std::ranges::copy(chunk, room.begin());
      asm volatile("" : : "r"(room.data()) : "memory");  // somebody might look at it
      left = left.subspan(chunk.size());
    }
    copying = std::min(copying, CpuSeconds() - begin);

    CopyingFacility facility(total, room);
    begin = CpuSeconds();
    capi::FacilitySequence sequence(scheduler, facility, FacilityOperation::kDownload, {}, image);
    REFLASH_TRY_VOID(scheduler.Run(HandOver(sequence)));
    driver = std::min(driver, CpuSeconds() - begin);
  }
  report.Add({"capi/chunk/copying", copying / kChunks * 1e6, "CPU us a MiB", std::nullopt});
  report.Add({"capi/chunk/cpu", driver / copying, "x copying it once", AtMost(1.5)});
  return {};
}

// Many adapters.

/// Counts the calls that are made before the hint of the last answer is over.
class HintedFacility : public PlatformFacility {
 public:
  HintedFacility(Scheduler& scheduler, emu::EmulatedAdapter& adapter, std::size_t& early_calls)
      : scheduler_(scheduler), facility_(scheduler, adapter), early_calls_(early_calls) {}

  [[nodiscard]] const std::string& hardware_address() const override {
    return facility_.hardware_address();
  }

 private:
  Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                             std::span<const ByteView> list) override {
    if (scheduler_.Now() < not_before_) ++early_calls_;
    FacilityReply reply = co_await facility_.Call(operation, token, list);
    not_before_ = scheduler_.Now() + HintOf(reply.code);
    co_return reply;
  }

  /// As the specification has them; the table of the driver is what is measured.
  static Duration HintOf(std::int64_t code) {
    using std::chrono::milliseconds;
    constexpr std::array kHints{1, 10, 100, 1'000, 10'000, 100'000};
    if (code == 1) return milliseconds(10);
    if (code < 9900 || code > 9905) return Duration::zero();
    return milliseconds(kHints.at(static_cast<std::size_t>(code - 9900)));
  }

  Scheduler& scheduler_;
  emu::EmulatedFacility facility_;
  std::size_t& early_calls_;
  TimePoint not_before_;
};

/// Emulated adapters with the driver and the engine, in simulated time.
struct Drawer {
  void Plug(std::size_t index) {
    emu::AdapterSettings settings{.name = fmt::format("capi{}", index),
                                  .busy_replies = static_cast<unsigned>(index % 3)};
    adapters.emplace_back(std::move(settings), scheduler);
  }
  Result<void> Register(emu::EmulatedAdapter& adapter) {
    return engine.Register(
        adapter.settings().name,
        std::make_unique<capi::AdapterDevice>(
            scheduler, std::make_unique<HintedFacility>(scheduler, adapter, early_calls),
            std::make_unique<NoSlot>()));
  }
  Result<void> CheckUpdated() {
    for (const emu::EmulatedAdapter& adapter : adapters) {
      if (!adapter.violations().empty()) {
        return Fail(ErrorCode::kHwError, "{}: {}", adapter.settings().name,
                    adapter.violations().front());
      }
      if (adapter.banks().running_version() != kNewVersion) {
        return Fail(ErrorCode::kHwError, "{} does not run the image", adapter.settings().name);
      }
    }
    return {};
  }

  SimulatedScheduler scheduler;
  TemporaryDirectory directory = MakeMemoryDirectory();
  Ledger ledger = Ledger::Open({directory / "run", directory / "state"}).value();
  std::size_t early_calls = 0;
  std::deque<emu::EmulatedAdapter> adapters;
  Engine engine{scheduler, ledger, [](const std::string&, const std::string&) {}};
};

Task<void> UpdateAll(Drawer& drawer, Image image) {
  TaskGroup updates(drawer.scheduler);
  for (const emu::EmulatedAdapter& adapter : drawer.adapters) {
    updates.Spawn(UpdateOne(drawer.engine, adapter.settings().name, image));
  }
  co_await updates.Wait();
}

/// Looks at the heap while all adapters erase: each has the first chunk of its image in hand, and
/// nothing is in a flash yet.
Task<void> LookAtHeap(Scheduler& scheduler, double& heap) {
  co_await scheduler.Sleep(std::chrono::seconds(12));
  heap = HeapBytes();
}

Task<void> UpdateAllObserved(Drawer& drawer, Image image, double& heap) {
  TaskGroup both(drawer.scheduler);
  both.Spawn(LookAtHeap(drawer.scheduler, heap));
  both.Spawn(UpdateAll(drawer, std::move(image)));
  co_await both.Wait();
}

Result<void> MeasureMany(Report& report) {
  Drawer drawer;
  for (std::size_t index = 0; index < kAdapters; ++index) drawer.Plug(index);
  const Image image = MakeImage(kImageBytes);
  const double heap_before = HeapBytes();
  for (emu::EmulatedAdapter& adapter : drawer.adapters) REFLASH_TRY_VOID(drawer.Register(adapter));
  double heap = 0;
  const double begin = CpuSeconds();
  REFLASH_TRY_VOID(drawer.scheduler.Run(UpdateAllObserved(drawer, image, heap)));
  const double cpu = CpuSeconds() - begin;
  REFLASH_TRY_VOID(drawer.CheckUpdated());
  report.Add({"capi/early-calls", static_cast<double>(drawer.early_calls), "calls", AtMost(0)});
  report.Add({fmt::format("capi/{}-adapters/cpu", kAdapters), cpu, "CPU s", std::nullopt});
  // The emulated platform keeps the chunk that it works on, which is not the job's.
  const double job_bytes = (heap - heap_before) / double{kAdapters} - double{kChunkBytes};
  report.Add({"capi/memory", job_bytes / 1024, "KiB a job beyond the image", AtMost(1024)});
  return {};
}

}  // namespace

Result<void> MeasureAdapters(Report& report) {
  REFLASH_TRY_VOID(MeasureChunk(report));
  return MeasureMany(report);
}

}  // namespace reflash::bench
