// Taking messages of customers' own SMPP links; SQL of the table smpp_part.
#include "domain/messaging/submit_part.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "base/log.hpp"
#include "domain/messaging/find_sender.hpp"
#include "domain/smpp_access/receipt_request.hpp"
#include "domain/smpp_access/return_store.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

constexpr std::string_view gap = "…";

using Parts = std::map<int, SubmittedPart>;

struct Group {
  MessageSid message;
  Parts parts;
  Time touched;
};

std::string row_of(ByteView group, int part) {
  return fmt::format("{}:{}", to_hex(group), part);
}

vault::Place place(const std::string& row) {
  return {"smpp_part", "content_sealed", row};
}

std::string print(const SubmittedPart& part) {
  json::object object{{"credential", part.credential.view()},
                      {"live", part.live},
                      {"from", part.from.e164()},
                      {"to", part.to.e164()},
                      {"data_coding", part.data_coding},
                      {"octets", to_hex(part.octets)},
                      {"total", part.concatenation->total},
                      {"receipt", static_cast<int>(part.receipt)},
                      {"validity", part.validity.count()}};
  if (part.send_at) object["send_at"] = to_micros(*part.send_at);
  return json::serialize(object);
}

SubmittedPart read(std::string_view text, const AccountSid& account, int number) {
  const auto value = json::parse(text);
  const auto& object = value.as_object();
  SubmittedPart part;
  part.account = account;
  part.credential = SmppCredentialSid::from_store(object.at("credential").as_string());
  part.live = object.at("live").as_bool();
  part.from = PhoneNumber::parse_sender(object.at("from").as_string()).value_or(PhoneNumber());
  part.to = PhoneNumber::parse_sender(object.at("to").as_string()).value_or(PhoneNumber());
  part.data_coding = static_cast<std::uint8_t>(object.at("data_coding").as_int64());
  part.octets = from_hex(object.at("octets").as_string()).value_or(Bytes());
  part.concatenation.emplace();
  part.concatenation->total = static_cast<std::uint8_t>(object.at("total").as_int64());
  part.concatenation->number = static_cast<std::uint8_t>(number);
  part.receipt = static_cast<ReceiptWish>(object.at("receipt").as_int64());
  part.validity = std::chrono::seconds(object.at("validity").as_int64());
  if (const auto* send_at = object.if_contains("send_at")) {
    part.send_at = from_micros(send_at->as_int64());
  }
  return part;
}

Result<Group> read_group(storage::Transaction& tx, const vault::Keys& keys,
                         const AccountSid& account, ByteView index) {
  Group group;
  const auto rows = tx.query(
      "SELECT part, message_sid, content_sealed, created_at FROM smpp_part WHERE group_index = $1",
      index);
  while (rows->next()) {
    const auto number = static_cast<int>(rows->integer(0));
    const auto row = row_of(index, number);
    TRY_ASSIGN(const auto content, keys.open(place(row), rows->bytes(2)));
    group.message = rows->sid<MessageSid>(1);
    group.parts[number] = read(content, account, number);
    group.touched = std::max(group.touched, rows->time(3));
  }
  return group;
}

void keep(storage::Transaction& tx, const vault::Keys& keys, ByteView index,
          const MessageSid& message, const SubmittedPart& part, Time now) {
  const int number = part.concatenation->number;
  const auto row = row_of(index, number);
  tx.run(
      "INSERT INTO smpp_part (group_index, part, account_sid, message_sid, content_sealed, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (group_index, part) DO NOTHING",
      index, number, part.account, message, keys.seal(place(row), print(part)), now);
}

void drop(storage::Transaction& tx, ByteView index) {
  tx.run("DELETE FROM smpp_part WHERE group_index = $1", index);
}

// Octets of neighbours in one coding are read together: some cut a character in two.
Result<std::string> text_of(const Parts& parts, int total) {
  std::string text;
  Bytes octets;
  std::uint8_t coding = 0;
  const auto flush = [&]() -> Result<> {
    if (octets.empty()) return {};
    auto decoded = sms::decode_text(coding, octets);
    if (!decoded) return fail(Errc::invalid_parameter, "The data_coding is not one of texts.");
    text += *decoded;
    octets.clear();
    return {};
  };
  int next = 1;
  for (const auto& [number, part] : parts) {
    if (number != next || part.data_coding != coding) TRY(flush());
    if (number != next) text += gap;
    coding = part.data_coding;
    octets.insert(octets.end(), part.octets.begin(), part.octets.end());
    next = number + 1;
  }
  TRY(flush());
  if (next <= total) text += gap;
  return text;
}

Result<Draft> draft_of(const accounts::Account& account, const MessageSid& sid,
                       const Parts& parts) {
  const auto& first = parts.begin()->second;
  const auto total = first.concatenation ? first.concatenation->total : 1;
  Draft draft;
  draft.sid = sid;
  draft.account = account.sid;
  draft.live = first.live;
  draft.from = first.from;
  draft.to = first.to;
  draft.paced = account.rate_limited;
  draft.send_at = first.send_at;
  draft.validity = first.validity;
  TRY_ASSIGN(draft.body, text_of(parts, total));
  if (draft.body.empty()) return fail(Errc::missing_parameter, "The text is empty.");
  smpp_access::ReceiptRequest asked{
      first.credential, true, first.receipt_id.is_nil() ? sid : first.receipt_id, {}};
  bool any = false;
  for (const auto& [number, part] : parts) {
    if (part.receipt == ReceiptWish::none) continue;
    any = true;
    if (part.receipt == ReceiptWish::final) asked.failures_only = false;
    if (part.concatenation) asked.parts.push_back(number);
  }
  if (any) draft.smpp_receipt = asked.print();
  return draft;
}

