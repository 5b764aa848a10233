// Scripts of messages.
#include "protocol/sip/testing/conversation.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace cloudvno::sip::testing {
namespace {

std::string with(std::string_view word, std::string_view body) {
  return body.empty() ? std::string(word) : fmt::format("{} {}", word, body);
}

std::string with_body(std::string head, std::string_view type, std::string_view body) {
  if (!body.empty()) head += fmt::format("Content-Type: {}\r\n", type);
  return head + fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace

void RecordedEvents::on_provisional(const SipMessage& response) {
  lines.push_back(with(fmt::format("provisional {}", response.status), response.sdp()));
}
void RecordedEvents::on_answered(const SipMessage& response) {
  lines.push_back(with("answered", response.sdp()));
}
void RecordedEvents::on_acknowledged(std::string_view sdp) {
  lines.push_back(with("acknowledged", sdp));
  if (meanwhile) meanwhile();
}
std::string RecordedEvents::on_offer(std::string_view sdp) {
  lines.push_back(with("offer", sdp));
  if (meanwhile) meanwhile();
  return answer_to_offers;
}
void RecordedEvents::on_reinvited(int status, std::string_view sdp) {
  lines.push_back(with(fmt::format("reinvited {}", status), sdp));
}
void RecordedEvents::on_digit(char digit, int duration_ms) {
  lines.push_back(fmt::format("digit {} {}", digit, duration_ms));
}
void RecordedEvents::on_ended(const CallEnd& end) {
  const char* by = end.by == CallEnd::By::local    ? "local"
                   : end.by == CallEnd::By::remote ? "remote"
                                                   : "fault";
  lines.push_back(fmt::format("ended {} {}", by, end.code));
}

Conversation::Conversation(UserAgentOptions options, Transport transport)
    : peer{transport, "192.0.2.9", 5060, 0},
      handlers{.on_invite =
                   [this](IncomingCall& incoming) {
                     call = incoming.call;
                     call->attach(events);
                   },
               .realm_for = {},
               .find_user = {}},
      agent(*this, clock, std::move(options),
            {.on_invite = [this](IncomingCall& incoming) { handlers.on_invite(incoming); },
             .realm_for = [this](const SipMessage& request,
                                 const Peer& source) -> std::optional<std::string> {
               if (!handlers.realm_for) return std::nullopt;
               return handlers.realm_for(request, source);
             },
             .find_user =
                 [this](std::string_view realm, std::string_view user) {
                   return handlers.find_user(realm, user);
                 }}) {}

InviteOptions Conversation::invite_options() const {
  InviteOptions options;
  options.target = *Uri::parse("sip:+15550100@192.0.2.9");
  options.transport = peer.transport;
  options.from_uri = "sip:+15550199@198.51.100.1";
  options.sdp = "v=offer";
  return options;
}

void Conversation::send(const Peer& to, std::string_view bytes, std::uint64_t tag) {
  Parsed parsed = parse_message(bytes);
  if (parsed.kind != Parsed::Kind::message)
    throw std::runtime_error("what is sent has to be well-formed: " + std::string(bytes));
  const SipMessage& message = parsed.message;
  std::string word = message.is_request()
                         ? message.method
                         : fmt::format("{} {}", message.status, message.cseq.method);
  words_.push_back(word);
  sent_.emplace_back(std::move(word), std::move(parsed.message));
  last_target_ = to;
  tags.push_back(tag);
}

std::vector<std::string> Conversation::output() {
  return std::exchange(words_, {});
}

bool Conversation::has_sent(std::string_view word) const {
  return std::ranges::any_of(sent_, [word](const auto& sent) { return sent.first == word; });
}

SipMessage Conversation::last(std::string_view word) const {
  for (auto sent = sent_.rbegin(); sent != sent_.rend(); ++sent)
    if (sent->first == word) return sent->second;
  throw std::runtime_error("nothing of the kind was sent: " + std::string(word));
}

void Conversation::answer(std::string_view method, int status, std::string_view tag,
                          std::string_view sdp, std::string_view more) {
  SipMessage ours = last(method);
  std::string head = fmt::format("SIP/2.0 {} X\r\n", status);
  for (std::string_view via : ours.all("Via")) head += fmt::format("Via: {}\r\n", via);
  head += fmt::format("From: {}\r\nTo: {}", ours.header("From"), ours.header("To"));
  if (ours.to.tag.empty() && status > 100) head += fmt::format(";tag={}", tag);
  head += fmt::format("\r\nCall-ID: {}\r\nCSeq: {} {}\r\n", ours.call_id, ours.cseq.number, method);
  if (method == "INVITE" && status < 300)
    head += fmt::format("Contact: <sip:{}@192.0.2.9>\r\n", tag);
  feed(with_body(head + std::string(more), "application/sdp", sdp));
}

std::string Conversation::invite(std::string_view branch, std::string_view more,
                                 std::string_view sdp) const {
  return with_body(fmt::format("INVITE sip:+15550199@198.51.100.1 SIP/2.0\r\n"
                               "Via: SIP/2.0/{} 192.0.2.9:5060;branch={};rport\r\n"
                               "Max-Forwards: 70\r\nFrom: <sip:+15550100@192.0.2.9>;tag=peer\r\n"
                               "To: <sip:+15550199@198.51.100.1>\r\nCall-ID: in@192.0.2.9\r\n"
                               "CSeq: 1 INVITE\r\nContact: <sip:peer@192.0.2.9>\r\n{}",
                               via_word(peer.transport), branch, more),
                   "application/sdp", sdp);
}

std::string Conversation::cancel(std::string_view branch) const {
  return with_body(fmt::format("CANCEL sip:+15550199@198.51.100.1 SIP/2.0\r\n"
                               "Via: SIP/2.0/{} 192.0.2.9:5060;branch={};rport\r\n"
                               "Max-Forwards: 70\r\nFrom: <sip:+15550100@192.0.2.9>;tag=peer\r\n"
                               "To: <sip:+15550199@198.51.100.1>\r\nCall-ID: in@192.0.2.9\r\n"
                               "CSeq: 1 CANCEL\r\n",
                               via_word(peer.transport), branch),
                   {}, {});
}

std::string Conversation::request(std::string_view method, int cseq, std::string_view sdp,
                                  std::string_view more, std::string_view type) const {
  // Ours are From in what we asked, To in what we answered.
  bool caller = call->is_caller();
  SipMessage ours = caller ? last("ACK") : last("200 INVITE");
  std::string_view from = ours.header(caller ? "To" : "From");
  std::string_view to = ours.header(caller ? "From" : "To");
  return with_body(
      fmt::format("{} sip:us@198.51.100.1 SIP/2.0\r\n"
                  "Via: SIP/2.0/{} 192.0.2.9:5060;branch=z9hG4bK{}{};rport\r\nMax-Forwards: 70\r\n"
                  "From: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {} {}\r\n"
                  "Contact: <sip:peer@192.0.2.9>\r\n{}",
                  method, via_word(peer.transport), method, cseq, from, to, ours.call_id, cseq,
                  method, more),
      type, sdp);
}

void Conversation::pass(Micros time) {
  Micros until = clock.elapsed() + time;
  while (true) {
    auto due = agent.next_deadline();
    if (!due || *due > until) break;
    clock.advance(std::max(*due - clock.elapsed(), Micros::zero()));
    agent.on_time();
  }
  clock.advance(until - clock.elapsed());
}

}  // namespace cloudvno::sip::testing
