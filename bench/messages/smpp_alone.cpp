// SMPP alone: the carrier connector as the dispatcher uses it, with nothing behind or before it.
// Each outcome sends the next message, so that a whole window is always out.
//
//   bench_smpp_alone PORT WINDOW SECONDS
//
// Prints one JSON object: the submit_sm a second that the SMSC took, and our processor time of
// each.
#include <sys/resource.h>

#include <boost/asio/ip/address_v4.hpp>
#include <cstdio>
#include <exception>
#include <future>

#include "base/clock.hpp"
#include "connectors/smpp_carrier/smpp_carrier.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/sms/split.hpp"

namespace cloudvno {
namespace {

class OnlyLoopback final : public net::Resolver {
 public:
  net::Task<Result<net::Addresses>> resolve(std::string) override {
    co_return net::Addresses{boost::asio::ip::address_v4::loopback()};
  }
};

// Lives on the control loop, but for what main() reads after stop().
class Driver final : public messaging::CarrierListener {
 public:
  Driver(net::Executor control, smpp_carrier::Options options)
      : window_(options.window),
        carrier_(std::move(control), clock_, resolver_, std::move(options), *this) {
    submission_.from = PhoneNumber::parse("+12025550101").value();
    submission_.to = PhoneNumber::parse("+447000000001").value();
    auto text = sms::split_text("Your parcel arrives today between 10 and 12.", 0);
    submission_.part = std::move(text.value().parts.front());
    submission_.validity = std::chrono::hours(10);
  }

  void start() { carrier_.start(); }
  net::Task<> stop() {
    stopped_ = true;
    co_await carrier_.stop();
  }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t others() const { return others_; }

  void on_window_open(messaging::Carrier&) override {
    for (std::size_t i = 0; i < window_; ++i) submit();
    up_.set_value();
  }
  void on_receipt(messaging::Carrier&, messaging::Receipt,
                  std::function<void(messaging::Intake)> done) override {
    done(messaging::Intake::kept);
  }
  void on_inbound(messaging::Carrier&, messaging::InboundPart,
                  std::function<void(messaging::Intake)> done) override {
    done(messaging::Intake::kept);
  }
  std::future<void> up() { return up_.get_future(); }

 private:
  void submit() {
    carrier_.submit(submission_, [this](const messaging::SubmitOutcome& outcome) {
      ++(outcome.result == messaging::SubmitResult::accepted ? accepted_ : others_);
      if (!stopped_) submit();
    });
  }

  SystemClock clock_;
  OnlyLoopback resolver_;
  std::size_t window_;
  messaging::Submission submission_;
  std::atomic<std::uint64_t> accepted_ = 0;
  std::atomic<std::uint64_t> others_ = 0;
  bool stopped_ = false;
  std::promise<void> up_;
  smpp_carrier::SmppCarrier carrier_;
};

double cpu_us() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return micros(used.ru_utime) + micros(used.ru_stime);
}

void measure(std::uint16_t port, std::size_t window, double seconds) {
  smpp_carrier::Options options;
  options.name = "bench";
  options.host = "127.0.0.1";
  options.port = port;
  options.system_id = "bench";
  options.password = "bench";
  options.window = window;
  net::Loop control("control");
  Driver driver(control.executor(), std::move(options));
  net::TaskGroup tasks(control.executor(), "bench");
  boost::asio::post(control.executor(), [&] { driver.start(); });
  if (driver.up().wait_for(std::chrono::seconds(10)) != std::future_status::ready)
    throw std::runtime_error("the SMSC did not take the bind");
  const auto start = std::chrono::steady_clock::now();
  const auto before = driver.accepted();
  const auto cpu_before = cpu_us();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const auto count = static_cast<double>(driver.accepted() - before);
  const auto cpu = cpu_us() - cpu_before;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::promise<void> stopped;
  tasks.spawn("stop", [](Driver& ended, std::promise<void>& told) -> net::Task<> {
    co_await ended.stop();
    told.set_value();
  }(driver, stopped));
  stopped.get_future().wait_for(std::chrono::seconds(10));
  control.stop();
  fmt::print("{{\"accepted\":{:.0f},\"rate\":{:.0f},\"cpu_us\":{:.2f},\"not_accepted\":{}}}\n",
             count, count / took.count(), cpu / count, driver.others());
}

}  // namespace
}  // namespace cloudvno

int main(int count, char** arguments) {
  try {
    if (count != 4) throw std::runtime_error("usage: bench_smpp_alone PORT WINDOW SECONDS");
    cloudvno::measure(static_cast<std::uint16_t>(std::stoi(arguments[1])), std::stoul(arguments[2]),
                      std::stod(arguments[3]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_smpp_alone: %s\n", error.what());
    return 1;
  }
}
