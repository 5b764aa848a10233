// SQL of the table inbound_part. Row 0 of a group is its head: sealed, whose text it is, or what
// its parts were once it is whole; its created_at is the time of the last part.
#include "domain/messaging/inbound_parts.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>

#include "base/sha256.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

constexpr std::string_view gap = "…";

struct Head {
  std::string from;
  std::string to;
  std::string carrier;
  int total = 0;
  bool whole = false;
  std::vector<std::string> prints;  // of a whole text's parts, in order
};

using Texts = std::map<std::int64_t, std::string>;  // by part

std::string print_of(std::string_view text) {
  return to_hex(sha256(text)).substr(0, 16);
}

std::string write_head(const Head& head) {
  json::array prints;
  for (const auto& print : head.prints) prints.emplace_back(print);
  return json::serialize(json::object{{"from", head.from},
                                      {"to", head.to},
                                      {"carrier", head.carrier},
                                      {"total", head.total},
                                      {"whole", head.whole},
                                      {"prints", std::move(prints)}});
}

// Nothing where the head says nothing, as those of older versions do.
std::optional<Head> read_head(std::string_view text) {
  boost::system::error_code fault;
  const auto value = json::parse(text, fault);
  if (fault || !value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  Head head;
  head.from = std::string(object.at("from").as_string());
  head.to = std::string(object.at("to").as_string());
  head.carrier = std::string(object.at("carrier").as_string());
  head.total = static_cast<int>(object.at("total").as_int64());
  head.whole = object.at("whole").as_bool();
  for (const auto& print : object.at("prints").as_array()) {
    head.prints.emplace_back(print.as_string());
  }
  return head;
}

// One group's rows.
class Group {
 public:
  Group(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account, Bytes index)
      : tx_(tx), keys_(keys), account_(account), index_(std::move(index)) {}

  // Makes the head if there is none. Processes that take different parts at one time meet at its
  // row: who comes second finds the first one's part.
  void lock(const Head& head, Time now) {
    tx_.run(
        "INSERT INTO inbound_part (group_index, part, account_sid, text_sealed, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (group_index, part) DO UPDATE SET "
        "account_sid = inbound_part.account_sid",
        index_, 0, account_, seal(0, write_head(head)), now);
  }

  void keep(std::int64_t part, std::string_view text, Time now) {
    tx_.run(
        "INSERT INTO inbound_part (group_index, part, account_sid, text_sealed, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (group_index, part) DO UPDATE SET "
        "text_sealed = excluded.text_sealed, created_at = excluded.created_at",
        index_, part, account_, seal(part, text), now);
  }

  // Row 0 and the parts; `touched` is the time of the last part.
  Result<Texts> read(Time* touched = nullptr) {
    Texts texts;
    const auto rows = tx_.query(
        "SELECT part, text_sealed, created_at FROM inbound_part WHERE group_index = $1", index_);
    while (rows->next()) {
      const auto part = rows->integer(0);
      TRY_ASSIGN(texts[part], keys_.open(place(part, name_), rows->bytes(1)));
      if (part == 0 && touched) *touched = rows->time(2);
    }
    return texts;
  }

  void erase() { tx_.run("DELETE FROM inbound_part WHERE group_index = $1", index_); }
  void erase_parts() {
    tx_.run("DELETE FROM inbound_part WHERE group_index = $1 AND part > 0", index_);
  }
  bool erase_head_of(Time until) {
    return tx_.run(
               "DELETE FROM inbound_part WHERE group_index = $1 AND part = 0 AND created_at <= $2",
               index_, until) == 1;
  }

 private:
  vault::Place place(std::int64_t part, std::string& name) const {
    name = fmt::format("{}:{}", to_hex(index_), part);
    return {"inbound_part", "text_sealed", name};
  }
  Bytes seal(std::int64_t part, std::string_view text) {
    return keys_.seal(place(part, name_), text);
  }

  storage::Transaction& tx_;
  const vault::Keys& keys_;
  const AccountSid& account_;
  Bytes index_;
  std::string name_;  // of the row at hand
};

// With a mark where parts are missing. Nothing without a part, or where the head names no number.
std::optional<JoinedText> join(const Head& head, const Texts& texts) {
  const auto from = PhoneNumber::parse_sender(head.from);
  const auto to = PhoneNumber::parse_sender(head.to);
  if (!from || !to || head.whole) return std::nullopt;
  JoinedText joined{*from, *to, head.carrier, {}, 0, true};
  std::int64_t next = 1;
  for (auto part = texts.upper_bound(0); part != texts.end(); ++part) {
    if (part->first != next) joined.text += gap;
    joined.text += part->second;
    next = part->first + 1;
    ++joined.segments;
  }
  if (joined.segments == 0) return std::nullopt;
  if (next <= head.total) joined.text += gap;
  joined.whole = joined.segments == head.total;
  return joined;
}

}  // namespace

