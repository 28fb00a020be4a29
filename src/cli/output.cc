// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <cstdio>

#include "cli/json_lines.h"

namespace reflash::cli {
namespace {

void Write(std::FILE* stream, std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stream);
  std::fputc('\n', stream);
  std::fflush(stream);
}

std::string Sentence(std::string_view device, std::string_view sentence) {
  if (device.empty()) return fmt::format("reflash: {}", sentence);
  return fmt::format("reflash: {}: {}", device, sentence);
}

}  // namespace

void Output::Line(std::string_view line) const { Write(stdout, line); }

void Output::PrintError(const Error& error, std::string_view device) const {
  if (json_) {
    Line(ErrorLine(error, device));
  } else {
    Write(stderr, Sentence(device, error.Message()));
  }
}

void Output::PrintNotice(std::string_view device, std::string_view sentence) const {
  if (json_) {
    Line(NoticeLine(device, sentence));
  } else {
    Write(stderr, Sentence(device, sentence));
  }
}

}  // namespace reflash::cli
