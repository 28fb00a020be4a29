// SPDX-License-Identifier: Apache-2.0
#include "flash/admission_checks.h"

namespace reflash {
namespace {

Result<void> CheckManifest(const ImageToLoad& image, const JobOptions& options,
                           std::string_view kind, const DeviceInfo& device) {
  if (!image.manifest) return {};
  REFLASH_TRY_VOID(image.manifest->CheckDigest(image.image));
  if (!options.force) {
    REFLASH_TRY_VOID(image.manifest->CheckFits(kind, device.vendor, device.part));
  }
  const std::optional<Version>& version = image.manifest->version;
  if (version && options.expect_version && version != options.expect_version) {
    return Fail(ErrorCode::kInvalidArgument,
                "version {} is expected, but the manifest says that the image is {}",
                options.expect_version->ToString(), version->ToString());
  }
  return {};
}

Result<void> CheckCapabilities(const ImageToLoad& image, const JobOptions& options,
                               const Capabilities& capabilities) {
  if (options.only_verify) {
    if (capabilities.read_back) return {};
    return Fail(ErrorCode::kNotSupported, "the device does not let its images be read back");
  }
  if (capabilities.max_image_bytes && image.image.size() > *capabilities.max_image_bytes) {
    return Fail(ErrorCode::kInvalidSize, "the image has {} bytes; the device takes at most {}",
                image.image.size(), *capabilities.max_image_bytes);
  }
  if (capabilities.single_bank && !options.allow_single_bank) {
    return Fail(ErrorCode::kPermission,
                "the device has a single image bank: a failed update leaves nothing to fall back "
                "to (--allow-single-bank to do it all the same)");
  }
  if (!options.run && !capabilities.switches_banks) {
    return Fail(ErrorCode::kNotSupported,
                "the device starts what it is given: it cannot be loaded without that (--no-run)");
  }
  if (options.run && !options.commit && !capabilities.commits) {
    return Fail(ErrorCode::kNotSupported,
                "the device itself decides what boots: it will be the new image (--no-commit)");
  }
  if (options.run && options.hitless && !capabilities.hitless) {
    return Fail(ErrorCode::kNotSupported, "the device does not offer a hitless start");
  }
  return {};
}

}  // namespace

std::optional<Version> WantedVersion(const ImageToLoad& image, const JobOptions& options,
                                     const LoadPlan& plan) {
  if (options.expect_version) return options.expect_version;
  if (image.manifest && image.manifest->version) return image.manifest->version;
  return plan.version;
}

bool Runs(const DeviceInfo& device, const std::optional<Version>& wanted,
          const JobOptions& options) {
  const bool to_write = options.force || options.rewrite || options.only_verify;
  const Bank* const running = device.RunningBank();
  const bool fell_back = running != nullptr && running->is_fallback;
  return wanted && device.version == wanted && !to_write && !fell_back;
}

bool IsUpToDate(const DeviceInfo& device, const std::optional<Version>& wanted,
                const JobOptions& options) {
  const bool commit_asked = options.run && options.commit;
  return Runs(device, wanted, options) && (device.RunningIsCommitted() || !commit_asked);
}

bool LoadNeedsQuiet(const Capabilities& capabilities, const JobOptions& options) {
  const bool into_what_runs = capabilities.single_bank || !capabilities.switches_banks;
  return into_what_runs && !options.allow_in_use;
}

bool RunNeedsQuiet(const JobOptions& options) { return !options.hitless && !options.allow_in_use; }

bool LoadErasesCommitted(const DeviceInfo& device, std::string_view bank) {
  const Bank* const running = device.RunningBank();
  const Bank* const target = device.FindBank(bank);
  const bool two = running != nullptr && target != nullptr && target != running;
  return two && target->committed && !device.RunningIsCommitted();
}

Result<void> CheckPlan(const LoadPlan& plan, const JobOptions& options) {
  if (!plan.starts && options.expect_version) {
    return Fail(ErrorCode::kInvalidArgument,
                "what this file loads is not started, so that no version of it can be expected");
  }
  if (!plan.version || !options.expect_version || plan.version == options.expect_version) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "version {} is expected, but the image says that it is {}",
              options.expect_version->ToString(), plan.version->ToString());
}

JobOptions OptionsFor(JobOptions options, const LoadPlan& plan, const Capabilities& capabilities) {
  options.run = options.run && plan.starts;
  options.commit = options.commit && capabilities.commits;
  // What it replaces is not what runs, whatever version that is.
  options.rewrite = options.rewrite || !plan.starts;
  return options;
}

Result<void> CheckAdmission(const ImageToLoad& image, const JobOptions& options,
                            std::string_view kind, const DeviceInfo& device) {
  REFLASH_TRY_VOID(CheckManifest(image, options, kind, device));
  return CheckCapabilities(image, options, device.capabilities);
}

}  // namespace reflash
