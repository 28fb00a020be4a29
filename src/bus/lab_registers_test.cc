// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_registers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bus/fake_lab.h"
#include "bus/lab_connections.h"
#include "bus/linux_syscalls.h"

namespace reflash {
namespace {

using Lines = std::vector<std::string>;
using Json = nlohmann::json;

class LabRegistersTest : public testing::Test {
 protected:
  /// A lab that answers each request with the next of `values`, or with none.
  std::unique_ptr<LabRegisters> Serve(std::vector<std::string> values) {
    lab_ = std::make_unique<FakeLab>(
        folder_.Path("lab.sock"),
        [values = std::move(values), asked = asked_, next = 0U](const std::string& line) mutable {
          asked->push_back(Json::parse(line)["registers"].dump());
          const std::string answer = next < values.size() ? values[next] : "[]";
          ++next;
          return Lines{fmt::format("{{\"id\":{},\"values\":{}}}\n",
                                   Json::parse(line)["id"].get<int>(), answer)};
        });
    return std::make_unique<LabRegisters>(connections_.To(lab_->path()).value(), "card0");
  }

  std::shared_ptr<Lines> asked_ = std::make_shared<Lines>();
  TemporaryFolder folder_;
  std::unique_ptr<FakeLab> lab_;
  LinuxSyscalls syscalls_;
  RealScheduler scheduler_;
  LabConnections connections_{scheduler_, syscalls_};
};

TEST_F(LabRegistersTest, ReadsAndWritesWordsAndBlocks) {
  const auto registers = Serve({"[4294967295]", "[]", R"(["00010203"])", "[]"});
  EXPECT_TRUE(registers->hardware_address().starts_with("lab:"));
  EXPECT_TRUE(registers->hardware_address().ends_with("#card0"));
  EXPECT_EQ(scheduler_.Run(registers->Read(0x100)).value(), 0xFFFFFFFFU);
  EXPECT_TRUE(scheduler_.Run(registers->Write(0x104, 7)));
  EXPECT_EQ(scheduler_.Run(registers->ReadBlock(0x800, 4, BlockOrder::kFifo)).value(),
            MakeBytes({0, 1, 2, 3}));
  const Bytes data = MakeBytes({9, 8, 7, 6});
  EXPECT_TRUE(scheduler_.Run(registers->WriteBlock(0x1000, data, BlockOrder::kAscending)));
  EXPECT_THAT(*asked_, testing::ElementsAre(R"([{"read":256}])", R"([{"value":7,"write":260}])",
                                            R"([{"count":4,"fifo":true,"read":2048}])",
                                            R"([{"block":4096,"data":"09080706"}])"));
}

TEST_F(LabRegistersTest, CutsWhatALineDoesNotCarry) {
  const auto registers = Serve({});
  const Bytes data(LabRegisters::kMostBlockBytes + 8);
  EXPECT_TRUE(scheduler_.Run(registers->WriteBlock(0x1000, data, BlockOrder::kAscending)));
  EXPECT_TRUE(scheduler_.Run(registers->WriteBlock(0x800, data, BlockOrder::kFifo)));
  ASSERT_EQ(asked_->size(), 4U);
  EXPECT_EQ((*asked_)[1], R"([{"block":266240,"data":"0000000000000000"}])");
  EXPECT_EQ((*asked_)[3], R"([{"data":"0000000000000000","fifo":2048}])");
}

TEST_F(LabRegistersTest, DoesNotAskForHalfAWord) {
  const auto registers = Serve({});
  EXPECT_EQ(scheduler_.Run(registers->Read(2)).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(asked_->empty());
}

}  // namespace
}  // namespace reflash
