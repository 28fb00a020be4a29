// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/module_features.h"

namespace reflash::cmis {
namespace {

constexpr std::size_t kBitmap = 2;
constexpr unsigned kCommands = 256;
constexpr std::size_t kMaxCompletion = 34;

}  // namespace

Result<ModuleFeatures> ModuleFeatures::Parse(ByteView reply) {
  if (reply.size() < kReplyBytes) {
    return Fail(ErrorCode::kHwError, "the reply to 'module features' has {} bytes instead of {}",
                reply.size(), kReplyBytes);
  }
  ModuleFeatures features;
  for (unsigned id = 0; id < kCommands; ++id) {
    const auto bits = std::to_integer<unsigned>(reply[kBitmap + id / 8]);
    if ((bits >> (id % 8) & 1U) != 0) features.commands.push_back(static_cast<std::uint16_t>(id));
  }
  features.max_completion =
      std::chrono::milliseconds(LoadBigEndian<std::uint16_t>(reply.subspan(kMaxCompletion)));
  return features;
}

}  // namespace reflash::cmis
