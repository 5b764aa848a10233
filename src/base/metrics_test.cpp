// Metrics and their text form.
#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace cloudvno::metrics {
namespace {

using testing::HasSubstr;

TEST(Metrics, AnswerTheSameObjectForTheSameNameAndLabels) {
  auto& sent = counter("test_sent_total", "Messages sent.", R"(state="sent")");
  EXPECT_EQ(&counter("test_sent_total", "Messages sent.", R"(state="sent")"), &sent);
  EXPECT_NE(&counter("test_sent_total", "Messages sent.", R"(state="failed")"), &sent);
}

// Prometheus text format 0.0.4: HELP and TYPE once a family, then its series.
TEST(Metrics, PrintAFamilyWithItsSeries) {
  counter("test_family_total", "What it counts.", R"(kind="a")").add(3);
  counter("test_family_total", "What it counts.", R"(kind="b")").add();
  gauge("test_level", "What it shows.").set(-7);
  const auto text = print_all();
  EXPECT_THAT(text, HasSubstr("# HELP test_family_total What it counts.\n"
                              "# TYPE test_family_total counter\n"
                              "test_family_total{kind=\"a\"} 3\n"
                              "test_family_total{kind=\"b\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE test_level gauge\ntest_level -7\n"));
}

TEST(Metrics, CountAHistogramsBucketsUpwards) {
  auto& times = histogram("test_seconds", "How long.", R"(route="x")");
  for (const double seconds : {0.0004, 0.0005, 0.02, 3.0, 100.0}) times.observe(seconds);
  const auto text = print_all();
  EXPECT_THAT(text, HasSubstr("# TYPE test_seconds histogram\n"
                              "test_seconds_bucket{route=\"x\",le=\"0.0005\"} 2\n"
                              "test_seconds_bucket{route=\"x\",le=\"0.001\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("test_seconds_bucket{route=\"x\",le=\"0.025\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("test_seconds_bucket{route=\"x\",le=\"10\"} 4\n"
                              "test_seconds_bucket{route=\"x\",le=\"+Inf\"} 5\n"
                              "test_seconds_sum{route=\"x\"} 103.0209\n"
                              "test_seconds_count{route=\"x\"} 5\n"));
}

TEST(Metrics, PrintAHistogramWithoutLabels) {
  histogram("test_plain_seconds", "How long.").observe(1);
  const auto text = print_all();
  EXPECT_THAT(text, HasSubstr("test_plain_seconds_bucket{le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("test_plain_seconds_sum 1\ntest_plain_seconds_count 1\n"));
}

TEST(Metrics, TakeTimesThatCannotBe) {
  auto& times = histogram("test_odd_seconds", "How long.");
  times.observe(-1);
  times.observe(std::numeric_limits<double>::quiet_NaN());
  times.observe(std::numeric_limits<double>::infinity());
  const auto text = print_all();
  EXPECT_THAT(text, HasSubstr("test_odd_seconds_bucket{le=\"0.0005\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("test_odd_seconds_sum 31557600\ntest_odd_seconds_count 3\n"));
}

TEST(Metrics, LoseNothingBetweenThreads) {
  auto& shared = counter("test_threads_total", "Counted by many.");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int n = 0; n < 1'000; ++n) counter("test_threads_total", "Counted by many.").add();
    });
  }
  threads.clear();
  EXPECT_EQ(shared.value(), 4'000);
}

TEST(MetricsDeathTest, RefuseOneNameForTwoTypes) {
  EXPECT_DEATH(
      {
        counter("test_clash", "A counter.");
        gauge("test_clash", "A gauge.");
      },
      "one type");
}

}  // namespace
}  // namespace cloudvno::metrics