Result<std::vector<JoinedText>> join_part(storage::Transaction& tx, const vault::Keys& keys,
                                          const AccountSid& account, std::string_view carrier,
                                          const InboundPart& part, Time now) {
  const auto& place = *part.concatenation;
  Group group(tx, keys, account,
              keys.blind_index("inbound_part.group",
                               fmt::format("{}:{}:{}:{}:{}", part.from.e164(), part.to.e164(),
                                           place.reference, place.total, place.wide_reference)));
  Head head{part.from.e164(), part.to.e164(), std::string(carrier), place.total, false, {}};
  group.lock(head, now);
  Time touched = now;
  TRY_ASSIGN(auto texts, group.read(&touched));
  const auto earlier = read_head(texts[0]).value_or(head);

  std::vector<JoinedText> ready;
  const bool overdue = now - touched >= inbound_parts_join_within;
  const auto same = texts.find(place.number);
  const auto index = static_cast<std::size_t>(place.number) - 1;
  if (earlier.whole) {
    const bool again =
        !overdue && index < earlier.prints.size() && earlier.prints[index] == print_of(part.text);
    if (again) return ready;
  } else if (same != texts.end() && same->second == part.text && !overdue) {
    return ready;
  }
  if (earlier.whole || overdue || same != texts.end()) {
    // The reference is used again, for another text.
    if (auto joined = join(earlier, texts)) ready.push_back(std::move(*joined));
    group.erase();
    texts.clear();
  }
  texts[place.number] = part.text;
  texts.erase(0);
  if (texts.size() == place.total) {
    for (const auto& [number, text] : texts) head.prints.push_back(print_of(text));
    if (auto joined = join(head, texts)) ready.push_back(std::move(*joined));
    head.whole = true;
    group.erase_parts();
  } else {
    group.keep(place.number, part.text, now);
  }
  group.keep(0, write_head(head), now);
  return ready;
}

std::vector<OverdueGroup> list_overdue(storage::Transaction& tx, Time now, std::int64_t most) {
  std::vector<OverdueGroup> overdue;
  const auto rows = tx.query(
      "SELECT group_index, account_sid FROM inbound_part WHERE part = 0 AND created_at <= $1 "
      "ORDER BY created_at LIMIT $2",
      now - inbound_parts_join_within, most);
  while (rows->next()) overdue.push_back({rows->copy_bytes(0), rows->sid<AccountSid>(1)});
  return overdue;
}

Result<std::optional<JoinedText>> end_group(storage::Transaction& tx, const vault::Keys& keys,
                                            const OverdueGroup& overdue, Time now) {
  Group group(tx, keys, overdue.account, overdue.group);
  TRY_ASSIGN(auto texts, group.read());
  // A part that came just now, here or to another process, has moved the head's time.
  if (!group.erase_head_of(now - inbound_parts_join_within)) return std::nullopt;
  TRY_ASSIGN(auto parts, group.read());
  group.erase();
  const auto head = read_head(texts[0]);
  if (!head) return std::nullopt;
  return join(*head, parts);
}

void drop_group(storage::Transaction& tx, const OverdueGroup& overdue) {
  tx.run("DELETE FROM inbound_part WHERE group_index = $1", overdue.group);
}

}  // namespace cloudvno::messaging
