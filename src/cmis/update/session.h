// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cmis/cdb/command_channel.h"
#include "cmis/cdb/firmware_features.h"
#include "cmis/cdb/firmware_info.h"
#include "cmis/module/cdb_advertisement.h"
#include "cmis/module/identity.h"
#include "cmis/module/module_memory.h"
#include "cmis/update/quirks.h"
#include "cmis/update/step_deadlines.h"

namespace reflash::cmis {

/// A module that was found to be one whose firmware can be updated: what it is, what it offers,
/// and the way commands go to it. Holds from one reset of the module to the next.
class Session {
 public:
  /// Finds out what answers at `memory`. Nothing is changed in the module.
  /// Errors: kNotFound when nothing answers; kNotSupported when what answers is not CMIS, older
  /// than CMIS 4.0, or has no CDB; kHwError when it breaks the protocol.
  static Task<std::unique_ptr<Session>> Open(Scheduler& scheduler, ModuleMemory& memory);
  /// The same without a command to the module: features() and deadlines() tell nothing. For those
  /// who test how it answers commands.
  static Task<std::unique_ptr<Session>> OpenUnasked(Scheduler& scheduler, ModuleMemory& memory);

  Session(Scheduler& scheduler, ModuleMemory& memory, Basics basics, Identity identity,
          CdbAdvertisement advertisement)
      : basics_(basics),
        identity_(std::move(identity)),
        advertisement_(advertisement),
        quirks_(QuirksOf(identity_)),
        memory_(memory),
        channel_(scheduler, memory, advertisement, basics.major()) {
    if (quirks_.reply_length_unreliable) channel_.IgnoreReplyLengths();
  }

  [[nodiscard]] const Basics& basics() const { return basics_; }
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] const CdbAdvertisement& advertisement() const { return advertisement_; }
  [[nodiscard]] const Quirks& quirks() const { return quirks_; }
  [[nodiscard]] const FirmwareFeatures& features() const { return features_; }
  [[nodiscard]] const StepDeadlines& deadlines() const { return deadlines_; }
  [[nodiscard]] CommandChannel& channel() { return channel_; }
  [[nodiscard]] const CommandChannel& channel() const { return channel_; }

  /// Finds out how many pages the extended payload has, where the advertisement leaves that open,
  /// by writing to them. For who is going to change the module anyway; once is enough.
  Task<void> SettlePayloadPages();

  /// Asks what the banks hold (0100h).
  Task<FirmwareInfo> ReadFirmwareInfo();

 private:
  Task<void> ReadFeatures();

  Basics basics_;
  Identity identity_;
  CdbAdvertisement advertisement_;
  Quirks quirks_;
  ModuleMemory& memory_;
  CommandChannel channel_;
  FirmwareFeatures features_;
  StepDeadlines deadlines_;
};

}  // namespace reflash::cmis
