// Fuzz target: requests, once whole and once byte by byte; both have to come out the same.
#include "protocol/http/request_parser.hpp"

#include <cstdlib>
#include <string>

namespace {

using cloudvno::http::RequestParser;

// What came out, in one line of text.
std::string read_all(std::string_view bytes, std::size_t step) {
  RequestParser parser({2048, 20, 512});
  std::string out;
  std::string pending;
  while (parser.state() != RequestParser::State::refused) {
    const std::size_t taken = parser.consume(pending);
    if (taken > pending.size()) std::abort();
    pending.erase(0, taken);
    if (parser.state() == RequestParser::State::complete) {
      const bool stays = parser.keep_alive();
      const auto request = parser.take();
      if (request.body.size() > 512 || request.headers.all().size() > 20) std::abort();
      out += request.method + ' ' + request.path + '?' + request.query + ' ' + request.body +
             (stays ? " stays" : " closes") + '\n';
      for (const auto& [name, value] : request.headers.all()) out += name + '=' + value + '\n';
      continue;
    }
    if (bytes.empty()) break;
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  if (parser.state() == RequestParser::State::refused) out += parser.refusal().reason;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size > 8192) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (read_all(bytes, bytes.size() + 1) != read_all(bytes, 1)) std::abort();
  return 0;
}
