// SPDX-License-Identifier: Apache-2.0
#include "cli/attached_devices.h"

namespace reflash::cli {

AttachedDevices AttachAll(Environment& environment, const std::vector<std::string>& names,
                          const ImageToLoad& image, const JobOptions& options) {
  AttachedDevices attached;
  for (const std::string& name : names) {
    if (const Result<void> ready = environment.Attach(name); !ready) {
      environment.output().PrintError(ready.error(), name);
      attached.refused.push_back(ExitCodeFor(ready.error().code()));
      continue;
    }
    attached.assignments.push_back({.device = name, .image = image, .options = options});
  }
  return attached;
}

}  // namespace reflash::cli
