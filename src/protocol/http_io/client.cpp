// From a request to its answer: admission, a connection, the exchange, and what can go wrong.
#include "protocol/http_io/client.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ssl/error.hpp>

#include "base/metrics.hpp"
#include "platform/net/address_guard.hpp"
#include "platform/net/resolver.hpp"
#include "platform/net/run_on.hpp"
#include "protocol/http/print.hpp"
#include "protocol/http/response_parser.hpp"
#include "protocol/http_io/admission.hpp"
#include "protocol/http_io/exchange_deadline.hpp"
#include "protocol/http_io/outbound.hpp"

namespace cloudvno::http_io {
namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

// With several addresses none but the last may use up the time of the others.
constexpr milliseconds longest_of_several(2'000);
constexpr std::size_t most_addresses_tried = 4;
constexpr std::size_t read_size = 16 * 1024;

enum class Stage : std::uint8_t { resolving, connecting, answering };

// Where a request is, for the error that its deadline has to be called by.
struct Progress {
  Stage stage = Stage::resolving;
  bool reached = false;
};

std::unexpected<SendError> failed(SendFailure kind, std::string text, bool reached = false) {
  return std::unexpected(SendError{kind, std::move(text), reached});
}

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS";
}

std::unexpected<SendError> out_of_time(const Progress& progress) {
  switch (progress.stage) {
    case Stage::resolving:
      return failed(SendFailure::dns_failure, "The name of the host was not resolved in time.");
    case Stage::connecting:
      return failed(SendFailure::connect_timeout, "The connection was not up in time.");
    case Stage::answering:
      break;
  }
  return failed(SendFailure::response_timeout, "The answer was not there in time.",
                progress.reached);
}

void count(const SendResult& result) {
  const auto word = result ? std::string_view("answered") : name_of(result.error().kind);
  metrics::counter("cloudvno_http_client_requests_total", "Requests to other servers, by outcome",
                   "outcome=\"" + std::string(word) + "\"")
      .add();
}

}  // namespace

class Client::Impl {
 public:
  Impl(net::Executor io, net::Resolver& resolver, const net::AddressGuard& guard,
       std::shared_ptr<const net::TlsClient> tls, ClientOptions options)
      : io(std::move(io)),
        kept(std::make_shared<OutboundStore>(
            this->io, OutboundStore::Bounds{options.idle_connections, options.idle_per_host,
                                            options.idle_time})),
        resolver_(resolver),
        guard_(guard),
        tls_(std::move(tls)),
        options_(std::move(options)),
        admission_(this->io, {options_.requests, options_.requests_per_host, options_.waiting}) {}

  // `self` keeps all this alive until the request has ended.
  static net::Task<SendResult> send(std::shared_ptr<Impl> self, OutgoingRequest request) {
    const auto& url = request.url;
    const auto host = (url.https ? "https://" : "http://") + url.host + ":" + url.port;
    if (!self->allows_port(url.port))
      co_return failed(SendFailure::refused_address, "The port is not allowed.");
    if (!co_await self->admission_.enter(host, self->options_.waiting_time))
      co_return failed(SendFailure::overloaded, "Too many requests wait for this host.");
    const struct Leave {
      Impl& impl;
      const std::string& host;
      ~Leave() { impl.admission_.leave(host); }
    } leave{*self, host};
    Progress progress;
    ExchangeDeadline deadline(self->io, request.timeout);
    try {
      auto result = co_await self->exchange(request, host, progress, deadline);
      if (!deadline.passed()) co_return result;
    } catch (const boost::system::system_error&) {
      if (!deadline.passed()) throw;  // the caller was cancelled
    }
    co_return out_of_time(progress);
  }

  const net::Executor io;
  const std::shared_ptr<OutboundStore> kept;

 private:
  using Opened = std::expected<OutboundPtr, SendError>;

  struct Exchange {
    SendResult result;
    bool nothing_left = false;  // behind the answer
    bool silent = false;        // the connection ended before any byte of an answer
    bool written = false;       // some bytes went out
    bool keep = false;
  };

  bool allows_port(const std::string& port) const {
    return options_.ports.empty() || std::ranges::any_of(options_.ports, [&](std::uint16_t one) {
             return std::to_string(one) == port;
           });
  }

  net::Task<SendResult> exchange(const OutgoingRequest& request, const std::string& host,
                                 Progress& progress, ExchangeDeadline& deadline) {
    std::string bytes;
    if (!http::append_request_head(bytes, request.method, request.url, request.headers,
                                   request.body.size()))
      co_return failed(SendFailure::bad_request, "The request cannot be sent as it is.");
    bytes += request.body;

    if (auto connection = kept->take(host)) {
      progress.stage = Stage::answering;
      auto first = co_await talk(*connection, request, bytes, progress, deadline);
      if (first.keep) kept->put(host, std::move(connection));
      const bool again = first.silent && (!first.written || is_idempotent(request.method));
      if (!again || deadline.passed()) co_return std::move(first.result);
    }
    progress.stage = Stage::resolving;
    auto opened = co_await net::with_deadline(open(request, progress), deadline.left());
    if (!opened) co_return out_of_time(progress);
    if (!*opened) co_return std::unexpected(std::move(opened->error()));
    auto& connection = **opened;
    progress.stage = Stage::answering;
    auto second = co_await talk(*connection, request, bytes, progress, deadline);
    if (second.keep) kept->put(host, std::move(connection));
    co_return std::move(second.result);
  }

