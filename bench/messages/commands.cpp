// What the script that started a generator asks of it.
#include "commands.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

namespace cloudvno::bench {

Commands::Commands(Loop& loop) {
  loop.add(STDIN_FILENO, EPOLLIN, *this);
}

void Commands::on_events(std::uint32_t) {
  std::array<char, 4096> piece;
  const auto count = ::read(STDIN_FILENO, piece.data(), piece.size());
  if (count > 0) text_.append(piece.data(), static_cast<std::size_t>(count));
  ended_ |= count <= 0;
}

std::optional<boost::json::object> Commands::next() {
  const auto end = text_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  auto value = boost::json::parse(std::string_view(text_).substr(0, end));
  text_.erase(0, end + 1);
  return std::move(value.as_object());
}

void Commands::answer(const boost::json::object& object) {
  std::puts(boost::json::serialize(object).c_str());
  std::fflush(stdout);
}

}  // namespace cloudvno::bench
