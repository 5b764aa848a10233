// Fuzz target: answers, once whole and once byte by byte; both have to come out the same.
#include "protocol/http/response_parser.hpp"

#include <cstdlib>
#include <string>

namespace {

using cloudvno::http::ResponseParser;

std::string read(std::string_view bytes, std::size_t step, bool to_head) {
  ResponseParser parser(to_head, 512);
  std::string pending;
  while (!bytes.empty()) {
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    const std::size_t taken = parser.consume(pending);
    if (taken > pending.size()) std::abort();
    pending.erase(0, taken);
  }
  parser.end();
  std::string out = std::to_string(static_cast<int>(parser.state())) + std::string(parser.fault());
  if (parser.state() != ResponseParser::State::complete) return out;
  const auto response = parser.take();
  if (response.body.size() > 512) std::abort();
  return out + std::to_string(response.status) + response.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size > 8192 || size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool to_head = (data[0] & 1) != 0;
  if (read(bytes, bytes.size(), to_head) != read(bytes, 1, to_head)) std::abort();
  return 0;
}
