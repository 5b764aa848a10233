// One measurement.
#include "run.hpp"

#include <boost/json/value_to.hpp>

namespace cloudvno::bench {
namespace {

// Longer than Kannel waits before it tries a callback again.
constexpr std::chrono::seconds patience{15};

}  // namespace

RunOptions read_run_options(const boost::json::object& asked) {
  const auto number = [&](std::string_view name, double otherwise) {
    const auto* value = asked.if_contains(name);
    return value ? value->to_number<double>() : otherwise;
  };
  RunOptions options;
  options.load.port = static_cast<std::uint16_t>(number("port", 0));
  options.load.connections = static_cast<std::size_t>(number("connections", 16));
  options.load.request = asked.at("request").as_string();
  options.load.senders = boost::json::value_to<std::vector<std::string>>(asked.at("senders"));
  options.load.rate = number("rate", 0);
  options.load.most_in_flight = static_cast<std::size_t>(number("most_in_flight", 2000));
  options.receipts = asked.at("receipts").as_bool();
  options.receipt_delay =
      std::chrono::milliseconds(static_cast<std::int64_t>(number("receipt_delay_ms", 0)));
  options.duration =
      std::chrono::milliseconds(static_cast<std::int64_t>(1000 * number("seconds", 4)));
  options.processes = boost::json::value_to<std::vector<pid_t>>(asked.at("processes"));
  return options;
}

Run::Run(Loop& loop, Ledger& ledger, Smsc& smsc, const RunOptions& options)
    : ledger_(ledger), smsc_(smsc), options_(options), load_(loop, ledger, options.load) {
  smsc.set_receipts(options.receipts, options.receipt_delay);
  before_ = usage_of(options.processes);
  own_before_us_ = own_cpu_us();
  const auto now = std::chrono::steady_clock::now();
  end_ = now + options.duration;
  ledger.start(options.receipts, now);
}

std::optional<Moment> Run::tick(Moment now) {
  if (now >= end_) {
    if (!complete_at_end_) complete_at_end_ = ledger_.complete();
    load_.stop();
    return std::nullopt;
  }
  const auto due = load_.tick(now);
  return due ? std::min(*due, end_) : end_;
}

bool Run::is_over(Moment now) const {
  return now >= end_ &&
         (ledger_.in_flight() == 0 || now - std::max(ledger_.last_progress(), end_) > patience);
}

boost::json::object Run::result() const {
  const auto complete = ledger_.complete();
  const double each = complete == 0 ? 0 : 1.0 / static_cast<double>(complete);
  const auto after = usage_of(options_.processes);
  boost::json::object threads;
  for (const auto& [name, us] : after.threads_us) {
    const auto before = before_.threads_us.find(name);
    threads[name] = (us - (before == before_.threads_us.end() ? 0 : before->second)) * each;
  }
  const auto accept = ledger_.accept();
  const auto whole = ledger_.to_last_callback();
  return {{"asked", ledger_.asked()},
          {"accepted", ledger_.accepted()},
          {"refused", ledger_.refused()},
          {"submitted", ledger_.submitted()},
          {"sent_callbacks", ledger_.sent_callbacks()},
          {"delivered_callbacks", ledger_.delivered_callbacks()},
          {"complete", complete},
          {"twice", ledger_.twice()},
          {"strays", ledger_.strays()},
          {"receipts_refused", smsc_.receipts_refused()},
          {"rate", ledger_.rate()},
          {"goodput", static_cast<double>(complete_at_end_.value_or(0)) /
                          std::chrono::duration<double>(options_.duration).count()},
          {"refusal_p99_ms", load_.refusal_p99_ms()},
          {"slowest_ms", ledger_.slowest_ms()},
          {"accept_p50_ms", accept.p50_ms},
          {"accept_p99_ms", accept.p99_ms},
          {"whole_p50_ms", whole.p50_ms},
          {"whole_p99_ms", whole.p99_ms},
          {"server_cpu_us", (after.cpu_us - before_.cpu_us) * each},
          {"generator_cpu_us", (own_cpu_us() - own_before_us_) * each},
          {"peak_mib", after.peak_mib},
          {"threads_us", threads},
          {"first_refusal", load_.first_refusal()}};
}

}  // namespace cloudvno::bench
