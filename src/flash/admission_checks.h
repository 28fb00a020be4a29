// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "flash/device_info.h"
#include "flash/image_to_load.h"
#include "flash/job_options.h"

namespace reflash {

/// The version that the device must run in the end: what the user expects, else what the manifest
/// says, else nothing.
std::optional<Version> WantedVersion(const ImageToLoad& image, const JobOptions& options);

/// Whether the device runs the wanted version already, so that there is nothing to load. It may
/// still have to be committed.
bool Runs(const DeviceInfo& device, const std::optional<Version>& wanted,
          const JobOptions& options);

/// The same, and there is nothing to commit either.
bool IsUpToDate(const DeviceInfo& device, const std::optional<Version>& wanted,
                const JobOptions& options);

/// Whether the load must wait for traffic to end: it may cut it, since it ends in the image that
/// runs, and nobody allowed that.
bool LoadNeedsQuiet(const Capabilities& capabilities, const JobOptions& options);

/// Whether starting an image must wait for traffic to end.
bool RunNeedsQuiet(const JobOptions& options);

/// Whether the idle bank, which a load erases, holds the image that the device boots.
bool LoadErasesCommitted(const DeviceInfo& device);

/// Holds an image against a device and the options, without touching either.
/// Errors: kInvalidImage when the manifest does not fit (the digest always, the part unless
/// forced); kInvalidArgument when the expected version is not the manifest's; kInvalidSize when
/// the device cannot take so much; kPermission for a single bank without the override;
/// kNotSupported for a hitless start that the device does not offer.
Result<void> CheckAdmission(const ImageToLoad& image, const JobOptions& options,
                            std::string_view kind, const DeviceInfo& device);

}  // namespace reflash