// Parts that were acknowledged, of a message that cannot go.
void tell_refused(storage::Transaction& tx, const vault::Keys& keys, const Draft& draft,
                  const MessageSid& message, int not_acknowledged, Time now) {
  auto asked = smpp_access::ReceiptRequest::parse(draft.smpp_receipt);
  if (!asked) return;
  std::erase(asked->parts, not_acknowledged);
  if (asked->parts.empty()) return;
  smpp_access::Return receipt;
  receipt.credential = asked->credential;
  receipt.message = message;
  receipt.account = draft.account;
  receipt.from = draft.to;
  receipt.to = draft.from;
  receipt.outcome = {asked->ids(), "failed", 0, now, now};
  receipt.created_at = now;
  smpp_access::insert_return(tx, keys, receipt);
}

Result<Accepted> accept_parts(storage::Transaction& tx, const vault::Vault& vault,
                              const accounts::Account& account, const Outbound& outbound,
                              const MessageSid& sid, const Parts& parts, int last, Time now) {
  auto draft = draft_of(account, sid, parts);
  auto accepted = draft ? accept_message(tx, vault, *account.keys, outbound, *draft, now)
                        : Result<Accepted>(fail(draft.error()));
  if (!accepted && draft) tell_refused(tx, *account.keys, *draft, sid, last, now);
  return accepted;
}

}  // namespace

Result<PartTaken> submit_part(storage::Transaction& tx, const vault::Vault& vault,
                              const accounts::Account& account, const Outbound& outbound,
                              const SubmittedPart& part, Time now) {
  const auto& keys = *account.keys;
  if (!part.concatenation || part.concatenation->total < 2) {
    auto single = part;
    single.concatenation.reset();
    const auto sid = MessageSid::make(now);
    TRY_ASSIGN(const auto draft, draft_of(account, sid, {{1, std::move(single)}}));
    TRY_ASSIGN(auto accepted, accept_message(tx, vault, keys, outbound, draft, now));
    return PartTaken{sid.str(), std::move(accepted), std::nullopt};
  }
  const auto& at = *part.concatenation;
  if (sms::alphabet_of(part.data_coding) == sms::Alphabet::binary) {
    return fail(Errc::invalid_parameter, "The data_coding is not one of texts.");
  }
  // Judged with its first part too, so that nothing is acknowledged that cannot go.
  Draft judged;
  judged.account = part.account;
  judged.live = part.live;
  judged.from = part.from;
  judged.to = part.to;
  TRY(find_sender(tx, vault, keys, judged, now));

  const auto index = keys.blind_index(
      "smpp_part.group", fmt::format("{}:{}:{}:{}:{}:{}", part.credential.view(), part.from.e164(),
                                     part.to.e164(), at.reference, at.total, at.wide_reference));
  TRY_ASSIGN(auto group, read_group(tx, keys, part.account, index));
  PartTaken taken;
  const auto same = group.parts.find(at.number);
  const bool stale = !group.parts.empty() && now - group.touched >= submitted_parts_join_within;
  if (same != group.parts.end() && same->second.octets == part.octets && !stale) {
    taken.message_id = smpp_access::part_id(group.message, at.number);
    return taken;  // the answer was lost, and it came again
  }
  if (same != group.parts.end() || stale) {
    // The reference is used again, for another text: the earlier one goes as it is.
    auto earlier = accept_parts(tx, vault, account, outbound, group.message, group.parts, 0, now);
    if (earlier) taken.accepted = std::move(*earlier);
    drop(tx, index);
    group = {};
  }
  if (group.parts.empty()) group.message = MessageSid::make(now);
  taken.message_id = smpp_access::part_id(group.message, at.number);
  group.parts[at.number] = part;
  if (static_cast<int>(group.parts.size()) < at.total) {
    keep(tx, keys, index, group.message, part, now);
    return taken;
  }
  drop(tx, index);
  auto accepted =
      accept_parts(tx, vault, account, outbound, group.message, group.parts, at.number, now);
  if (accepted) {
    taken.accepted = std::move(*accepted);
  } else {
    taken.refused = std::move(accepted).error();
  }
  return taken;
}

Result<OverdueSubmit> end_overdue_submit(storage::Transaction& tx, const vault::Vault& vault,
                                         accounts::Accounts& accounts, const Outbound& outbound,
                                         Time now) {
  OverdueSubmit ended;
  Bytes index;
  AccountSid account_sid;
  {
    const auto rows = tx.query(
        "SELECT group_index, account_sid FROM smpp_part AS one WHERE created_at <= $1 AND NOT "
        "EXISTS (SELECT 1 FROM smpp_part AS other WHERE other.group_index = one.group_index AND "
        "other.created_at > $1) ORDER BY created_at LIMIT 1",
        now - submitted_parts_join_within);
    if (!rows->next()) return ended;
    index = rows->copy_bytes(0);
    account_sid = rows->sid<AccountSid>(1);
  }
  ended.any = true;
  const auto account = accounts.find(tx, account_sid);
  if (!account && account.error().code != Errc::not_found) return fail(account.error());
  // Who deletes the rows sends the message: another process may be at it too.
  const auto group = account ? read_group(tx, *(*account)->keys, account_sid, index)
                             : Result<Group>(fail(account.error()));
  const bool ours = tx.run("DELETE FROM smpp_part WHERE group_index = $1", index) > 0;
  if (!ours) return ended;
  if (!group) {
    log::error("messaging.submitted_parts_unreadable", {{"detail", group.error().detail}});
    return ended;
  }
  if (group->parts.empty()) return ended;
  auto accepted =
      accept_parts(tx, vault, **account, outbound, group->message, group->parts, 0, now);
  if (accepted) ended.accepted = std::move(*accepted);
  return ended;
}

}  // namespace cloudvno::messaging
