// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "inventory/device_configuration.h"

namespace reflash::inventory {

/// The devices of a machine, in the order of the file: /etc/reflash/reflash.toml.
struct Configuration {
  static constexpr std::string_view kDefaultPath = "/etc/reflash/reflash.toml";
  static constexpr std::size_t kLargestBytes = 4U << 20U;

  std::vector<DeviceConfiguration> devices;

  /// Errors: kInvalidArgument with file, line and key for what cannot be understood, is unknown,
  /// is missing, or stands twice; kNotFound and kPermission for the file itself.
  static Result<Configuration> Load(const std::filesystem::path& path);
  /// The same for a text; `file_name` is what errors call it.
  static Result<Configuration> Parse(std::string_view text, std::string_view file_name);

  [[nodiscard]] const DeviceConfiguration* Find(std::string_view name) const;

  /// The names that a pattern of the command line means, in the order of the file: a name, or a
  /// glob. Errors: kNotFound when there is none.
  [[nodiscard]] Result<std::vector<std::string>> Select(std::string_view pattern) const;
};

}  // namespace reflash::inventory
