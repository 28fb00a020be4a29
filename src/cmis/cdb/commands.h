// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "async/scheduler.h"
#include "cmis/cdb/command.h"

namespace reflash::cmis {

/// The numbers of the commands (CMIS 5.0, 9.3 and 9.7).
namespace command_id {
inline constexpr std::uint16_t kQueryStatus = 0x0000;
inline constexpr std::uint16_t kEnterPassword = 0x0001;
inline constexpr std::uint16_t kChangePassword = 0x0002;
inline constexpr std::uint16_t kAbort = 0x0004;
inline constexpr std::uint16_t kModuleFeatures = 0x0040;
inline constexpr std::uint16_t kFirmwareFeatures = 0x0041;
inline constexpr std::uint16_t kFirmwareInfo = 0x0100;
inline constexpr std::uint16_t kStartDownload = 0x0101;
inline constexpr std::uint16_t kAbortDownload = 0x0102;
inline constexpr std::uint16_t kWriteBlockLpl = 0x0103;
inline constexpr std::uint16_t kWriteBlockEpl = 0x0104;
inline constexpr std::uint16_t kReadBlockLpl = 0x0105;
inline constexpr std::uint16_t kReadBlockEpl = 0x0106;
inline constexpr std::uint16_t kCompleteDownload = 0x0107;
inline constexpr std::uint16_t kCopyImage = 0x0108;
inline constexpr std::uint16_t kRunImage = 0x0109;
inline constexpr std::uint16_t kCommitImage = 0x010A;
}  // namespace command_id

/// The most image data in one block: 116 bytes in the LPL, behind the block's address; 16 pages of
/// 128 bytes in the EPL.
inline constexpr std::size_t kLargestLplBlock = 116;
inline constexpr std::size_t kLargestEplBlock = 2048;
/// The address that stands before the data of a block in the LPL.
inline constexpr std::size_t kBlockAddressBytes = 4;
/// The most of the image that travels in the start command.
inline constexpr std::size_t kLargestStartHeader = 112;

/// How an image is started (0109h, byte 137).
enum class RunMode : std::uint8_t {
  kResetToInactive = 0,
  kHitlessToInactive = 1,
  kResetRunning = 2,
  kHitlessRunning = 3,
};

/// 0001h. Opens the module for the host.
Command EnterPasswordCommand(std::uint32_t password);
/// 0041h. Asks what the module can do for firmware updates.
Command FirmwareFeaturesCommand();
/// 0100h. Asks what the banks hold.
Command FirmwareInfoCommand();
/// 0101h. Begins a download of `image_bytes`, all of the file, whose first bytes are `header`.
/// The idle bank is invalid from here until the download is complete.
Command StartDownloadCommand(std::uint32_t image_bytes, ByteView header);
/// 0102h. Ends an open download.
Command AbortDownloadCommand();
/// 0103h and 0104h. One block; `address` is its offset in the file less the start header.
Command WriteBlockLplCommand(std::uint32_t address, ByteView data);
Command WriteBlockEplCommand(std::uint32_t address, ByteView data);
/// 0105h and 0106h. Reads `count` bytes of the idle bank back, at the address of a block.
Command ReadBlockLplCommand(std::uint32_t address, std::uint16_t count);
Command ReadBlockEplCommand(std::uint32_t address, std::uint16_t count);
/// 0107h. Ends the download; the module checks the image.
Command CompleteDownloadCommand();
/// 0109h. Starts an image `delay` after the command's completion, at most 65535 ms.
Command RunImageCommand(RunMode mode, std::chrono::milliseconds delay);
/// 010Ah. The running image becomes the one that boots.
Command CommitImageCommand();

}  // namespace reflash::cmis
