// A carrier that is reached over HTTP.
#include "connectors/http_carrier/http_carrier.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/messaging/delivery_errors.hpp"

namespace cloudvno::http_carrier {

using messaging::Intake;
using messaging::SubmitOutcome;
using messaging::SubmitResult;

namespace {

constexpr std::size_t largest_incoming = 256 * 1024;

http_io::ClientOptions client_options(const Options& options) {
  // A place more than the window, for probes.
  const auto places = options.connections + 1;
  http_io::ClientOptions made;
  made.requests = places;
  made.requests_per_host = places;
  made.waiting = places;
  made.idle_connections = places;
  made.idle_per_host = places;
  return made;
}

http::Response plain(int status, std::string body = {}) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

void count_unreadable(std::string_view carrier, std::size_t number) {
  if (number == 0) return;
  static auto& unreadable = metrics::counter(
      "cloudvno_http_carrier_unreadable_total",
      "Receipts and messages from HTTP carriers that have no readable id, number or text");
  unreadable.add(number);
  log::warn("http_carrier.unreadable", {{"carrier", carrier}, {"items", number}});
}

// Waits until the listener has told of every item.
struct Told {
  explicit Told(net::Executor executor, std::size_t items)
      : open(items), intakes(items, Intake::try_later), all(std::move(executor)) {}

  std::function<void(Intake)> of(std::size_t item, const std::shared_ptr<Told>& self) {
    return [self, item](Intake intake) {
      self->intakes[item] = intake;
      if (--self->open == 0) self->all.set();
    };
  }

