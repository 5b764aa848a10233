// Reading messages and URIs by sofia-sip; the only file that knows its types.
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/su_alloc.h>
#include <sofia-sip/url.h>

#include <memory>

#include "protocol/sip/message.hpp"

namespace cloudvno::sip {
namespace {

using MsgPtr = std::unique_ptr<msg_t, decltype(&msg_destroy)>;

constexpr std::size_t max_uri = 1'024;

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

std::string without_brackets(const char* host) {
  std::string_view text = host == nullptr ? "" : host;
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']')
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

std::uint16_t port_of(const char* port) {
  auto number = parse_number(port == nullptr ? "" : port);
  return number && *number <= 65'535 ? static_cast<std::uint16_t>(*number) : 0;
}

bool to_uri(const url_t& url, Uri& uri) {
  if (url.url_type != url_sip && url.url_type != url_sips && url.url_type != url_tel) return false;
  uri.scheme = text_of(url.url_scheme);
  uri.user = text_of(url.url_user);
  if (url.url_password != nullptr) uri.user += ":" + text_of(url.url_password);
  uri.host = without_brackets(url.url_host);
  uri.port = port_of(url.url_port);
  uri.params = text_of(url.url_params);
  uri.headers = text_of(url.url_headers);
  return !(uri.host.empty() && uri.user.empty());
}

// What stands between quotes, with its escapes undone; a display name without quotes as it is.
std::string unquote(const char* display) {
  std::string_view text = trim(display == nullptr ? "" : display);
  if (!text.starts_with('"')) return std::string(text);
  std::string out;
  for (std::size_t at = 1; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return out;
}

bool to_name_addr(const char* display, const url_t& url, const char* tag, NameAddr& into) {
  into.display = unquote(display);
  into.tag = text_of(tag);
  return to_uri(url, into.uri);
}

// Folded lines become one (RFC 3261 section 7.3.1).
std::string unfolded(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (char c : trim(value)) {
    if (c == '\r' || c == '\n') c = ' ';
    if (c == '\t') c = ' ';
    if (c == ' ' && out.ends_with(' ')) continue;
    out += c;
  }
  return out;
}

void add_header(const msg_header_t& header, SipMessage& message) {
  const msg_hclass_t* kind = header.sh_class;
  // The other pseudo-headers (bodies, separators, what is malformed) have no name.
  bool named = kind->hc_name != nullptr && kind->hc_name[0] != '\0';
  if (!named && kind->hc_hash != msg_unknown_hash) return;
  char buffer[2'048];
  std::string large;
  std::string_view value;
  issize_t length = msg_header_field_e(buffer, sizeof buffer, &header, 0);
  if (length < 0) return;
  if (static_cast<std::size_t>(length) >= sizeof buffer) {
    large.resize(static_cast<std::size_t>(length) + 1);
    msg_header_field_e(large.data(), static_cast<isize_t>(large.size()), &header, 0);
    value = std::string_view(large).substr(0, static_cast<std::size_t>(length));
  } else {
    value = std::string_view(buffer, static_cast<std::size_t>(length));
  }
  if (kind->hc_hash == msg_unknown_hash) {
    std::size_t colon = value.find(':');
    if (colon == std::string_view::npos) return;
    message.headers.push_back(
        {std::string(trim(value.substr(0, colon))), unfolded(value.substr(colon + 1))});
    return;
  }
  message.headers.push_back({kind->hc_name, unfolded(value)});
}

bool to_via(const sip_via_t& via, Via& into) {
  into.protocol = text_of(via.v_protocol);
  into.host = without_brackets(via.v_host);
  into.port = port_of(via.v_port);
  into.branch = text_of(via.v_branch);
  into.received = text_of(via.v_received);
  // sofia-sip has no pointer for an rport without a value.
  for (auto param = via.v_params; param != nullptr && *param != nullptr; ++param) {
    std::string_view text = *param;
    if (!equal_words(text.substr(0, text.find('=')), "rport")) continue;
    into.has_rport = true;
    into.rport = port_of(via.v_rport);
  }
  return !into.host.empty();
}

// What section 8.1.1 asks of each message; false where one cannot be read.
bool fill(const sip_t& sip, SipMessage& message) {
  // The Via first: with it a malformed request can still be answered.
  if (sip.sip_via == nullptr || !to_via(*sip.sip_via, message.via)) return false;
  if (sip.sip_from == nullptr || sip.sip_to == nullptr || sip.sip_call_id == nullptr ||
      sip.sip_cseq == nullptr)
    return false;
  message.call_id = text_of(sip.sip_call_id->i_id);
  message.cseq.number = sip.sip_cseq->cs_seq;
  message.cseq.method = text_of(sip.sip_cseq->cs_method_name);
  const sip_addr_t& from = *sip.sip_from;
  const sip_addr_t& to = *sip.sip_to;
  bool well = to_name_addr(from.a_display, *from.a_url, from.a_tag, message.from);
  well = to_name_addr(to.a_display, *to.a_url, to.a_tag, message.to) && well;
  if (sip.sip_contact != nullptr) {
    NameAddr contact;
    if (to_name_addr(sip.sip_contact->m_display, *sip.sip_contact->m_url, nullptr, contact))
      message.contact = std::move(contact);
  }
  if (sip.sip_max_forwards != nullptr)
    message.max_forwards = static_cast<std::uint32_t>(sip.sip_max_forwards->mf_count);
  return well && !message.call_id.empty() && !message.cseq.method.empty();
}

struct Pieces {
  std::string_view head;  // with the empty line
  std::string_view rest;
};

// Nothing where the bytes break a bound or have no end of headers.
std::optional<Pieces> cut(std::string_view bytes, const ParseLimits& limits) {
  std::size_t end = bytes.substr(0, limits.head).find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  Pieces pieces{bytes.substr(0, end + 4), bytes.substr(end + 4)};
  // A zero byte ends a text for the C library that parses.
  if (pieces.head.find('\0') != std::string_view::npos) return std::nullopt;
  std::size_t lines = 0;
  for (char c : pieces.head) lines += c == '\n' ? 1 : 0;
  if (lines > limits.lines) return std::nullopt;
  return pieces;
}

Parsed refuse(Parsed&& parsed, int status, const char* why) {
  bool answerable = parsed.message.is_request() && parsed.message.method != "ACK" &&
                    !parsed.message.via.host.empty();
  parsed.kind = answerable ? Parsed::Kind::refused : Parsed::Kind::unreadable;
  parsed.refusal = status;
  parsed.why = why;
  return std::move(parsed);
}

bool is_sip_2(const char* version) {
  return version != nullptr && equal_words(version, "SIP/2.0");
}

}  // namespace

Parsed parse_message(std::string_view bytes, const ParseLimits& limits) {
  Parsed parsed;
  // Section 7.5: empty lines before the start line are ignored.
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  auto pieces = cut(bytes, limits);
  if (!pieces) return parsed;
  MsgPtr msg(msg_make(sip_default_mclass(), 0, pieces->head.data(),
                      static_cast<ssize_t>(pieces->head.size())),
             &msg_destroy);
  if (msg == nullptr) return parsed;
  const sip_t* sip = sip_object(msg.get());
  if (sip == nullptr) return parsed;

  SipMessage& message = parsed.message;
  const msg_header_t* first = nullptr;
  if (sip->sip_request != nullptr) {
    const sip_request_t& line = *sip->sip_request;
    message.method = text_of(line.rq_method_name);
    first = reinterpret_cast<const msg_header_t*>(&line);
  } else if (sip->sip_status != nullptr) {
    message.status = sip->sip_status->st_status;
    message.reason = text_of(sip->sip_status->st_phrase);
    first = reinterpret_cast<const msg_header_t*>(sip->sip_status);
    if (message.status < 100 || message.status > 699 || !is_sip_2(sip->sip_status->st_version))
      return parsed;
  } else {
    return parsed;
  }
  message.headers.reserve(24);
  for (const msg_header_t* header = first->sh_succ; header != nullptr; header = header->sh_succ)
    add_header(*header, message);
  bool complete = fill(*sip, message);

  if (message.is_request()) {
    const url_t& url = *sip->sip_request->rq_url;
    if (!is_sip_2(sip->sip_request->rq_version))
      return refuse(std::move(parsed), 505, "another version");
    if (!complete || sip->sip_error != nullptr || sip_sanity_check(sip) < 0)
      return refuse(std::move(parsed), 400, "a header is missing or malformed");
    if (message.cseq.method != message.method)
      return refuse(std::move(parsed), 400, "CSeq names another method");
    if (!to_uri(url, message.target)) return refuse(std::move(parsed), 416, "not a URI of ours");
    char text[max_uri];
    issize_t length = url_e(text, sizeof text, &url);
    if (length < 0 || static_cast<std::size_t>(length) >= sizeof text)
      return refuse(std::move(parsed), 414, "the Request-URI is too long");
    message.target_text.assign(text, static_cast<std::size_t>(length));
  } else if (!complete) {
    return parsed;
  }

  std::size_t length = pieces->rest.size();
  if (sip->sip_content_length != nullptr) length = sip->sip_content_length->l_length;
  if (length > pieces->rest.size()) return refuse(std::move(parsed), 400, "the body is cut off");
  if (length > limits.body) return refuse(std::move(parsed), 513, "the body is too large");
  message.body.assign(pieces->rest.substr(0, length));
  parsed.kind = Parsed::Kind::message;
  return parsed;
}

std::optional<Uri> Uri::parse(std::string_view text) {
  if (text.empty() || text.size() > max_uri) return std::nullopt;
  for (char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return std::nullopt;
  char copy[max_uri + 1];
  text.copy(copy, text.size());
  copy[text.size()] = '\0';
  url_t url{};
  Uri uri;
  if (url_d(&url, copy) < 0 || !to_uri(url, uri)) return std::nullopt;
  if (uri.scheme != "tel" && uri.host.empty()) return std::nullopt;
  return uri;
}

std::optional<NameAddr> parse_name_addr(std::string_view value) {
  if (value.size() > 2 * max_uri) return std::nullopt;
  su_home_t home[1] = {SU_HOME_INIT(home)};
  su_home_init(home);
  NameAddr into;
  std::string copy(value);
  const sip_to_t* to = sip_to_make(home, copy.c_str());
  bool well = to != nullptr && to_name_addr(to->a_display, *to->a_url, to->a_tag, into);
  su_home_deinit(home);
  if (!well) return std::nullopt;
  return into;
}

}  // namespace cloudvno::sip
