// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "cli/arguments.h"

namespace reflash::cli {

/// A file that emulated devices accept, and what is said about it.
struct LabImage {
  Bytes bytes;
  std::string manifest;     ///< the text of FILE.toml; empty for what has no version
  std::string description;  ///< "version 1.3.0, for OSFP*; manifest fw.bin.toml"
};

/// Makes what `lab image` asks for.
/// Errors: kInvalidArgument for a kind, sort or part that does not exist, and for a version or size
/// that such an image cannot have.
Result<LabImage> MakeLabImage(const LabImageArguments& arguments);

}  // namespace reflash::cli
