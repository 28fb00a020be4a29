// SPDX-License-Identifier: Apache-2.0
#include "fpga/update_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reflash::fpga {
namespace {

using testing::HasSubstr;

TEST(UpdateState, IsInBits7To4And23To16) {
  const UpdateState state = UpdateState::Decode(0x00000131, 0x00080000);
  EXPECT_TRUE(state.requested);
  EXPECT_EQ(state.progress, UpdateProgress::kReady);
  EXPECT_EQ(state.status, 8);
}

struct StatusCase {
  unsigned status;
  bool failed;
  ErrorCode code;
  std::string_view words;
};

TEST(UpdateState, HasASentenceForEachStatus) {
  for (const auto& [status, failed, code, words] : {
           StatusCase{0x00, false, ErrorCode::kHwError, "no error"},
           StatusCase{0x01, true, ErrorCode::kTimeout, "waited too long for the host"},
           StatusCase{0x02, true, ErrorCode::kInvalidImage, "signature is not good"},
           StatusCase{0x03, true, ErrorCode::kHwError, "could not copy the image to flash"},
           StatusCase{0x04, true, ErrorCode::kHwError, "failed fatally"},
           StatusCase{0x05, true, ErrorCode::kInvalidImage, "PKVL refused"},
           StatusCase{0x06, true, ErrorCode::kInvalidImage, "must not go back"},
           StatusCase{0x07, true, ErrorCode::kHwError, "could not erase"},
           StatusCase{0x08, true, ErrorCode::kWearout, "wait 30 s and try again"},
           StatusCase{0x80, false, ErrorCode::kHwError, "Nios"},
           StatusCase{0x81, false, ErrorCode::kHwError, "user image"},
           StatusCase{0x82, false, ErrorCode::kHwError, "factory image"},
           StatusCase{0x83, true, ErrorCode::kHwError, "could not start its user image"},
           StatusCase{0x84, true, ErrorCode::kHwError, "could not start its factory image"},
           StatusCase{0x85, true, ErrorCode::kHwError, "could not open its flash"},
           StatusCase{0x86, true, ErrorCode::kHwError, "could not open the FPGA's flash"},
           StatusCase{0x55, true, ErrorCode::kHwError, "status 55h, which is in no table"},
       }) {
    const UpdateState state = UpdateState::Decode(0, status << 16U);
    EXPECT_EQ(state.Failed(), failed) << status;
    EXPECT_EQ(state.Failure().code(), code) << status;
    EXPECT_THAT(state.Failure().Message(), HasSubstr(words));
    EXPECT_THAT(state.Failure().Message(), HasSubstr(fmt::format("{:02X}h", status)));
  }
}

struct ProgressCase {
  unsigned progress;
  bool at_rest;
  bool programs;
  std::string_view words;
};

TEST(UpdateState, TellsWhatTheControllerIsDoing) {
  for (const auto& [progress, at_rest, programs, words] : {
           ProgressCase{0, true, false, "idle"},
           ProgressCase{1, false, false, "erasing the staging area"},
           ProgressCase{3, false, false, "ready to take an image"},
           ProgressCase{4, false, true, "authenticating the image"},
           ProgressCase{5, false, true, "copying the image to flash"},
           ProgressCase{6, false, false, "canceling the update"},
           ProgressCase{7, false, true, "programming the key hash"},
           ProgressCase{8, true, false, "done"},
           ProgressCase{9, true, false, "done with the PKVL"},
           ProgressCase{2, false, false, "in state 2, which is in no table"},
           ProgressCase{15, false, false, "in state 15, which is in no table"},
       }) {
    const UpdateState state = UpdateState::Decode(progress << 4U, 0);
    EXPECT_EQ(state.AtRest(), at_rest) << progress;
    EXPECT_EQ(state.Programs(), programs) << progress;
    EXPECT_EQ(state.ProgressWords(), words);
  }
}

}  // namespace
}  // namespace reflash::fpga
