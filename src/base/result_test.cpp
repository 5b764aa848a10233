// Results and the macros that hand failures on.
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace cloudvno {
namespace {

Result<int> positive(int number) {
  if (number <= 0) return fail(Errc::invalid_parameter, "`n` is not positive", "n");
  return number;
}

Result<std::unique_ptr<int>> boxed(int number) {
  TRY(positive(number));
  TRY_ASSIGN(const int checked, positive(number));
  return std::make_unique<int>(checked);
}

Result<int> doubled(int number) {
  TRY_ASSIGN(auto box, boxed(number));  // moves what cannot be copied
  return *box * 2;
}

TEST(Result, HandsAValueOn) {
  EXPECT_EQ(doubled(21).value(), 42);
}

TEST(Result, HandsAFailureOnWhole) {
  const auto failed = doubled(0);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::invalid_parameter);
  EXPECT_EQ(failed.error().text, "`n` is not positive");
  EXPECT_EQ(failed.error().param, "n");
}

TEST(Result, KeepsAFaultsDetailFromTheCustomer) {
  const Result<> failed = fault("disk full");
  EXPECT_EQ(failed.error().code, Errc::internal_error);
  EXPECT_EQ(failed.error().text, "");
  EXPECT_EQ(failed.error().detail, "disk full");
}

}  // namespace
}  // namespace cloudvno
