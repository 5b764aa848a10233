// Customers that send messages at a rate, whatever happens to the server.
#include "insisting_load.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <system_error>

#include "protocol/http/response_parser.hpp"

namespace cloudvno::soak {
namespace {

constexpr std::chrono::milliseconds pause_after_failure{25};
constexpr std::chrono::seconds patience{30};
// What could not be asked for in time is left out, so that an outage is not followed by its load.
constexpr std::chrono::milliseconds most_behind{250};
constexpr std::uint64_t first_recipient = 447'700'000'000;  // of the shape of E.164; never leaves

}  // namespace

class InsistingLoad::Client {
 public:
  Client(InsistingLoad& load, std::size_t number) : load_(load), number_(number) {}

  bool idle() const { return request_.empty(); }
  void begin(Moment now) {
    const auto& options = load_.options_;
    const auto pair = number_ * options.pairs + next_++ % options.pairs;
    index_ = load_.record_.add(pair);
    const auto text = Record::text_of(index_);
    const auto body =
        fmt::format(R"({{"from":"{}","to":"+{}","body":"{}","status_callback":"{}"}})",
                    options.senders[pair % options.senders.size()], first_recipient + pair, text,
                    options.status_callback);
    request_ = fmt::format(
        "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
        "Idempotency-Key: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        options.key, text, body.size(), body);
    ask(now);
  }

  // Asks again what failed; answers when to be called again at the latest.
  std::optional<Moment> tick(Moment now) {
    if (idle()) return std::nullopt;
    if (again_at_ && *again_at_ <= now) ask(now);
    if (!again_at_ && asked_at_ + patience <= now) {
      ++load_.hung_;
      connection_.reset();
      failed(now);
    }
    return again_at_.value_or(asked_at_ + patience);
  }

 private:
  class Connection final : public bench::Stream {
   public:
    Connection(Client& client, int fd) : Stream(client.load_.loop_, fd), client_(client) {}
    void ask(std::string_view request) {
      parser_.emplace(false, std::size_t{1} << 20);
      send(request);
    }

   protected:
    std::size_t on_data(std::string_view data) override {
      using State = http::ResponseParser::State;
      if (!parser_) return data.size();
      std::size_t used = 0;
      while (used < data.size() && parser_->state() != State::complete) {
        const auto took = parser_->consume(data.substr(used));
        used += took;
        if (parser_->state() == State::malformed || parser_->state() == State::too_large) {
          throw std::runtime_error("an answer is not HTTP");
        }
        if (took == 0) return used;
      }
      if (parser_->state() != State::complete) return used;
      const auto response = parser_->take();
      parser_.reset();
      client_.answered(response);
      return used;
    }
    void on_closed() override {
      if (!parser_) return;
      ++client_.load_.cut_off_;
      client_.failed(std::chrono::steady_clock::now());
    }

   private:
    Client& client_;
    std::optional<http::ResponseParser> parser_;  // of what was asked
  };

  void ask(Moment now) {
    again_at_.reset();
    asked_at_ = now;
    try {
      if (!connection_ || connection_->is_closed()) {
        connection_ = std::make_unique<Connection>(*this, bench::connect_to(load_.options_.port));
      }
    } catch (const std::system_error&) {  // it is not there just now
      return failed(now);
    }
    connection_->ask(request_);
  }

  void failed(Moment now) { again_at_ = now + pause_after_failure; }

  void answered(const http::Response& response) {
    const auto now = std::chrono::steady_clock::now();
    if (response.status == 201) {
      if (response.headers.find("idempotent-replayed")) ++load_.replayed_;
      const auto sid = boost::json::parse(response.body).at("sid").as_string();
      load_.record_.promised(index_, sid);
      request_.clear();
      return;
    }
    // 409: the twin of a request that was cut off is still at work.
    if (response.status == 503) {
      ++load_.refused_;
    } else if (response.status != 409) {
      if (load_.wrong_++ == 0)
        load_.first_wrong_ = fmt::format("{} {}", response.status, response.body);
    }
    failed(now);
  }

  InsistingLoad& load_;
  std::size_t number_;
  std::size_t next_ = 0;
  std::size_t index_ = 0;
  std::string request_;  // empty: it has its 201
  Moment asked_at_;
  std::optional<Moment> again_at_;
  std::unique_ptr<Connection> connection_;
};

InsistingLoad::InsistingLoad(Loop& loop, Record& record, LoadOptions options)
    : loop_(loop), record_(record), options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.clients; ++i) {
    clients_.push_back(std::make_unique<Client>(*this, i));
  }
}

InsistingLoad::~InsistingLoad() = default;

std::optional<Moment> InsistingLoad::tick(Moment now) {
  std::optional<Moment> next;
  const auto sooner = [&](std::optional<Moment> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  const std::chrono::nanoseconds interval(static_cast<std::int64_t>(1e9 / options_.rate));
  due_ = std::max(due_.value_or(now), now - most_behind);
  for (const auto& client : clients_) {
    if (client->idle() && !stopped_ && *due_ <= now) {
      client->begin(now);
      *due_ += interval;
    }
    sooner(client->tick(now));
  }
  if (!stopped_ && under_way() < clients_.size()) sooner(due_);
  return next;
}

std::size_t InsistingLoad::under_way() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(clients_, [](const auto& client) { return !client->idle(); }));
}

boost::json::object InsistingLoad::counts() const {
  return {{"under_way", under_way()},   {"refused", refused_}, {"cut_off", cut_off_},
          {"replayed", replayed_},      {"hung", hung_},       {"wrong", wrong_},
          {"first_wrong", first_wrong_}};
}

}  // namespace cloudvno::soak
