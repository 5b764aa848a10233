// <Message> and its older form <Sms>: sends a text. With an action its document follows; else falls
// through.
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {
namespace {

constexpr int not_sent = 14103;

std::string body_of(const twiml::Node& verb) {
  for (const auto& child : verb.children) {
    if (child.name == "Body") return child.own_text();
  }
  return verb.own_text();
}

}  // namespace

net::Task<Next> run_message(Session& session, const twiml::Node& verb, bool /*first*/) {
  const auto& call = session.call();
  const bool inbound = call.direction == Direction::inbound;
  TextOrder order;
  order.account = call.account;
  order.live = call.live;
  // To the other side, from the account's own number.
  order.to = verb.attribute("to").value_or(inbound ? call.from : call.to);
  order.from = verb.attribute("from").value_or(inbound ? call.to : call.from);
  order.body = body_of(verb);
  const auto callback = verb.attribute("statusCallback");
  if (callback && !callback->empty()) {
    order.status_callback = session.resolve(*callback).value_or(std::string());
  }
  const auto sent = co_await session.parts().send_text(std::move(order));
  if (!sent) session.notify(not_sent, "The message was not sent: " + sent.error().text);
  if (!verb.attribute("action")) co_return Next::fall();
  http::Fields fields{{"MessageStatus", sent ? sent->status : "failed"},
                      {"SmsStatus", sent ? sent->status : "failed"}};
  if (sent) {
    fields.emplace_back("MessageSid", sent->sid);
    fields.emplace_back("SmsSid", sent->sid);
  }
  co_return session.go(verb.attribute("action"), verb.attribute("method"), std::move(fields));
}

}  // namespace cloudvno::voice