  // Resolves, judges, connects: to a judged address and to no other.
  net::Task<Opened> open(const OutgoingRequest& request, Progress& progress) {
    const auto& url = request.url;
    const auto addresses = co_await resolver_.resolve(url.host);
    if (!addresses) {
      const auto& error = addresses.error();
      co_return failed(
          SendFailure::dns_failure,
          error.text.empty() ? "The host was not found: " + error.detail + "." : error.text);
    }
    std::vector<tcp::endpoint> judged;
    std::string_view refusal = "no address";
    for (const auto& address : *addresses) {
      if (const auto reason = guard_.refusal(address)) {
        refusal = *reason;
      } else {
        judged.emplace_back(address, static_cast<std::uint16_t>(std::stoi(url.port)));
      }
    }
    if (judged.empty())
      co_return failed(SendFailure::refused_address,
                       "The host has " + std::string(refusal) + ", which is not allowed.");
    progress.stage = Stage::connecting;
    auto opened =
        co_await net::with_deadline(connect(std::move(judged), url), request.connect_timeout);
    if (!opened) co_return out_of_time(progress);
    co_return std::move(*opened);
  }

  net::Task<Opened> connect(std::vector<tcp::endpoint> judged, const http::Url& url) {
    judged.resize(std::min(judged.size(), most_addresses_tried));
    auto connection = std::make_unique<Outbound>(io);
    boost::system::error_code error = asio::error::timed_out;
    for (const auto& peer : judged) {
      if (&peer == &judged.back()) {
        error = co_await connection->connect(peer);
      } else {
        const auto in_time =
            co_await net::with_deadline(connection->connect(peer), longest_of_several);
        error = in_time ? *in_time : asio::error::timed_out;
      }
      if (!error) break;
    }
    if (error == asio::error::timed_out)
      co_return failed(SendFailure::connect_timeout, "The connection was not up in time.");
    if (error)
      co_return failed(SendFailure::connect_failure,
                       "The connection failed: " + error.message() + ".");
    if (url.https) {
      auto fault = co_await connection->shake_hands(*tls_, url.host);
      if (!fault.empty()) co_return failed(SendFailure::tls_failure, std::move(fault));
    }
    co_return std::move(connection);
  }

  net::Task<Exchange> talk(Outbound& connection, const OutgoingRequest& request,
                           const std::string& bytes, Progress& progress,
                           ExchangeDeadline& deadline) {
    const auto watched = deadline.watch(connection);
    Exchange done;
    progress.reached = true;  // from the first write on, nobody can say what the peer has read
    const auto sent = co_await connection.write(bytes);
    done.written = sent.bytes > 0;
    progress.reached = done.written;
    http::ResponseParser parser(request.method == "HEAD", request.max_response_bytes);
    co_await read_answer(connection, parser, done);
    using State = http::ResponseParser::State;
    switch (parser.state()) {
      case State::complete:
        done.keep = done.nothing_left && !sent.error && parser.keep_alive() && !deadline.passed();
        done.result = parser.take();
        break;
      case State::too_large:
        done.result = failed(SendFailure::response_too_large,
                             "The answer is larger than this request may receive.", true);
        break;
      case State::malformed:
        done.result = failed(SendFailure::protocol_error,
                             "The answer is not HTTP/1.1: " + std::string(parser.fault()), true);
        break;
      default:
        done.result =
            failed(SendFailure::closed_early,
                   "The server closed the connection before its answer was whole.", done.written);
    }
    co_return done;
  }

  // Reads even where the request could not be sent whole: a server may answer early and close.
  static net::Task<> read_answer(Outbound& connection, http::ResponseParser& parser,
                                 Exchange& done) {
    std::vector<char> buffer(read_size);
    std::string pending;
    bool any = false;
    while (parser.state() < http::ResponseParser::State::complete) {
      const auto got = co_await connection.read_some(buffer.data(), buffer.size());
      any = any || got.bytes > 0;
      pending.append(buffer.data(), got.bytes);
      pending.erase(0, parser.consume(pending));
      // Without the TLS goodbye somebody on the way may have cut it off.
      if (got.error == asio::error::eof && parser.ends_with_connection()) parser.end();
      if (got.error) break;
    }
    done.silent = !any;
    done.nothing_left = pending.empty();
  }

  net::Resolver& resolver_;
  const net::AddressGuard& guard_;
  std::shared_ptr<const net::TlsClient> tls_;
  ClientOptions options_;
  Admission admission_;
};

Client::Client(net::Executor io, net::Resolver& resolver, const net::AddressGuard& guard,
               std::shared_ptr<const net::TlsClient> tls, ClientOptions options)
    : impl_(std::make_shared<Impl>(std::move(io), resolver, guard, std::move(tls),
                                   std::move(options))) {}

Client::~Client() {
  close_idle();
}

net::Task<SendResult> Client::send(OutgoingRequest request) {
  auto impl = impl_;
  const auto io = impl->io;
  auto result = co_await net::run_on(io, Impl::send(std::move(impl), std::move(request)));
  count(result);
  co_return result;
}

void Client::close_idle() {
  asio::dispatch(impl_->io, [kept = impl_->kept] { kept->clear(); });
}

}  // namespace cloudvno::http_io
