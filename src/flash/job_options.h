// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/version.h"

namespace reflash {

/// What the user asked for, beside the image.
struct JobOptions {
  bool run = true;       ///< start the new image; without, it is only loaded beside the running one
  bool commit = true;    ///< make the new image the one that boots
  bool hitless = false;  ///< ask the device to keep traffic flowing while the image starts
  bool force = false;    ///< write although the version is equal or the manifest names another part
  bool rewrite = false;  ///< write although the version is equal
  bool allow_in_use = false;       ///< cut traffic
  bool allow_single_bank = false;  ///< overwrite the only image that the device has
  bool read_back = true;           ///< compare what was loaded, where the device can be read
  bool only_verify = false;        ///< write nothing: compare what the device holds with the image
  // What can never be undone, each allowed by itself.
  bool allow_factory_image = false;     ///< replace the image that the device falls back to
  bool allow_key_hash = false;          ///< program the hash of a root key
  bool allow_key_cancellation = false;  ///< cancel a key that signs images
  /// For a Run by itself: the bank to start, by its name; empty: the one that does not run.
  std::string bank;
  /// Opens a device that wants a password; without, what such devices are shipped with is tried.
  std::optional<std::uint32_t> password;
  /// What the device must run afterwards; without, the manifest's version is expected.
  std::optional<Version> expect_version;
};

}  // namespace reflash