  std::size_t open;
  std::vector<Intake> intakes;
  net::Event all;
};

}  // namespace

HttpCarrier::HttpCarrier(net::Executor control, net::Executor io, const Clock& clock,
                         net::Resolver& resolver, Options options,
                         messaging::CarrierListener& listener)
    : control_(control),
      clock_(clock),
      options_(std::move(options)),
      listener_(listener),
      guard_(options_.allowed_ranges, net::interface_addresses()),
      client_(std::move(io), resolver, guard_, options_.tls, client_options(options_)),
      gate_(options_.gate),
      look_(control),
      all_in_(control),
      requests_(control, "http_carrier.requests"),
      tasks_(control, "http_carrier") {}

void HttpCarrier::start() {
  tasks_.spawn("link", hold_link());
}

net::Task<> HttpCarrier::stop() {
  stopping_ = true;
  up_ = false;
  if (out_ > 0) co_await all_in_.wait_for(options_.close_timeout);
  requests_.cancel();
  tasks_.cancel();
  co_await requests_.wait();
  co_await tasks_.wait();
}

std::size_t HttpCarrier::window() const {
  return up_ && !paused_ ? options_.connections : 0;
}

net::Task<> HttpCarrier::hold_link() {
  auto wait = options_.least_wait;
  while (!stopping_) {
    got_through_ = false;
    const bool there = co_await probe();
    if (there) {
      if (!up_) came_up();
      // Probes do not show whether our password is right again: the pauses go on growing.
      if (!refused_us_) wait = options_.least_wait;
      bool in_doubt = co_await look_.wait_for(options_.probe_every);
      while (up_ && !in_doubt && std::exchange(got_through_, false)) {
        in_doubt = co_await look_.wait_for(options_.probe_every);
      }
      if (up_) continue;
    }
    if (up_) went_down(problem_);
    co_await net::sleep_for(wait);
    wait = std::min(wait * 2, options_.most_wait);
  }
}

net::Task<bool> HttpCarrier::probe() {
  http::OutgoingRequest request;
  request.url = http::Url::parse(options_.probe_url).value();
  request.headers.add("User-Agent", "CloudVNO/1");
  request.headers.add("Accept", "*/*");
  request.timeout = std::min(options_.timeout, std::chrono::milliseconds(10'000));
  const auto answer = co_await client_.send(std::move(request));
  if (!answer && answer.error().kind == http::SendFailure::response_too_large) co_return true;
  if (!answer) {
    problem_ = answer.error().text;
    co_return false;
  }
  if (answer->status < 502 || answer->status > 504) co_return true;
  problem_ = fmt::format("the probe was answered with status {}", answer->status);
  co_return false;
}

void HttpCarrier::came_up() {
  if (stopping_) return;
  up_ = true;
  problem_.clear();
  log::info("http_carrier.up", {{"carrier", options_.name}, {"connections", options_.connections}});
  if (!paused_) listener_.on_window_open(*this);
}

void HttpCarrier::went_down(std::string problem) {
  problem_ = std::move(problem);
  if (!std::exchange(up_, false)) return;
  log::warn("http_carrier.down", {{"carrier", options_.name}, {"problem", problem_}});
  look_.set();
}

void HttpCarrier::submit(messaging::Submission submission,
                         std::function<void(SubmitOutcome)> done) {
  if (stopping_) {
    boost::asio::post(control_, [done = std::move(done)] { done({}); });
    return;
  }
  ++out_;
  requests_.spawn("request", carry(std::move(submission), std::move(done)));
}

net::Task<> HttpCarrier::carry(messaging::Submission submission,
                               std::function<void(SubmitOutcome)> done) {
  SubmitOutcome outcome;
  bool out = false;
  try {
    // The port promises an outcome after the call, not within it.
    co_await boost::asio::post(control_, boost::asio::use_awaitable);
    outcome = co_await exchange(submission, out);
  } catch (const boost::system::system_error&) {  // cancelled by stop()
    outcome.result = out ? SubmitResult::unknown : SubmitResult::not_sent;
  }
  if (--out_ == 0 && stopping_) all_in_.set();
  done(std::move(outcome));
}

net::Task<SubmitOutcome> HttpCarrier::exchange(const messaging::Submission& submission, bool& out) {
  if (options_.messages_per_second > 0) {
    const auto now = std::chrono::steady_clock::now();
    const auto slot = std::max(next_slot_, now);
    next_slot_ = slot + std::chrono::microseconds(1'000'000 / options_.messages_per_second);
    if (slot > now) co_await net::sleep_for(slot - now);
    if (!up_) co_return SubmitOutcome();
  }
  auto request = write_request(options_.request, submission);
  if (!request) {
    log::error("http_carrier.unwritable",
               {{"carrier", options_.name}, {"message", submission.message.view()}});
    co_return SubmitOutcome{SubmitResult::refused, {}, messaging::error_carrier_refused};
  }
  request->timeout = options_.timeout;
  out = true;
  const auto answer = co_await client_.send(std::move(*request));
  if (!answer) co_return failed(answer.error());
  got_through_ = true;
  co_return answered(*answer, reference_of(options_.request, submission));
}

SubmitOutcome HttpCarrier::answered(const http::Response& response, const std::string& reference) {
  auto judged = judge(options_.answers, response, reference);
  if (judged.verdict != Verdict::unavailable) refused_us_ = false;
  switch (judged.verdict) {
    case Verdict::accepted:
      if (judged.id.empty() && options_.answers.id.is_set()) {
        static auto& without_id =
            metrics::counter("cloudvno_http_carrier_without_id_total",
                             "Messages that HTTP carriers accepted without the id of a receipt");
        without_id.add();
      }
      return {SubmitResult::accepted, std::move(judged.id), 0};
    case Verdict::refused:
      return {SubmitResult::refused, {}, judged.error_code};
    case Verdict::temporary:
      return {SubmitResult::temporary, {}, 0};
    case Verdict::throttled:
      pause(judged.retry_after);
      return {SubmitResult::throttled, {}, 0};
    case Verdict::unavailable:
      refused_us_ = true;
      went_down(fmt::format("it takes nothing: status {}", response.status));
      return {SubmitResult::throttled, {}, 0};
    case Verdict::unknown:
      break;
  }
  return {SubmitResult::unknown, {}, 0};
}

SubmitOutcome HttpCarrier::failed(const http::SendError& error) {
  using enum http::SendFailure;
  switch (error.kind) {
    case bad_request:
      return {SubmitResult::refused, {}, messaging::error_carrier_refused};
    case overloaded:
      return {};
    case dns_failure:
    case refused_address:
    case connect_failure:
    case connect_timeout:
    case tls_failure:
      went_down(error.text);
      return {};
    default:
      break;
  }
  // Lost on the way. Whether the link is, a probe says.
  look_.set();
  return {error.reached ? SubmitResult::unknown : SubmitResult::not_sent, {}, 0};
}

void HttpCarrier::pause(std::chrono::seconds length) {
  if (length.count() == 0 || std::exchange(paused_, true)) return;
  log::info("http_carrier.paused", {{"carrier", options_.name}, {"seconds", length.count()}});
  tasks_.spawn("pause", reopen(length));
}

net::Task<> HttpCarrier::reopen(std::chrono::seconds length) {
  co_await net::sleep_until(clock_, clock_.now() + length);
  paused_ = false;
  if (up_) listener_.on_window_open(*this);
}

template <class Item>
net::Task<std::vector<Intake>> HttpCarrier::hand_on(std::vector<Item> items) {
  const auto told = std::make_shared<Told>(control_, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if constexpr (std::is_same_v<Item, messaging::Receipt>) {
      listener_.on_receipt(*this, std::move(items[i]), told->of(i, told));
    } else {
      listener_.on_inbound(*this, std::move(items[i]), told->of(i, told));
    }
  }
  while (told->open > 0) co_await told->all.wait();
  co_return told->intakes;
}

net::Task<http::Response> HttpCarrier::receive(Route route, http::Request request,
                                               std::string in_path) {
  const bool inbound = route == Route::inbound;
  const bool configured = inbound ? options_.inbound.text.is_set() : options_.receipts.id.is_set();
  if (!gate_.is_set() || !configured) co_return plain(404, "not configured\n");
  if (request.body.size() > largest_incoming) co_return plain(413, "too large\n");
  switch (gate_.judge(request, in_path, clock_.now())) {
    case Entry::open:
      break;
    case Entry::refused:
      co_return plain(403, "refused\n");
    case Entry::too_many: {
      auto response = plain(429, "too many refused requests\n");
      response.headers.add("Retry-After", "60");
      co_return response;
    }
  }
  const Document document(request.headers, request.body, request.query);
  std::size_t unreadable = 0;
  std::vector<Intake> intakes;
  if (inbound) {
    auto read = read_inbound(options_.inbound, document);
    unreadable = read.unreadable;
    intakes = co_await hand_on(std::move(read.items));
  } else {
    auto read = read_receipts(options_.receipts, document);
    unreadable = read.unreadable;
    intakes = co_await hand_on(std::move(read.items));
  }
  count_unreadable(options_.name, unreadable);
  if (std::ranges::find(intakes, Intake::try_later) != intakes.end()) {
    auto response = plain(503, "again, please\n");
    response.headers.add("Retry-After", "5");
    co_return response;
  }
  if (intakes.empty() && unreadable > 0) co_return plain(400, "unreadable\n");
  const auto& reply = inbound ? options_.inbound_reply : options_.receipt_reply;
  auto response = plain(200, reply.body);
  response.headers.set("Content-Type", reply.content_type);
  const bool ours = intakes.empty() || std::ranges::find(intakes, Intake::kept) != intakes.end();
  if (!ours) response.status = reply.not_ours;
  co_return response;
}

}  // namespace cloudvno::http_carrier
