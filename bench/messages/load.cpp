// Requests to send messages, over keep-alive connections.
#include "load.hpp"

#include <algorithm>
#include <stdexcept>

#include "protocol/http/response_parser.hpp"

namespace cloudvno::bench {
namespace {

constexpr std::string_view sender_place = "{from}";
constexpr std::string_view recipient_place = "{to}";

}  // namespace

class Load::Connection final : public Stream {
 public:
  Connection(Loop& loop, Load& load, int fd) : Stream(loop, fd), load_(load) {}

  void ask(std::size_t index, std::string_view request) {
    index_ = index;
    asked_at_ = std::chrono::steady_clock::now();
    parser_.emplace(false, std::size_t{1} << 20);
    send(request);
  }

 protected:
  std::size_t on_data(std::string_view data) override {
    if (!parser_) throw std::runtime_error("an answer came that nobody asked for");
    std::size_t used = 0;
    using State = http::ResponseParser::State;
    while (used < data.size() && parser_->state() != State::complete) {
      const auto took = parser_->consume(data.substr(used));
      used += took;
      if (parser_->state() == State::malformed || parser_->state() == State::too_large)
        throw std::runtime_error("an answer is not HTTP");
      if (took == 0) return used;
    }
    if (parser_->state() == State::complete) complete();
    return used;
  }

  void on_closed() override {
    if (!load_.stopped_) throw std::runtime_error("the server closed a connection");
  }

 private:
  void complete() {
    const auto response = parser_->take();
    parser_.reset();
    const bool accepted = response.status >= 200 && response.status < 300;
    if (!accepted && load_.first_refusal_.empty()) {
      load_.first_refusal_ = std::to_string(response.status) + " " + response.body;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!accepted) load_.refusals_.push_back(now - asked_at_);
    load_.ledger_.answered(index_, accepted, now);
    load_.idle_.push_back(this);
  }

  Load& load_;
  std::size_t index_ = 0;
  Moment asked_at_;
  std::optional<http::ResponseParser> parser_;
};

Load::Load(Loop& loop, Ledger& ledger, LoadOptions options)
    : ledger_(ledger), options_(std::move(options)) {
  std::string_view rest = options_.request;
  while (true) {
    const auto from = rest.find(sender_place);
    const auto to = rest.find(recipient_place);
    const auto at = std::min(from, to);
    pieces_.emplace_back(rest.substr(0, at));
    if (at == std::string_view::npos) break;
    piece_ends_with_sender_.push_back(from < to);
    rest.remove_prefix(at + (from < to ? sender_place : recipient_place).size());
  }
  if (options_.rate > 0) {
    interval_ = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / options_.rate));
  }
  for (std::size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(loop, *this, connect_to(options_.port)));
    idle_.push_back(connections_.back().get());
  }
}

Load::~Load() = default;

double Load::refusal_p99_ms() const {
  if (refusals_.empty()) return 0;
  auto sorted = refusals_;
  std::ranges::sort(sorted);
  return std::chrono::duration<double, std::milli>(sorted[(sorted.size() - 1) * 99 / 100]).count();
}

void Load::ask(Connection& connection, Moment due) {
  const auto index = ledger_.add(due, number_);
  const auto& sender = options_.senders[asked_++ % options_.senders.size()];
  text_.clear();
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    text_ += pieces_[i];
    if (i < piece_ends_with_sender_.size()) text_ += piece_ends_with_sender_[i] ? sender : number_;
  }
  connection.ask(index, text_);
}

std::optional<Moment> Load::tick(Moment now) {
  if (stopped_) return std::nullopt;
  if (!next_due_) next_due_ = now;
  while (!idle_.empty()) {
    if (options_.rate == 0) {
      if (ledger_.in_flight() >= options_.most_in_flight) return std::nullopt;
    } else if (*next_due_ > now) {
      return next_due_;
    }
    auto* connection = idle_.front();
    idle_.pop_front();
    ask(*connection, options_.rate == 0 ? now : *next_due_);
    *next_due_ += interval_;
  }
  return std::nullopt;
}

}  // namespace cloudvno::bench
