// SPDX-License-Identifier: Apache-2.0
#include "fpga/board_controller.h"

#include "fpga/feature_list.h"
#include "fpga/memory_controller.h"
#include "fpga/pmci_controller.h"

namespace reflash::fpga {
namespace {

constexpr std::uint32_t kNobodyHome = 0xFFFFFFFF;

std::unique_ptr<BoardController> Make(Scheduler& scheduler, CardRegisters& registers,
                                      const ControllerFamily& family, const Feature& feature) {
  if (family.access == ControllerAccess::kMemory) {
    return std::make_unique<MemoryController>(registers, family);
  }
  return std::make_unique<PmciController>(scheduler, registers, family, feature.address);
}

}  // namespace

Task<std::unique_ptr<BoardController>> BoardController::Connect(Scheduler& scheduler,
                                                                CardRegisters& registers) {
  const std::vector<Feature> features = co_await ReadFeatures(registers);
  for (const Feature& feature : features) {
    const ControllerFamily* const family = FindFamily(feature.id);
    if (family != nullptr) co_return Make(scheduler, registers, *family, feature);
  }
  co_return Fail(ErrorCode::kNotSupported,
                 "none of the {} features of the card leads to a board controller that is known",
                 features.size());
}

Task<std::uint32_t> BoardController::ReadSystem(std::uint64_t address) {
  for (int look = 0; look < 2; ++look) {
    const std::uint32_t value = co_await DoReadSystem(address);
    if (value != kNobodyHome) co_return value;
  }
  co_return Fail(ErrorCode::kNotFound,
                 "the card is gone: register {:#x} of its controller reads as FFFFFFFFh", address);
}

Task<void> BoardController::WriteSystem(std::uint64_t address, std::uint32_t value) {
  return DoWriteSystem(address, value);
}

Task<void> BoardController::UpdateSystem(std::uint64_t address, std::uint32_t mask,
                                         std::uint32_t bits) {
  const std::uint32_t value = co_await ReadSystem(address);
  co_await DoWriteSystem(address, (value & ~mask) | bits);
}

Task<Bytes> BoardController::ReadFlash(std::uint64_t address, std::size_t count) {
  return DoReadFlash(address, count);
}

Task<void> BoardController::WriteStaging(std::uint64_t offset, ByteView data) {
  return DoWriteStaging(offset, data);
}

}  // namespace reflash::fpga
