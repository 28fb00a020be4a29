// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "flash/device_info.h"
#include "flash/image_to_load.h"
#include "flash/job_options.h"
#include "flash/load_plan.h"

namespace reflash {

/// The version that the device must run in the end: what the user expects, else what the manifest
/// says, else what the image itself tells, else nothing.
std::optional<Version> WantedVersion(const ImageToLoad& image, const JobOptions& options,
                                     const LoadPlan& plan);

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

/// Whether `bank`, which a load erases, holds the image that the device boots while another runs.
bool LoadErasesCommitted(const DeviceInfo& device, std::string_view bank);

/// Holds what the driver makes of an image against the options. Errors: kInvalidArgument when the
/// image tells another version than the one that is expected, or one cannot be expected of it.
Result<void> CheckPlan(const LoadPlan& plan, const JobOptions& options);

/// The options as they hold for this image on this device: what cannot be started is not run, what
/// the device boots by itself is not committed.
JobOptions OptionsFor(JobOptions options, const LoadPlan& plan, const Capabilities& capabilities);

/// Holds an image against a device and the options, without touching either.
/// Errors: kInvalidImage when the manifest does not fit (the digest always, the part unless
/// forced); kInvalidArgument when the expected version is not the manifest's; kInvalidSize when
/// the device cannot take so much; kPermission for a single bank without the override;
/// kNotSupported for a hitless start, a read-back, or a load without start or commit that the
/// device does not offer.
Result<void> CheckAdmission(const ImageToLoad& image, const JobOptions& options,
                            std::string_view kind, const DeviceInfo& device);

}  // namespace reflash
