// Codes asked for and given back.
#include "pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "protocol/http/response_parser.hpp"

namespace cloudvno::bench {
namespace {

constexpr int area_codes[] = {201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215,
                              216, 217, 218, 219, 224, 225, 228, 229, 231, 234, 239, 240, 248,
                              251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301,
                              302, 303, 304, 305, 307, 308, 309, 310, 312, 313, 314};

// The i-th of many numbers, spread over areas and exchanges as people's are: "12025550123".
std::string number_of(std::uint64_t i) {
  constexpr std::uint64_t all = std::size(area_codes) * 700ULL * 10'000ULL;
  const auto at = i * 104'729'999ULL % all;  // prime, so that no two of `all` are the same
  const auto area = area_codes[at % std::size(area_codes)];
  const auto exchange = 220 + at / std::size(area_codes) % 700;
  return fmt::format("1{}{}{:04}", area, exchange, at / std::size(area_codes) / 700);
}

std::string_view code_in(std::string_view text) {
  constexpr std::size_t length = 6;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    digits = text[i] >= '0' && text[i] <= '9' ? digits + 1 : 0;
    if (digits == length) return text.substr(i + 1 - length, length);
  }
  return {};
}

}  // namespace

class Pairs::Connection final : public Stream {
 public:
  Connection(Loop& loop, Pairs& pairs, int fd) : Stream(loop, fd), pairs_(pairs) {}

  void post(std::string_view path, std::string_view body) {
    asked_at = std::chrono::steady_clock::now();
    parser_.emplace(false, std::size_t{1} << 20);
    send(
        fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                    "{}\r\n\r\n{}",
                    path, pairs_.options_.key, body.size(), body));
  }
  void check_if_ready() {
    if (!sent || code.empty()) return;
    checking = true;
    post("/v1/verify/check", fmt::format("to=%2B{}&code={}", number, code));
  }

  std::string number;
  std::string code;
  bool sent = false;
  bool checking = false;
  Moment asked_at;

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
    if (parser_->state() == State::complete) {
      const auto response = parser_->take();
      parser_.reset();
      pairs_.answered(*this, response.status, response.body);
    }
    return used;
  }
  void on_closed() override {
    if (!pairs_.stopped_) throw std::runtime_error("the server closed a connection");
  }

 private:
  Pairs& pairs_;
  std::optional<http::ResponseParser> parser_;
};

Pairs::Pairs(Loop& loop, PairsOptions options) : options_(std::move(options)) {
  next_ = options_.first;
  for (std::size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(loop, *this, connect_to(options_.port)));
    begin(*connections_.back());
  }
}

Pairs::~Pairs() = default;

double Pairs::slowest(std::vector<Moment::duration> times, std::size_t of) {
  if (times.empty()) return 0;
  const auto at = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) * (of - 1) / of);
  std::ranges::nth_element(times, at);
  return std::chrono::duration<double, std::milli>(*at).count();
}

void Pairs::begin(Connection& connection) {
  if (stopped_) return;
  ++under_way_;
  connection.number = number_of(next_++);
  connection.code.clear();
  connection.sent = connection.checking = false;
  waiting_[connection.number] = &connection;
  connection.post("/v1/verify/send", fmt::format("to=%2B{}&channel=sms", connection.number));
}

void Pairs::received(std::string_view number, std::string_view text) {
  const auto found = waiting_.find(std::string(number));
  if (found == waiting_.end() || !found->second->code.empty()) return;
  found->second->code = code_in(text);
  found->second->check_if_ready();
}

void Pairs::answered(Connection& connection, int status, const std::string& body) {
  const auto took = std::chrono::steady_clock::now() - connection.asked_at;
  const bool accepted = status >= 200 && status < 300;
  if (accepted && !connection.checking) {
    sends_.push_back(took);
    connection.sent = true;
    return connection.check_if_ready();
  }
  if (connection.checking) checks_.push_back(took);
  const bool valid = accepted && body.find("\"valid\":true") != std::string::npos;
  ++(valid ? approved_ : refused_);
  if (!valid && first_refusal_.empty()) first_refusal_ = fmt::format("{} {}", status, body);
  waiting_.erase(connection.number);
  --under_way_;
  begin(connection);
}

}  // namespace cloudvno::bench
