// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "bus/linux_syscalls.h"
#include "cli/commands.h"
#include "cli/json_lines.h"
#include "inventory/discovery.h"

namespace reflash::cli {
namespace {

void Print(const Output& output, const inventory::Findings& findings) {
  if (!output.json()) {
    std::string text = inventory::ToToml(findings);
    text.pop_back();  // Line ends it
    output.Line(text);
    return;
  }
  for (const auto& device : findings.devices) output.Line(DiscoveredLine(device));
  for (const std::string& remark : findings.remarks) output.PrintNotice("", remark);
}

}  // namespace

Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          DiscoverArguments /*arguments*/, std::stop_token stop) {
  const LedgerDirectories directories = co_await LedgerDirectories::FromEnvironment();
  const Ledger ledger = co_await Ledger::Open(directories);
  LinuxSyscalls syscalls;
  inventory::Discovery discovery(scheduler, syscalls, ledger);
  const inventory::Findings findings = co_await discovery.Run(std::move(stop));
  Print(output, findings);
  co_return findings.forbidden ? ExitCode::kNotPermitted : ExitCode::kDone;
}

}  // namespace reflash::cli
