// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_facility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "bus/bus_opener.h"
#include "bus/fake_kernel.h"
#include "bus/fake_lab.h"

namespace reflash {
namespace {

using Lines = std::vector<std::string>;

class LabFacilityTest : public testing::Test {
 protected:
  /// A lab that answers with the next of `replies`, each behind the id of the request.
  std::unique_ptr<PlatformFacility> Serve(Lines replies) {
    lab_ = std::make_unique<FakeLab>(folder_.Path("lab.sock"), [replies = std::move(replies),
                                                                asked = asked_](
                                                                   const std::string& line) {
      asked->push_back(line);
      return Lines{fmt::format("{{\"id\":{},{}}}\n", asked->size(), replies.at(asked->size() - 1))};
    });
    kernel_.files[lab_->path()] = {.device = 5, .inode = 6};
    return opener_.OpenFacility(LabAddress{lab_->path(), "capi0"}).value();
  }

  std::shared_ptr<Lines> asked_ = std::make_shared<Lines>();
  TemporaryFolder folder_;
  std::unique_ptr<FakeLab> lab_;
  FakeKernel kernel_;
  RealScheduler scheduler_;
  BusOpener opener_{scheduler_, kernel_};
};

TEST_F(LabFacilityTest, MakesCallsAsTheInterfaceSays) {
  const auto facility = Serve({R"("rc":18,"token":18446744073709551615)", R"("rc":-70,"token":0)",
                               R"("rc":0,"token":0)", R"("rc":0,"token":0,"data":"613d620a")"});
  EXPECT_EQ(facility->hardware_address(), "lab:5:6#capi0");
  const Bytes first = MakeBytes({0x00, 0xFF});
  const Bytes second = MakeBytes({0x12});
  const std::array<ByteView, 2> list{first, second};
  const auto more = scheduler_.Run(facility->Call(FacilityOperation::kDownload, 7, list));
  ASSERT_TRUE(more);
  EXPECT_EQ(more->code, 18);
  EXPECT_EQ(more->token, ~std::uint64_t{0});
  const auto bad =
      scheduler_.Run(facility->Call(FacilityOperation::kValidate, ~std::uint64_t{0}, list));
  EXPECT_EQ(bad->code, -70);
  EXPECT_TRUE(scheduler_.Run(facility->Call(FacilityOperation::kReset, 0, {})));
  const auto vital = scheduler_.Run(facility->Call(FacilityOperation::kVitalData, 0, {}));
  EXPECT_EQ(vital->data, MakeBytes({'a', '=', 'b', '\n'}));
  EXPECT_THAT(
      *asked_,
      testing::ElementsAre(
          R"({"id":1,"port":"capi0","hcall":{"op":"download","token":7,"list":["00ff","12"]}})",
          R"({"id":2,"port":"capi0","hcall":{"op":"validate","token":18446744073709551615,"list":["00ff","12"]}})",
          R"({"id":3,"port":"capi0","hcall":{"op":"reset","token":0,"list":[]}})",
          R"({"id":4,"port":"capi0","hcall":{"op":"vpd","token":0,"list":[]}})"));
}

TEST_F(LabFacilityTest, HandsOverAWholeChunkInOneLine) {
  const auto facility = Serve({R"("rc":0,"token":0)"});
  const Bytes page(PlatformFacility::kBufferBytes, std::byte{0xA5});
  const std::vector<ByteView> list(PlatformFacility::kMostEntries, page);
  ASSERT_TRUE(scheduler_.Run(facility->Call(FacilityOperation::kDownload, 0, list)));
  EXPECT_GT(asked_->front().size(), std::size_t{2} << 20U);
  EXPECT_LT(asked_->front().size(), 2'100'000U);
}

TEST_F(LabFacilityTest, BelievesNoReplyThatMakesNoSense) {
  const Lines replies{R"("ack":true)",
                      R"("rc":"0","token":0)",
                      R"("rc":0.5,"token":0)",
                      R"("rc":18446744073709551615,"token":0)",
                      R"("rc":0)",
                      R"("rc":0,"token":-1)",
                      R"("rc":0,"token":0,"data":"0")",
                      R"("rc":0,"token":0,"data":1)"};
  const auto facility = Serve(replies);
  for (const std::string& reply : replies) {
    const auto answer = scheduler_.Run(facility->Call(FacilityOperation::kReset, 0, {}));
    ASSERT_FALSE(answer) << reply;
    EXPECT_EQ(answer.error().code(), ErrorCode::kRwError) << reply;
  }
}

TEST_F(LabFacilityTest, TellsThatThereIsNoSuchPort) {
  const auto facility = Serve({R"("error":"no such port")"});
  const auto answer = scheduler_.Run(facility->Call(FacilityOperation::kReset, 0, {}));
  EXPECT_EQ(answer.error().code(), ErrorCode::kNotFound);
}

TEST_F(LabFacilityTest, IsNotTheAnswerToATransfer) {
  const auto facility = Serve({R"("rc":0,"token":0)"});
  const auto port = opener_.Open(LabAddress{lab_->path(), "swp1"}).value();
  const std::array messages{I2cMessage{.read = 1}};
  EXPECT_EQ(scheduler_.Run(port->Transfer(messages)).error().code(), ErrorCode::kRwError);
}

TEST_F(LabFacilityTest, IsOpenedWhereAnAdapterCanBe) {
  EXPECT_EQ(opener_.OpenFacility(I2cDevAddress{"/dev/i2c-7"}).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(
      opener_.OpenFacility(LabAddress{"/nowhere", "capi0"}, {.max_write_bytes = 32}).error().code(),
      ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace reflash
