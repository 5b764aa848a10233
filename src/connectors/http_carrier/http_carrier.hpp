// A carrier that is reached over HTTP, behind the carrier port: what it wants to be asked, how it
// answers and how it reports is the operator's to configure.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "connectors/http_carrier/answer_rules.hpp"
#include "connectors/http_carrier/gate.hpp"
#include "connectors/http_carrier/incoming.hpp"
#include "connectors/http_carrier/request_writer.hpp"
#include "domain/messaging/carrier.hpp"
#include "platform/net/address_guard.hpp"
#include "platform/net/event.hpp"
#include "platform/net/resolver.hpp"
#include "platform/net/runtime.hpp"
#include "platform/net/tls.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::http_carrier {

// What we answer to what the aggregator sends.
struct Reply {
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  int not_ours = 200;  // status, where all that came is for nobody here
};

struct Options {
  std::string name;  // the operator's word; in the store and in the log
  RequestRules request;
  AnswerRules answers;
  GateOptions gate;
  ReceiptRules receipts;
  Reply receipt_reply;
  InboundRules inbound;
  Reply inbound_reply;
  std::string probe_url;  // asked with GET to see whether the carrier is there
  std::size_t connections = 4;
  int messages_per_second = 0;  // 0: as fast as the connections allow
  std::chrono::milliseconds timeout{30'000};
  std::vector<net::AddressRange> allowed_ranges;  // reachable though not global
  std::shared_ptr<const net::TlsClient> tls;      // for https
  messaging::CarrierTraits traits;
  std::chrono::milliseconds least_wait{1'000};  // between probes while it is away; doubles
  std::chrono::milliseconds most_wait{30'000};
  std::chrono::milliseconds probe_every{30'000};    // while it is there and nothing goes out
  std::chrono::milliseconds close_timeout{10'000};  // for answers, at the end
};

// The link is up from the first answer of any kind to a probe. It is down when no connection comes
// about, when an answer says `unavailable`, or when a request is lost and a probe then fails; then
// it is probed, with growing pauses. A probe that a proxy answers in the carrier's place (502, 503,
// 504) failed.
//
// Lives on the control thread; its requests run on `io`. Its owner awaits stop() before it goes
// away, with no receive() under way.
class HttpCarrier final : public messaging::Carrier {
 public:
  // `clock`, `resolver` and `listener` outlive the carrier.
  HttpCarrier(net::Executor control, net::Executor io, const Clock& clock, net::Resolver& resolver,
              Options options, messaging::CarrierListener& listener);

  void start();  // once
  // Waits for the answers to what is out, at most close_timeout; the rest is told as unknown.
  net::Task<> stop();

  bool is_up() const override { return up_; }
  // Why there is no link, for the operator; empty while all is well.
  const std::string& problem() const { return problem_; }

  enum class Route { receipts, inbound };
  // What came in at /carriers/NAME/receipts or inbound. Answers when the listener has kept it.
  net::Task<http::Response> receive(Route route, http::Request request, std::string in_path);

  // messaging::Carrier
  std::string_view name() const override { return options_.name; }
  std::size_t window() const override;
  const messaging::CarrierTraits& traits() const override { return options_.traits; }
  void submit(messaging::Submission submission,
              std::function<void(messaging::SubmitOutcome)> done) override;

 private:
  net::Task<> hold_link();
  net::Task<bool> probe();
  void came_up();
  void went_down(std::string problem);
  net::Task<> carry(messaging::Submission submission,
                    std::function<void(messaging::SubmitOutcome)> done);
  net::Task<messaging::SubmitOutcome> exchange(const messaging::Submission& submission, bool& out);
  messaging::SubmitOutcome answered(const http::Response& response, const std::string& reference);
  messaging::SubmitOutcome failed(const http::SendError& error);
  void pause(std::chrono::seconds length);
  net::Task<> reopen(std::chrono::seconds length);
  template <class Item>
  net::Task<std::vector<messaging::Intake>> hand_on(std::vector<Item> items);

  net::Executor control_;
  const Clock& clock_;
  Options options_;
  messaging::CarrierListener& listener_;
  net::AddressGuard guard_;
  http_io::Client client_;
  Gate gate_;
  bool up_ = false;
  bool paused_ = false;  // by Retry-After
  bool stopping_ = false;
  bool got_through_ = false;  // since the last look of hold_link()
  bool refused_us_ = false;   // `unavailable`, and nothing was accepted since
  std::size_t out_ = 0;
  std::string problem_ = "not tried yet";
  std::chrono::steady_clock::time_point next_slot_;  // of messages_per_second
  net::Event look_;                                  // the link is in doubt, or stop() was called
  net::Event all_in_;
  net::TaskGroup requests_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::http_carrier
