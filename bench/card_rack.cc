// SPDX-License-Identifier: Apache-2.0
#include "card_rack.h"

#include "async/task_group.h"
#include "emu/card/card_image.h"
#include "emu/card/emulated_card_registers.h"
#include "emu/card/emulated_pci_slot.h"
#include "fpga/fpga_device.h"
#include "update_one.h"

namespace reflash::bench {
namespace {

constexpr Version kNewVersion{1, 3, 0};

}  // namespace

Image MakeCardImage(std::size_t size_bytes) {
  const Bytes file =
      emu::MakeCardImage(kNewVersion, emu::CardImageSort::kStaticRegion, size_bytes).value();
  return Image::FromBytes(file, "fw.bin").value();
}

CardRack::CardRack()
    : ledger_(Ledger::Open({directory_ / "run", directory_ / "state"}).value()),
      engine_(scheduler_, ledger_, [](const std::string& name, const std::string& sentence) {
        fmt::print(stderr, "reflash-bench: {}: {}\n", name, sentence);
      }) {}

CardBay& CardRack::Plug(emu::CardSettings settings) {
  settings.name = fmt::format("card{}", bays_.size());
  return bays_.emplace_back(std::move(settings), scheduler_);
}

Result<void> CardRack::Register(CardBay& bay) {
  auto driver = std::make_unique<fpga::FpgaDevice>(
      scheduler_, std::make_unique<emu::EmulatedCardRegisters>(scheduler_, bay.card),
      std::make_unique<emu::EmulatedPciSlot>(bay.card), std::vector<NetworkInterface>{});
  return engine_.Register(bay.card.settings().name, std::make_unique<MeteredDevice>(
                                                        scheduler_, std::move(driver), bay.traffic,
                                                        Duration::zero(), bay.writing));
}

Task<void> CardRack::UpdateAll(Image image) {
  TaskGroup updates(scheduler_);
  for (const CardBay& bay : bays_) {
    updates.Spawn(UpdateOne(engine_, bay.card.settings().name, image));
  }
  co_await updates.Wait();
  co_await CheckUpdated();
}

Result<void> CardRack::CheckUpdated() {
  for (CardBay& bay : bays_) {
    const std::string& name = bay.card.settings().name;
    if (!bay.card.violations().empty()) {
      return Fail(ErrorCode::kHwError, "{}: {}", name, bay.card.violations().front());
    }
    if (bay.card.Banks().fpga_version() != kNewVersion) {
      return Fail(ErrorCode::kHwError, "{} does not run the new image", name);
    }
  }
  return {};
}

}  // namespace reflash::bench
