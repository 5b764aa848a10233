// A customer's application that takes status callbacks.
#include "sink.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/http/request_parser.hpp"

namespace cloudvno::bench {

std::string_view field_of(const http::Request& request, std::string_view name) {
  const std::string_view form = request.method == "POST" ? request.body : request.query;
  const auto at = form.find(name);
  if (at == std::string_view::npos) return {};
  const auto value = form.substr(at + name.size());
  return value.substr(0, value.find('&'));
}

class Sink::Connection final : public Stream {
 public:
  Connection(Loop& loop, const Take& take, int fd) : Stream(loop, fd), take_(take) {}

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
        take_(parser_.take());
        send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      } else if (took == 0) {
        return used;
      }
    }
    return used;
  }

 private:
  const Take& take_;
  http::RequestParser parser_{http::ParserLimits{}};
};

Sink::Sink(Loop& loop, std::uint16_t port, Take take)
    : take_(std::move(take)), listener_(loop, port, [this, &loop](int fd) {
        std::erase_if(connections_, [](const auto& one) { return one->is_closed(); });
        connections_.push_back(std::make_unique<Connection>(loop, take_, fd));
      }) {}

Sink::~Sink() = default;

}  // namespace cloudvno::bench
