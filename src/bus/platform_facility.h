// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "async/task.h"
#include "base/bytes.h"
#include "base/error.h"

namespace reflash {

/// What a platform is asked to do with an adapter (H_DOWNLOAD_CA_FACILITY, H_CONTROL_CA_FACILITY).
enum class FacilityOperation : std::uint8_t {
  kDownload,   ///< erase and program the bytes of the list
  kValidate,   ///< compare the bytes of the list with the flash
  kReset,      ///< reset the adapter; ends an open download or validation
  kVitalData,  ///< read the vital product data
};

/// What a platform answers: the numbers of its specification, and nothing concluded from them.
struct FacilityReply {
  std::int64_t code = 0;    ///< the return code: 0 success, 1 busy, 18 continue, 9900 and so on
  std::uint64_t token = 0;  ///< to be passed back with the next call of the sequence
  Bytes data;               ///< of kVitalData
};

/// The facility of a platform (PowerVM, or an emulated one) that owns one adapter. It carries
/// calls and knows nothing of their order. Owned by the device that uses it, one call at a time.
class PlatformFacility {
 public:
  /// The longest list of one call, and the longest buffer in it.
  static constexpr std::size_t kMostEntries = 256;
  static constexpr std::size_t kBufferBytes = 4096;

  PlatformFacility() = default;
  PlatformFacility(const PlatformFacility&) = delete;
  PlatformFacility& operator=(const PlatformFacility&) = delete;
  virtual ~PlatformFacility() = default;

  /// Makes one call. `list` are the buffers of the bytes that are handed over, which live until the
  /// Task has ended; empty for kReset and kVitalData.
  /// Errors: kInvalidArgument for a list that is too long, empty where it may not be, or has a
  /// buffer over 4096 bytes or an empty one; kNotFound when the way to the platform is gone;
  /// kRwError, kTimeout. A return code that is not 0 is no Error here.
  Task<FacilityReply> Call(FacilityOperation operation, std::uint64_t token,
                           std::span<const ByteView> list);

  /// What names this adapter for every process of the machine.
  [[nodiscard]] virtual const std::string& hardware_address() const = 0;

 private:
  virtual Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                                     std::span<const ByteView> list) = 0;
};

}  // namespace reflash
