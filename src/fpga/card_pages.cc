// SPDX-License-Identifier: Apache-2.0
#include "fpga/card_pages.h"

namespace reflash::fpga {
namespace {

// The reload register.
constexpr unsigned kReloadPageShift = 20;
constexpr std::uint32_t kReloadPageMask = kPageMask << kReloadPageShift;
constexpr std::uint32_t kReloadLoad = 1U << 23U;
constexpr std::uint32_t kReloadStart = 1U << 18U;

// The power-on register, and the one that shows the page.
constexpr std::uint32_t kRequest = 1U << 0U;
constexpr std::uint32_t kClearRequest = 1U << 1U;
constexpr unsigned kResultShift = 4;
constexpr std::uint32_t kResultMask = 0x3;
constexpr std::uint32_t kResultSuccess = 1;
constexpr unsigned kPowerOnPageShift = 8;
constexpr std::uint32_t kPowerOnPageMask = kPageMask << kPowerOnPageShift;
constexpr std::uint32_t kFactoryFirst = 1U << 31U;

constexpr Duration kPowerOnLook = std::chrono::milliseconds(100);
constexpr Duration kLongestPowerOn = std::chrono::seconds(5);  // (ours)

Result<const Page*> PageOf(const ControllerFamily& family, std::uint32_t number,
                           std::string_view what) {
  const Page* const page = family.FindPage(number);
  if (page != nullptr) return page;
  return Fail(ErrorCode::kHwError, "{} is {}, which a {} does not have", what, number, family.name);
}

std::uint32_t ResultOf(std::uint32_t power_on) { return (power_on >> kResultShift) & kResultMask; }

Task<std::uint32_t> AwaitResult(Scheduler& scheduler, BoardController& controller,
                                std::uint64_t request) {
  const TimePoint give_up = scheduler.Now() + kLongestPowerOn;
  while (true) {
    co_await scheduler.Sleep(kPowerOnLook);
    const std::uint32_t result = ResultOf(co_await controller.ReadSystem(request));
    if (result != 0) co_return result;
    if (scheduler.Now() < give_up) continue;
    co_return Fail(ErrorCode::kTimeout,
                   "the controller did not take the page for power-on within {} s",
                   ToSeconds(kLongestPowerOn));
  }
}

}  // namespace

Task<const Page*> ReadRunningPage(BoardController& controller) {
  const ControllerFamily& family = controller.family();
  const std::uint32_t word = co_await controller.ReadSystem(family.registers.running_page);
  if (family.configured && (word & *family.configured) == 0) co_return nullptr;
  co_return PageOf(family, word & kPageMask, "the page that the FPGA runs");
}

Task<const Page*> ReadPowerOnPage(BoardController& controller) {
  const ControllerFamily& family = controller.family();
  if (!family.power_on) co_return family.FindPage(family.power_on_page);
  const std::uint32_t word = co_await controller.ReadSystem(family.power_on->shown);
  co_return PageOf(family, (word >> kPowerOnPageShift) & kPageMask,
                   "the page that is loaded at power-on");
}

Task<void> ReloadFpga(BoardController& controller, const Page& page) {
  const ControllerFamily& family = controller.family();
  const std::uint64_t reload = family.registers.reload;
  const std::uint32_t load = page.number << kReloadPageShift | kReloadLoad;
  Result<void> left;
  if (family.reload_needs_start) {
    co_await controller.UpdateSystem(reload, kReloadLoad | kReloadStart, 0);
    co_await controller.UpdateSystem(reload, kReloadPageMask | kReloadLoad, load);
    left = co_await Outcome(controller.UpdateSystem(reload, kReloadStart, kReloadStart));
  } else {
    left = co_await Outcome(controller.UpdateSystem(reload, kReloadPageMask | kReloadLoad, load));
  }
  // A card that leaves in the middle of its last write need not answer it.
  const bool gone = !left && (left.error().code() == ErrorCode::kNotFound ||
                              left.error().code() == ErrorCode::kTimeout);
  if (!gone) co_await left;
}

Task<void> SetPowerOnPage(Scheduler& scheduler, BoardController& controller, const Page& page) {
  const ControllerFamily& family = controller.family();
  if (!family.power_on) {
    co_await Fail(ErrorCode::kNotSupported, "a {} has no choice of what it loads at power-on",
                  family.name);
  }
  const std::uint64_t request = family.power_on->request;
  const std::uint32_t found = co_await controller.ReadSystem(request);
  // Where the factory image comes first, the user page behind it stays what it was.
  const std::uint32_t wanted =
      page.factory ? (found & kPowerOnPageMask) | kFactoryFirst : page.number << kPowerOnPageShift;
  if (ResultOf(found) != 0) co_await controller.WriteSystem(request, wanted | kClearRequest);
  co_await controller.WriteSystem(request, wanted | kRequest);
  const Result<std::uint32_t> result =
      co_await Outcome(AwaitResult(scheduler, controller, request));
  co_await controller.WriteSystem(request, wanted | kClearRequest);
  if (!result) co_await Fail(result.error());
  if (*result != kResultSuccess) {
    co_await Fail(ErrorCode::kHwError, "the controller does not load {} at power-on (result {})",
                  page.name, *result);
  }
}

}  // namespace reflash::fpga
