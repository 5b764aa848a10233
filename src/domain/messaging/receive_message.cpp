// A message that comes in from a carrier.
#include "domain/messaging/receive_message.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/inbound_parts.hpp"
#include "domain/messaging/media_store.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/tell_state.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/optouts/opt_outs.hpp"
#include "domain/smpp_access/credential_store.hpp"
#include "domain/smpp_access/return_store.hpp"

namespace cloudvno::messaging {
namespace {

webhooks::Delivery make_inbound_callback(const Message& message, const MediaList& media,
                                         std::string_view public_url,
                                         const numbers::NumberSettings& settings,
                                         const std::optional<optouts::Keyword>& keyword) {
  webhooks::Delivery delivery;
  delivery.sid = DeliverySid::make(message.created_at);
  delivery.account = message.account;
  delivery.live = message.live;
  delivery.kind = "message.inbound";
  delivery.resource_sid = message.sid.str();
  delivery.next_attempt_at = message.created_at;
  delivery.created_at = message.created_at;
  auto& request = delivery.request;
  request.url = settings.sms_url;
  request.fallback_url = settings.sms_fallback_url;
  request.method = settings.sms_method;
  const auto sid = message.sid.str();
  request.fields = {{"MessageSid", sid},
                    {"SmsSid", sid},
                    {"SmsMessageSid", sid},
                    {"AccountSid", message.account.str()},
                    {"From", message.from.e164()},
                    {"To", message.to.e164()},
                    {"Body", message.body},
                    {"NumMedia", std::to_string(media.size())},
                    {"NumSegments", std::to_string(message.num_segments)},
                    {"SmsStatus", "received"},
                    {"ApiVersion", std::string(api_version)}};
  for (int i = 0; const auto& item : media) {
    request.fields.emplace_back(fmt::format("MediaUrl{}", i),
                                fmt::format("{}{}", public_url, media_path(message.sid, i)));
    request.fields.emplace_back(fmt::format("MediaContentType{}", i), item->content_type);
    ++i;
  }
  if (keyword) request.fields.emplace_back("OptOutType", std::string(keyword_name(*keyword)));
  return delivery;
}

Message keep_message(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                     const numbers::Number& number, const webhooks::Outbox& outbox,
                     JoinedText joined, const MediaList& media, std::string_view public_url,
                     Time now, const std::optional<optouts::Keyword>& keyword,
                     std::vector<webhooks::Delivery>& told) {
  Message message;
  message.sid = media.empty() ? MessageSid::make(now) : MessageSid::make_other(now);
  message.num_media = static_cast<int>(media.size());
  message.account = account;
  message.live = number.live;
  message.direction = Direction::inbound;
  message.status = MessageStatus::received;
  message.from = joined.from;
  message.to = joined.to;
  message.body = std::move(joined.text);
  const auto count = sms::count_segments(message.body);
  message.encoding = count ? count->encoding : sms::Encoding::ucs2;
  message.num_segments = joined.segments;
  message.carrier = joined.carrier;
  message.created_at = now;
  message.updated_at = now;
  insert_message(tx, keys, message);
  insert_media(tx, keys, message, media);
  tell_state(tx, outbox, keys, message, now, told);
  if (!number.settings.sms_url.empty()) {
    outbox.keep(tx, keys,
                make_inbound_callback(message, media, public_url, number.settings, keyword), told);
  }
  // SMPP has no MMS: its text alone goes there.
  if (message.body.empty() && message.is_mms()) return message;
  for (const auto& receiver : smpp_access::list_receivers(tx, account, message.live)) {
    smpp_access::insert_return(tx, keys,
                               {receiver, message.sid, account, message.from, message.to,
                                message.body, std::nullopt, 0, now});
  }
  return message;
}

// The answer to a keyword; nothing where the number cannot send it.
std::optional<Accepted> reply_to(storage::Transaction& tx, const vault::Vault& vault,
                                 const accounts::Account& account, const Outbound& outbound,
                                 const Message& inbound, std::string text, Time now) {
  Draft draft;
  draft.account = inbound.account;
  draft.live = inbound.live;
  draft.direction = Direction::outbound_reply;
  draft.from = inbound.to;
  draft.to = inbound.from;
  draft.body = std::move(text);
  draft.past_opt_out = true;
  draft.priority = Priority::urgent;
  draft.paced = account.rate_limited;
  auto accepted = accept_message(tx, vault, *account.keys, outbound, draft, now);
  return accepted ? std::optional(std::move(*accepted)) : std::nullopt;
}

}  // namespace

Result<InboundEffect> receive_message(storage::Transaction& tx, const vault::Vault& vault,
                                      accounts::Accounts& accounts, const Outbound& outbound,
                                      const webhooks::Outbox& outbox, std::string_view carrier,
                                      const InboundPart& part, Time now) {
  InboundEffect effect;
  const auto holder = numbers::find_holder(tx, vault, part.to);
  if (!holder) return effect;
  TRY_ASSIGN(const auto account, accounts.find(tx, *holder));
  const auto& keys = *account->keys;
  TRY_ASSIGN(const auto number, numbers::find_number(tx, vault, keys, *holder, part.to));
  if (number.carrier != carrier) return effect;
  effect.ours = true;

  std::vector<JoinedText> ready;
  if (part.concatenation && part.concatenation->total > 1) {
    TRY_ASSIGN(ready, join_part(tx, keys, *holder, carrier, part, now));
  } else {
    ready.push_back({part.from, part.to, std::string(carrier), part.text, 1, true});
  }
  for (auto& joined : ready) {
    TRY_ASSIGN(auto taken,
               optouts::take_keyword(tx, vault, keys, number, joined.from, joined.text, now));
    const auto message =
        keep_message(tx, keys, *holder, number, outbox, std::move(joined), part.media,
                     outbound.public_url, now, taken.keyword, effect.told);
    if (!taken.reply.empty()) {
      effect.reply = reply_to(tx, vault, *account, outbound, message, std::move(taken.reply), now);
    }
  }
  return effect;
}

Result<OverdueEffect> end_overdue_parts(storage::Transaction& tx, const vault::Vault& vault,
                                        accounts::Accounts& accounts,
                                        const webhooks::Outbox& outbox, Time now,
                                        std::int64_t most) {
  OverdueEffect effect;
  for (const auto& overdue : list_overdue(tx, now, most)) {
    ++effect.ended;
    const auto account = accounts.find(tx, overdue.account);
    if (!account && account.error().code != Errc::not_found) return fail(account.error());
    if (!account) {
      drop_group(tx, overdue);
      continue;
    }
    const auto& keys = *(*account)->keys;
    auto joined = end_group(tx, keys, overdue, now);
    if (!joined) {  // one that cannot be read must not keep the others waiting
      log::error("messaging.parts_unreadable", {{"detail", joined.error().detail}});
      drop_group(tx, overdue);
      continue;
    }
    if (!*joined) continue;
    auto& text = **joined;
    const auto number = numbers::find_number(tx, vault, keys, overdue.account, text.to);
    if (!number) continue;  // given back meanwhile: nobody's message any more
    ++effect.incomplete;
    keep_message(tx, keys, overdue.account, *number, outbox, std::move(text), {}, {}, now,
                 std::nullopt, effect.told);
  }
  return effect;
}

}  // namespace cloudvno::messaging
