// Programs that behave, and programs that do not.
#include "connectors/speech/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/this_coro.hpp>

#include "connectors/speech/testing/script.hpp"
#include "platform/net/run_on.hpp"
#include "platform/net/testing/run.hpp"

namespace cloudvno::speech {
namespace {

using namespace std::chrono_literals;
using testing::Script;
using Output = std::expected<std::string, ChildFailure>;

Output run(const Script& script, std::string input = {}, std::chrono::milliseconds deadline = 20s,
           std::size_t most = 1'000'000, std::vector<std::string> arguments = {}) {
  return net::testing::run(
      run_child({script.path(), std::move(arguments), std::move(input), most, deadline}));
}

// The process whose number the script left: gone, and not a zombie of ours either.
void expect_gone(const Script& script) {
  const auto process = script.wrote("pid");
  ASSERT_FALSE(process.empty());
  EXPECT_EQ(::kill(std::stoi(process), 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Child, TakesItsInputAndGivesItsOutput) {
  const Script cat("cat; echo \"$1|$2\"");
  EXPECT_EQ(run(cat, "hello", 20s, 1'000, {"a b", "$(id); *"}), "helloa b|$(id); *\n");
  const std::string large(900'000, 'x');
  EXPECT_EQ(run(Script("exec cat"), large), large);
}

TEST(Child, SeesNothingOfOurs) {
  ::setenv("CLOUDVNO_TEST_SECRET", "secret", 1);
  const auto seen = run(Script("env; ls -l /proc/self/fd"));
  ::unsetenv("CLOUDVNO_TEST_SECRET");
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->contains("SECRET"));
  // Its own three, and the folder that ls reads.
  EXPECT_FALSE(seen->contains(" 4 -> ")) << *seen;
}

TEST(Child, TellsThatTheProgramIsNotThere) {
  const auto absent = [](std::string program) {
    return net::testing::run(run_child({std::move(program), {}, {}, 1'000, 5s}));
  };
  EXPECT_EQ(absent("/nonexistent/espeak-ng").error(), ChildFailure::not_installed);
  EXPECT_EQ(absent("cloudvno-no-such-program").error(), ChildFailure::not_installed);
  EXPECT_EQ(absent("/etc/passwd").error(), ChildFailure::not_started);
}

TEST(Child, EndsOneThatHangs) {
  const Script hangs("echo $$ >\"$here/pid\"; echo some; exec sleep 1000");
  EXPECT_EQ(run(hangs, {}, 300ms).error(), ChildFailure::too_slow);
  expect_gone(hangs);
  // One that closes its output, but stays.
  const Script stays("echo $$ >\"$here/pid\"; exec sleep 1000 >&-");
  EXPECT_EQ(run(stays, {}, 300ms).error(), ChildFailure::too_slow);
  expect_gone(stays);
}

TEST(Child, EndsOneThatNeverStopsWriting) {
  const Script writes("echo $$ >\"$here/pid\"; exec head -c 1000000000 /dev/zero");
  EXPECT_EQ(run(writes).error(), ChildFailure::too_much);
  expect_gone(writes);
}

TEST(Child, TellsThatItFailed) {
  EXPECT_EQ(run(Script("echo part; exit 3")).error(), ChildFailure::failed);
  EXPECT_EQ(run(Script("echo part; kill -SEGV $$")).error(), ChildFailure::failed);
}

TEST(Child, IsGoneWhenItsCallerIsCancelled) {
  const Script hangs("echo $$ >\"$here/pid\"; echo begun; exec sleep 1000");
  const auto give_up = [&]() -> net::Task<bool> {
    auto run = run_child({hangs.path(), {}, {}, 1'000, 20s});
    co_return (co_await net::with_deadline(std::move(run), 300ms)).has_value();
  };
  EXPECT_FALSE(net::testing::run(give_up()));
  expect_gone(hangs);
}

}  // namespace
}  // namespace cloudvno::speech
