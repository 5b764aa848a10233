// Writing lines.
#include "protocol/sip/compose.hpp"

#include <fmt/format.h>

namespace cloudvno::sip {

Composer Composer::request(std::string_view method, std::string_view target) {
  Composer composer;
  composer.out_.reserve(1'024);
  composer.out_ += method;
  composer.out_ += ' ';
  composer.append_clean(target);
  composer.out_ += " SIP/2.0\r\n";
  return composer;
}

Composer Composer::response(int status, std::string_view reason) {
  Composer composer;
  composer.out_.reserve(1'024);
  composer.out_ += "SIP/2.0 " + std::to_string(status) + ' ';
  composer.append_clean(reason.empty() ? default_reason(status) : reason);
  composer.out_ += "\r\n";
  return composer;
}

void Composer::append_clean(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out_ += c;
}

Composer& Composer::header(std::string_view name, std::string_view value) {
  out_ += name;
  out_ += ": ";
  append_clean(value);
  out_ += "\r\n";
  return *this;
}

Composer& Composer::headers(std::span<const Header> headers) {
  for (const Header& one : headers) {
    // A name with anything but a token's characters is dropped whole.
    bool token = !one.name.empty();
    for (char c : one.name)
      token = token && (std::isalnum(static_cast<unsigned char>(c)) || c == '-');
    if (token) header(one.name, one.value);
  }
  return *this;
}

std::string Composer::finish(std::string_view content_type, std::string_view body) {
  if (!body.empty()) header("Content-Type", content_type);
  out_ += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  out_ += body;
  return std::move(out_);
}

std::string format_name_addr(std::string_view display, std::string_view uri) {
  std::string out;
  if (!display.empty()) {
    out += '"';
    for (char c : display) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += "\" ";
  }
  out += '<';
  for (char c : uri)
    if (c != '<' && c != '>' && c != '"' && c != ' ') out += c;  // would end it
  out += '>';
  return out;
}

std::string format_host(std::string_view host, std::uint16_t port) {
  std::string out =
      host.find(':') != std::string_view::npos ? fmt::format("[{}]", host) : std::string(host);
  if (port != 0) out += ":" + std::to_string(port);
  return out;
}

std::string_view default_reason(int status) {
  switch (status) {
    case 100:
      return "Trying";
    case 180:
      return "Ringing";
    case 183:
      return "Session Progress";
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 414:
      return "Request-URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Unsupported URI Scheme";
    case 420:
      return "Bad Extension";
    case 422:
      return "Session Interval Too Small";
    case 480:
      return "Temporarily Unavailable";
    case 481:
      return "Call/Transaction Does Not Exist";
    case 482:
      return "Loop Detected";
    case 483:
      return "Too Many Hops";
    case 486:
      return "Busy Here";
    case 487:
      return "Request Terminated";
    case 488:
      return "Not Acceptable Here";
    case 491:
      return "Request Pending";
    case 500:
      return "Server Internal Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "Version Not Supported";
    case 513:
      return "Message Too Large";
    case 603:
      return "Decline";
    default:
      return status < 200 ? "Progress" : status < 300 ? "OK" : "Failure";
  }
}

Composer start_response(const SipMessage& request, const Peer& source, int status,
                        std::string_view reason, std::string_view to_tag) {
  Composer out = Composer::response(status, reason);
  bool first = true;
  for (std::string_view via : request.all("Via")) {
    if (!first) {
      out.header("Via", via);
      continue;
    }
    first = false;
    const Via& top = request.via;
    std::string line =
        fmt::format("{} {};branch={}", top.protocol, format_host(top.host, top.port), top.branch);
    // Parameters of extensions go back as they came.
    std::size_t params = via.find(';');
    while (params != std::string_view::npos) {
      std::size_t end = via.find(';', params + 1);
      std::string_view one =
          trim(via.substr(params + 1, end == std::string_view::npos ? end : end - params - 1));
      std::string_view name = trim(one.substr(0, one.find('=')));
      if (!equal_words(name, "branch") && !equal_words(name, "received") &&
          !equal_words(name, "rport"))
        line += fmt::format(";{}", one);
      params = end;
    }
    if (top.has_rport || top.host != source.host) line += ";received=" + source.host;
    if (top.has_rport) line += ";rport=" + std::to_string(source.port);
    out.header("Via", line);
  }
  bool makes_dialog = request.method == "INVITE" && status > 100 && status < 300;
  if (makes_dialog)
    for (std::string_view route : request.all("Record-Route")) out.header("Record-Route", route);
  // Of a malformed request something may be missing.
  if (request.has("From")) out.header("From", request.header("From"));
  std::string to(request.header("To"));
  if (request.to.tag.empty() && !to_tag.empty() && status != 100)
    to += fmt::format(";tag={}", to_tag);
  if (request.has("To")) out.header("To", to);
  if (!request.call_id.empty()) out.header("Call-ID", request.call_id);
  if (request.has("CSeq")) out.header("CSeq", request.header("CSeq"));
  return out;
}

Peer response_target(const SipMessage& request, const Peer& source) {
  Peer target = source;
  // With rport: where it came from. Without: the port that Via names, at the address it came from;
  // maddr is not followed, since it would let a request aim our responses at others.
  if (source.transport == Transport::udp && !request.via.has_rport)
    target.port = request.via.port != 0 ? request.via.port : 5060;
  return target;
}

namespace {

template <class Keep>
std::string rewrite(std::string_view invite, std::string_view method, Keep keep) {
  std::size_t end = invite.find("\r\n");
  std::string out(method);
  out += invite.substr(invite.find(' '), end - invite.find(' ') + 2);
  while (true) {
    std::size_t start = end + 2;
    end = invite.find("\r\n", start);
    std::string_view line = invite.substr(start, end - start);
    if (line.empty()) break;
    std::string_view name = line.substr(0, line.find(':'));
    if (name == "CSeq") {
      out += line.substr(0, line.rfind(' ') + 1);
      out += method;
      out += "\r\n";
    } else if (name == "Via" || name == "Route" || name == "Max-Forwards" || name == "From" ||
               name == "Call-ID" || keep(name)) {
      out += line;
      out += "\r\n";
    }
  }
  return out;
}

}  // namespace

std::string compose_ack(std::string_view invite, std::string_view to) {
  // The credentials go along, since a proxy may ask for them and an ACK cannot be challenged.
  std::string out = rewrite(invite, "ACK", [](std::string_view name) {
    return name == "Authorization" || name == "Proxy-Authorization";
  });
  out += "To: ";
  out += to;
  out += "\r\nContent-Length: 0\r\n\r\n";
  return out;
}

std::string compose_cancel(std::string_view invite, std::span<const Header> extra) {
  std::string out = rewrite(invite, "CANCEL", [](std::string_view name) { return name == "To"; });
  for (const Header& header : extra) {
    out += header.name + ": ";
    for (char c : header.value)
      if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out += c;
    out += "\r\n";
  }
  out += "Content-Length: 0\r\n\r\n";
  return out;
}

}  // namespace cloudvno::sip
