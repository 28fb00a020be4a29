// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "bus/module_eeprom.h"
#include "cmis/update/cmis_device.h"
#include "emu/image_format.h"
#include "flash/engine.h"

namespace reflash {

/// An image for the emulated modules of these tests: small, since it stands in recordings.
inline Image SmallImage(Version version = {1, 3, 0}) {
  return Image::FromBytes(emu::MakeImage(version, "OSFP*", 3001).value(), "fw.bin").value();
}

namespace detail {
inline Task<JobSnapshot> Flash(Engine& engine, ImageToLoad image, JobOptions options) {
  const std::shared_ptr<Job> job = co_await engine.Admit("swp1", std::move(image), options);
  co_await engine.Execute(job);
  co_return job->snapshot();
}
}  // namespace detail

/// Updates the module behind `eeprom`, with an engine and a ledger of its own; the EEPROM is gone
/// at the end. A refusal is an Error.
inline Result<JobSnapshot> FlashModule(SimulatedScheduler& scheduler,
                                       std::unique_ptr<ModuleEeprom> eeprom,
                                       const Image& image = SmallImage(), JobOptions options = {}) {
  const TemporaryDirectory directory;
  Ledger ledger = Ledger::Open({directory / "run", directory / "state"}).value();
  Engine engine(scheduler, ledger, [](const std::string&, const std::string&) {});
  auto device = std::make_unique<cmis::CmisDevice>(scheduler, std::move(eeprom),
                                                   std::vector<NetworkInterface>{});
  REFLASH_TRY_VOID(engine.Register("swp1", std::move(device)));
  return scheduler.Run(detail::Flash(engine, ImageToLoad{image, std::nullopt}, options));
}

}  // namespace reflash
