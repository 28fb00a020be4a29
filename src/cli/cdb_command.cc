// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <optional>
#include <utility>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/password_file.h"
#include "cmis/cdb/commands.h"
#include "cmis/cdb/raw_command.h"
#include "cmis/cdb/reply_fields.h"
#include "cmis/module/module_memory.h"
#include "cmis/update/session.h"
#include "flash/patient_claim.h"

namespace reflash::cli {
namespace {

constexpr std::size_t kBytesOfLine = 16;

/// A module that stays ours until the command is done.
struct ClaimedModule {
  Claim claim;
  std::unique_ptr<ModuleEeprom> eeprom;
};

Task<ClaimedModule> ClaimModule(Environment& environment, const CdbArguments& arguments,
                                std::uint16_t id) {
  inventory::OpenModule module = co_await environment.inventory().OpenModuleOf(arguments.device);
  const bool needs_quiet = id == cmis::command_id::kRunImage && !arguments.options.allow_in_use;
  if (needs_quiet) {
    const std::optional<std::string> traffic = co_await FindTraffic(module.interfaces);
    if (traffic) {
      co_return Fail(ErrorCode::kBusy, "in use: {} (--allow-in-use to do it anyway)", *traffic);
    }
  }
  Claim claim = co_await ClaimPatiently(environment.scheduler(), environment.ledger(),
                                        module.eeprom->hardware_address(), arguments.device, "cdb",
                                        environment.stop());
  co_return ClaimedModule{std::move(claim), std::move(module.eeprom)};
}

void PrintBytes(const Output& output, std::string_view name, ByteView bytes) {
  for (std::size_t offset = 0; offset < bytes.size(); offset += kBytesOfLine) {
    const ByteView row = bytes.subspan(offset, std::min(kBytesOfLine, bytes.size() - offset));
    std::string digits;
    for (const std::byte byte : row) digits += fmt::format(" {:02x}", std::to_integer<int>(byte));
    output.Line(fmt::format("  {} {:4}:{}", name, offset, digits));
  }
}

void Print(const Output& output, const CdbResult& result) {
  if (output.json()) {
    output.Line(CdbLine(result));
    return;
  }
  output.Line(fmt::format("{}: {:04X}h {}: {}", result.device, result.id,
                          cmis::CommandName(result.id), result.reply.status.Words()));
  for (const cmis::ReplyField& field : result.fields) {
    output.Line(fmt::format("  {:<24} {}", field.name, field.value));
  }
  PrintBytes(output, "reply", result.reply.lpl);
  PrintBytes(output, "EPL", result.reply.epl);
}

Task<CdbResult> Perform(Environment& environment, CdbArguments arguments,
                        cmis::RawCommand command) {
  const std::optional<std::uint32_t> password = co_await ReadPasswordFile(arguments.password_file);
  ClaimedModule module = co_await ClaimModule(environment, arguments, command.id);
  cmis::ModuleMemory memory(environment.scheduler(), std::move(module.eeprom));
  const std::unique_ptr<cmis::Session> session =
      co_await cmis::Session::OpenUnasked(environment.scheduler(), memory);
  cmis::CommandChannel& channel = session->channel();
  if (password) channel.set_password(*password);
  const std::chrono::seconds longest(arguments.timeout_seconds);
  CdbResult result{.device = arguments.device, .id = command.id};
  result.reply = co_await channel.Execute(command.AsCommand(), longest);
  result.fields = cmis::DescribeReply(command.id, result.reply.lpl, session->basics().revision);
  if (result.reply.status.failed()) result.fields.clear();
  co_return result;
}

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, CdbArguments arguments) {
  const Output& output = environment.output();
  if (!environment.Has(arguments.device)) {
    co_return Fail(ErrorCode::kNotFound, "there is no device '{}'", arguments.device);
  }
  cmis::RawCommand command =
      co_await cmis::RawCommand::Parse(arguments.command, arguments.payload,
                                       arguments.extended_payload, arguments.extended_reply_bytes);
  const std::string device = arguments.device;
  const Result<CdbResult> result =
      co_await Outcome(Perform(environment, std::move(arguments), std::move(command)));
  if (!result) {
    output.PrintError(result.error(), device);
    co_return ExitCodeFor(result.error().code());
  }
  Print(output, *result);
  co_return result->reply.status.failed() ? ExitCode::kDeviceFailed : ExitCode::kDone;
}

}  // namespace reflash::cli
