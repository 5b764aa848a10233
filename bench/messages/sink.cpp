// A customer's application that takes status callbacks.
#include "sink.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "protocol/http/request_parser.hpp"

namespace cloudvno::bench {
namespace {

// What follows `name` in an encoded form; numbers and words of status need no decoding.
std::string_view behind(std::string_view form, std::string_view name) {
  const auto at = form.find(name);
  return at == std::string_view::npos ? std::string_view() : form.substr(at + name.size());
}

}  // namespace

class Sink::Connection final : public Stream {
 public:
  Connection(Loop& loop, Ledger& ledger, int fd) : Stream(loop, fd), ledger_(ledger) {}

 protected:
  std::size_t on_data(std::string_view data) override {
    std::size_t used = 0;
    while (used < data.size()) {
      const auto took = parser_.consume(data.substr(used));
      used += took;
      if (parser_.state() == http::RequestParser::State::refused) {
        send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        return data.size();
      }
      if (parser_.state() == http::RequestParser::State::complete) {
        take(parser_.take());
      } else if (took == 0) {
        return used;
      }
    }
    return used;
  }

 private:
  void take(const http::Request& request) {
    const std::string_view form = request.method == "POST" ? request.body : request.query;
    auto number = behind(form, "To=");
    if (number.starts_with("%2B")) number.remove_prefix(2);
    number = number.substr(std::min<std::size_t>(1, number.size()), Ledger::number_digits);
    const auto status = behind(form, "MessageStatus=");
    const bool delivered = status.starts_with("delivered") || status.starts_with("1");
    ledger_.called_back(number, delivered, std::chrono::steady_clock::now());
    send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }

  Ledger& ledger_;
  http::RequestParser parser_{http::ParserLimits{}};
};

Sink::Sink(Loop& loop, Ledger& ledger, std::uint16_t port)
    : listener_(loop, port, [this, &loop, &ledger](int fd) {
        std::erase_if(connections_, [](const auto& one) { return one->is_closed(); });
        connections_.push_back(std::make_unique<Connection>(loop, ledger, fd));
      }) {}

Sink::~Sink() = default;

}  // namespace cloudvno::bench
