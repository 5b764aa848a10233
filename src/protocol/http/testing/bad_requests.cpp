// The corpus: one entry a rule of RFC 9112, request smuggling first.
#include "protocol/http/testing/bad_requests.hpp"

namespace cloudvno::http::testing {
namespace {

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string chunked(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

std::string line(const std::string& request_line) {
  return request_line + "\r\nHost: a\r\n\r\n";
}

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::vector<BadRequest> make() {
  using namespace std::string_literals;
  const std::string cl = "Content-Length: ";
  const std::string te = "Transfer-Encoding: ";
  return {
      // Two ways to say where the body ends (RFC 9112 section 6.1, 6.3).
      {"length and coding", 400, get(cl + "5\r\n" + te + "chunked\r\n") + "0\r\n\r\n"},
      {"coding and length", 400, get(te + "chunked\r\n" + cl + "5\r\n") + "0\r\n\r\n"},
      {"length twice, different", 400, get(cl + "5\r\n" + cl + "6\r\n")},
      {"length twice, the same", 400, get(cl + "5\r\n" + cl + "5\r\n")},
      {"length as list", 400, get(cl + "5, 5\r\n")},
      {"length negative", 400, get(cl + "-1\r\n")},
      {"length with plus", 400, get(cl + "+1\r\n")},
      {"length hexadecimal", 400, get(cl + "0x5\r\n")},
      {"length with letters", 400, get(cl + "5x\r\n")},
      {"length empty", 400, get(cl + "\r\n")},
      {"length with inner space", 400, get(cl + "1 1\r\n")},
      {"length beyond any number", 400, get(cl + "99999999999999999999999\r\n")},
      {"length beyond the limit", 413, get(cl + "1048577\r\n")},
      {"coding twice", 400, get(te + "chunked\r\n" + te + "chunked\r\n")},
      {"coding identity", 501, get(te + "identity\r\n")},
      {"coding gzip then chunked", 501, get(te + "gzip, chunked\r\n")},
      {"coding chunked twice in one", 501, get(te + "chunked, chunked\r\n")},
      {"coding misspelt", 501, get(te + "xchunked\r\n")},
      {"coding with vertical tab", 400, get(te + "\vchunked\r\n")},
      {"coding quoted", 501, get(te + "\"chunked\"\r\n")},
      {"coding in HTTP/1.0", 400, "POST / HTTP/1.0\r\n" + te + "chunked\r\n\r\n0\r\n\r\n"},
      // Fields (RFC 9112 section 5).
      {"space before colon", 400, get("Content-Length : 5\r\n")},
      {"tab before colon", 400, get("Content-Length\t: 5\r\n")},
      {"fold", 400, get("X: a\r\n b\r\n")},
      {"fold with tab", 400, get("X: a\r\n\tb\r\n")},
      {"space before first field", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
      {"field without colon", 400, get("NoColon\r\n")},
      {"field without name", 400, get(": x\r\n")},
      {"name with control", 400, get("X\x01: a\r\n")},
      {"name with NUL", 400, get("X\0: a\r\n"s)},
      {"name beyond ASCII", 400, get("X\xc3\xa9: a\r\n")},
      {"name in brackets", 400, get("X[1]: a\r\n")},
      {"value with NUL", 400, get("X: a\0b\r\n"s)},
      {"value with bare CR", 400, get("X: a\rb\r\n")},
      {"value with escape character", 400, get("X: \x1b[1m\r\n")},
      {"value with DEL", 400, get("X: \x7f\r\n")},
      {"too many fields", 431, get(repeat("X: y\r\n", 100))},
      {"head too large", 431, get("X: " + std::string(17000, 'x') + "\r\n")},
      {"head too large, unfinished", 431,
       "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(17000, 'x')},
      // Line ends (RFC 9112 section 2.2).
      {"LF after request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
      {"LF after field", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
      {"LF as last line", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"},
      {"all lines with LF", 400, "GET / HTTP/1.1\nHost: a\n\n"},
      {"CR CR LF", 400, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"},
      {"two empty lines first", 400, "\r\n\r\n" + get("")},
      // Host (RFC 9112 section 3.2).
      {"no Host", 400, "GET / HTTP/1.1\r\n\r\n"},
      {"Host twice", 400, get("Host: a\r\n")},
      {"Host twice, in two cases", 400, get("hOST: b\r\n")},
      {"Host twice in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"Host empty", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
      {"Host with path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {"Host with user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
      {"Host as list", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
      {"Host with a port of letters", 400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"},
      {"Host with two ports", 400, "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"},
      {"Host with an open bracket", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
      {"Host with a port of letters behind an address", 400,
       "GET / HTTP/1.1\r\nHost: [::1]:b\r\n\r\n"},
      {"no Host beside absolute target", 400, "GET http://a/ HTTP/1.1\r\n\r\n"},
      // Request line (RFC 9112 section 3).
      {"empty", 400, line("") + "\r\n"},
      {"no version", 400, line("GET /")},
      {"no target", 400, line("GET HTTP/1.1")},
      {"two spaces", 400, line("GET  / HTTP/1.1")},
      {"tab for space", 400, line("GET\t/\tHTTP/1.1")},
      {"space at the end", 400, line("GET / HTTP/1.1 ")},
      {"space first", 400, line(" GET / HTTP/1.1")},
      {"space in target", 400, line("GET /a b HTTP/1.1")},
      {"method not a token", 400, line("GE(T / HTTP/1.1")},
      {"method too long", 400, line(std::string(33, 'A') + " / HTTP/1.1")},
      {"method TRACE", 405, line("TRACE / HTTP/1.1")},
      {"method CONNECT", 405, line("CONNECT a:443 HTTP/1.1")},
      {"target relative", 400, line("GET a HTTP/1.1")},
      {"target star with GET", 400, line("GET * HTTP/1.1")},
      {"target with fragment", 400, line("GET /a#b HTTP/1.1")},
      {"target with control", 400, line("GET /\x01 HTTP/1.1")},
      {"target beyond ASCII", 400, line("GET /\xc3\xa9 HTTP/1.1")},
      {"target of another scheme", 400, line("GET ftp://a/ HTTP/1.1")},
      {"target without host", 400, line("GET http:///a HTTP/1.1")},
      {"target with user", 400, line("GET http://u:p@a/ HTTP/1.1")},
      {"target too long", 414, line("GET /" + std::string(17000, 'a') + " HTTP/1.1")},
      {"version lower case", 400, line("GET / http/1.1")},
      {"version short", 400, line("GET / HTTP/1")},
      {"version long", 400, line("GET / HTTP/1.10")},
      {"version with letter", 400, line("GET / HTTP/1.x")},
      {"version 0.9", 505, line("GET / HTTP/0.9")},
      {"version 2.0", 505, line("GET / HTTP/2.0")},
      {"preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"TLS hello on a plain port", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \n"s},
      // Expect (RFC 9110 section 10.1.1).
      {"unknown expectation", 417, get("Expect: 200-ok\r\n")},
      // Chunks (RFC 9112 section 7.1).
      {"chunk size missing", 400, chunked("\r\n")},
      {"chunk size no number", 400, chunked("g\r\n")},
      {"chunk size with 0x", 400, chunked("0x5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size negative", 400, chunked("-1\r\n")},
      {"chunk size with plus", 400, chunked("+5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size with space before", 400, chunked(" 5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size with space after", 400, chunked("5 \r\nhello\r\n0\r\n\r\n")},
      {"chunk size ends with LF", 400, chunked("5\nhello\r\n0\r\n\r\n")},
      {"chunk size overflows", 413, chunked("ffffffffffffffff5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size with endless zeros", 400, chunked(std::string(300, '0') + "5\r\n")},
      {"chunk size beyond the limit", 413, chunked("100001\r\n")},
      {"chunk extension with bare LF", 400, chunked("5;a\nhello\r\n0\r\n\r\n")},
      {"chunk extension with bare CR", 400, chunked("5;a\rb\r\nhello\r\n0\r\n\r\n")},
      {"chunk extension endless", 400, chunked("5;" + std::string(300, 'a') + "\r\n")},
      {"chunk longer than its size", 400, chunked("5\r\nhello!\r\n0\r\n\r\n")},
      {"chunk ends with LF", 400, chunked("5\r\nhello\n0\r\n\r\n")},
      {"trailer with bare LF", 400, chunked("0\r\nX: y\n\r\n")},
      {"trailer folded", 400, chunked("0\r\n y\r\n\r\n")},
      {"trailer with NUL", 400, chunked("0\r\nX: \0\r\n\r\n"s)},
      {"trailers endless", 400, chunked("0\r\n" + repeat("X: yyyyyyyyyyyyyyy\r\n", 500))},
      {"last chunk ends with LF", 400, chunked("0\r\n\n")},
  };
}

}  // namespace

const std::vector<BadRequest>& bad_requests() {
  static const std::vector<BadRequest> all = make();
  return all;
}

}  // namespace cloudvno::http::testing
