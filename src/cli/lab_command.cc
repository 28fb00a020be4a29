// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <utility>

#include "base/input_file.h"
#include "cli/commands.h"
#include "cli/lab_image.h"
#include "cli/output_file.h"
#include "emu/lab.h"
#include "emu/lab_file.h"
#include "emu/lab_server.h"

namespace reflash::cli {
namespace {

constexpr std::size_t kLargestLabFile = 4U << 20U;

Result<emu::LabSettings> LoadLab(const std::string& path) {
  Result<InputFile> file = InputFile::Open(path);
  if (!file) return Fail(Error(ErrorCode::kInvalidArgument, "no lab file").Because(file.error()));
  return emu::ParseLabFile(REFLASH_TRY(file->ReadText(kLargestLabFile)), path);
}

}  // namespace

Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          LabServeArguments arguments, std::stop_token stop) {
  const emu::LabSettings settings = co_await LoadLab(arguments.lab_file);
  const std::unique_ptr<emu::Lab> lab = co_await emu::Lab::Create(settings, scheduler);
  const std::unique_ptr<emu::LabServer> server =
      co_await emu::LabServer::Open(scheduler, *lab, arguments.socket);
  if (!output.json()) {
    output.Line(fmt::format("lab: {} devices at {}; interrupt to end", lab->names().size(),
                            arguments.socket));
  }
  co_await server->Serve(std::move(stop));
  co_return ExitCode::kDone;
}

Task<ExitCode> RunCommand(RealScheduler& /*scheduler*/, const Output& output,
                          LabImageArguments arguments, std::stop_token /*stop*/) {
  const LabImage image = co_await MakeLabImage(arguments);
  co_await WriteFile(arguments.output, image.bytes);
  if (!image.manifest.empty()) {
    co_await WriteFile(arguments.output + ".toml", AsBytes(image.manifest));
  }
  if (!output.json()) {
    output.Line(
        fmt::format("{}: {} bytes, {}", arguments.output, image.bytes.size(), image.description));
  }
  co_return ExitCode::kDone;
}

}  // namespace reflash::cli
