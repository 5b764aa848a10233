// What an application answers to an inbound message.
#include "domain/messaging/answer_inbound.hpp"

#include "domain/messaging/tell_state.hpp"
#include "protocol/http/resolve.hpp"
#include "protocol/twiml/messaging_reply.hpp"

namespace cloudvno::messaging {
namespace {

std::string field(const webhooks::Delivery& delivery, std::string_view name) {
  for (const auto& [key, value] : delivery.request.fields) {
    if (key == name) return value;
  }
  return {};
}

std::string_view method_name(twiml::Method method) {
  return method == twiml::Method::get ? "GET" : "POST";
}

// A further request for the same inbound message: a redirect, or a reply's action.
webhooks::Delivery follow(const webhooks::Delivery& first, std::string url,
                          std::string_view method) {
  webhooks::Delivery next = first;
  next.sid = DeliverySid();
  next.status = webhooks::DeliveryStatus::pending;
  next.attempts = next.attempts_in_all = 0;
  next.response_status.reset();
  next.failure.clear();
  next.sequence = first.sequence + 1;
  next.request.url = std::move(url);
  next.request.fallback_url.clear();
  next.request.method = method;
  return next;
}

}  // namespace

InboundAnswer read_inbound_answer(const webhooks::Delivery& delivery,
                                  const http::Response& response) {
  InboundAnswer answer;
  const auto document =
      twiml::parse_messaging_reply(response.headers.value("Content-Type"), response.body);
  if (!document) {
    answer.fault = fmt::format("{} {}", document.error().code, document.error().text);
    return answer;
  }
  if (!document->warnings.empty()) {
    answer.fault = fmt::format("{} {}", document->warnings[0].code, document->warnings[0].text);
  }
  const auto& base = delivery.request.url;
  const auto resolve = [&](const std::optional<std::string>& reference) -> std::string {
    if (!reference) return {};
    auto url = http::resolve_url(base, *reference);
    if (!url) answer.fault = "11100 A URL in the document is not valid.";
    return url.value_or(std::string());
  };
  for (const auto& verb : document->verbs) {
    if (const auto* message = std::get_if<twiml::Message>(&verb)) {
      if (answer.replies.size() == most_replies) {
        answer.fault = "14100 Only the first ten messages of an answer are sent.";
        break;
      }
      const auto from = PhoneNumber::parse_sender(message->from.value_or(field(delivery, "To")));
      const auto to = PhoneNumber::parse(message->to.value_or(field(delivery, "From")));
      if (!from || !to) {
        answer.fault =
            from ? "14101 `to` is not a phone number." : "14102 `from` is not a phone number.";
        continue;
      }
      InboundAnswer::Reply reply;
      for (const auto& reference : message->media) {
        if (auto url = resolve(reference); !url.empty())
          reply.draft.media.push_back(std::move(url));
      }
      if (message->body.empty() && reply.draft.media.empty()) continue;
      reply.draft.account = delivery.account;
      reply.draft.live = delivery.live;
      reply.draft.direction = Direction::outbound_reply;
      reply.draft.from = *from;
      reply.draft.to = *to;
      reply.draft.body = message->body;
      reply.draft.status_callback = resolve(message->status_callback);
      reply.action = resolve(message->action);
      reply.action_method = method_name(message->method);
      answer.replies.push_back(std::move(reply));
      // An action's document takes the place of what follows.
      if (!answer.replies.back().action.empty()) {
        answer.redirect =
            follow(delivery, answer.replies.back().action, answer.replies.back().action_method);
        break;
      }
    } else if (const auto* redirect = std::get_if<twiml::Redirect>(&verb)) {
      if (auto url = resolve(redirect->url); !url.empty()) {
        answer.redirect = follow(delivery, std::move(url), method_name(redirect->method));
      }
      break;
    }
  }
  if (answer.redirect && answer.redirect->sequence > most_redirects) {
    answer.redirect.reset();
    answer.fault = "11215 Too many redirects.";
  }
  return answer;
}

Result<> keep_inbound_answer(storage::Transaction& tx, const vault::Vault& vault,
                             accounts::Accounts& accounts, const Outbound& outbound,
                             const webhooks::Outbox& outbox, const AccountSid& sid,
                             InboundAnswer& answer, Time now) {
  answer.messages.clear();
  answer.callbacks.clear();
  TRY_ASSIGN(const auto account, accounts.find(tx, sid));
  std::optional<Message> last;
  for (const auto& reply : answer.replies) {
    auto draft = reply.draft;
    draft.paced = account->rate_limited;
    auto accepted = accept_message(tx, vault, *account->keys, outbound, draft, now);
    // A reply that the rules refuse is left out; the callback itself was delivered.
    if (!accepted) continue;
    last = accepted->message;
    answer.messages.push_back(std::move(*accepted));
  }
  if (!answer.redirect) return {};
  auto next = *answer.redirect;
  next.sid = DeliverySid::make(now);
  next.next_attempt_at = now;
  next.created_at = now;
  if (last && !answer.replies.back().action.empty()) {
    for (auto& [name, value] : next.request.fields) {
      if (name == "MessageSid" || name == "SmsSid") value = last->sid.str();
    }
    next.request.fields.emplace_back("MessageStatus", std::string(status_name(last->status)));
  }
  outbox.keep(tx, *account->keys, std::move(next), answer.callbacks);
  return {};
}

}  // namespace cloudvno::messaging
