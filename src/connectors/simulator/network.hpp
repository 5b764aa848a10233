// The simulated phone network: handsets that take, refuse and answer texts. No I/O: times and parts
// in, deliveries and deadlines out.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "connectors/simulator/account_networks.hpp"
#include "connectors/simulator/conversations.hpp"
#include "domain/messaging/media_item.hpp"
#include "protocol/sms/join.hpp"
#include "protocol/sms/split.hpp"
#include "protocol/sms/udh.hpp"

namespace cloudvno::simulator {

// A part that a line sends to a handset, or an MMS, which comes whole.
struct SubmittedPart {
  Pair pair;
  std::uint8_t data_coding = 0;
  std::optional<sms::Concatenation> concatenation;
  Bytes text;                    // without the header; of an MMS in UTF-8
  messaging::MediaList media{};  // of an MMS
  bool wants_receipt = false;
  bool wants_failure_receipt = false;
};

struct SubmitAnswer {
  enum class Kind : std::uint8_t {
    taken,
    no_such_recipient,
    full,
    throttled,
    temporary_error,
    link_drops,  // no answer: the link is lost instead
  };
  Kind kind = Kind::taken;
  std::string id{};            // decimal
  Micros delay{0};             // until it is given
  bool receipt_first = false;  // what is ready goes out before it
};

// What becomes of a part that was taken.
struct PartReceipt {
  std::string id;
  bool delivered = true;
  std::uint8_t error = 0;  // of what was not delivered (3GPP TS 29.002 section 17.7.7)
  Time submitted_at;
  Time done_at;
};

// A part of a text that was written on a handset.
struct HandsetPart {
  std::int64_t text_id = 0;
  sms::Encoding encoding = sms::Encoding::gsm7;
  sms::SmsPart part;
};

// An MMS that was made on a handset.
struct HandsetMms {
  std::int64_t text_id = 0;
  std::string body;
  messaging::MediaList media;
};

// What has to go to the holder of the line.
struct Delivery {
  Pair pair;
  std::variant<PartReceipt, HandsetPart, HandsetMms> what{};
  bool by_mms = false;  // not over SMPP, which has no MMS
  int tries = 0;
  bool is_copy = false;    // of a handset's part, beside the one that counts
  bool is_held = false;    // a receipt that waits for longer than its handset makes it
  std::int64_t order = 0;  // among those that are ready
};

enum class DeliveryResult : std::uint8_t {
  taken,
  refused,   // and would be again
  later,     // no answer, or one that asks to try again
  not_sent,  // the link was lost before it went out
};

inline constexpr std::uint8_t unknown_subscriber = 1;  // 3GPP TS 29.002 section 17.6.6
inline constexpr std::uint8_t absent_subscriber = 27;

// Lives on the control thread. The receipt of a part that was taken always has its place: at most
// `most_pending` deliveries and planned events are kept, and beyond that a part is not taken. Of
// what handsets write, `most_handset_parts` wait at once, of them `most_handset_mms` MMS.
class Network {
 public:
  static constexpr std::size_t most_pending = 50'000;
  static constexpr std::size_t most_handset_parts = 1'000;
  static constexpr std::size_t most_handset_mms = 20;
  static constexpr std::size_t most_held =
      10'000;  // receipts that a setting delays; beyond, at once
  static constexpr int most_tries = 10;
  static constexpr int most_echoes = 60;  // of a pair in a minute: two programs that answer each
                                          // other would never end
  static constexpr Micros late_after = std::chrono::seconds(5);
  static constexpr Micros off_after = std::chrono::seconds(2);
  static constexpr Micros retry_after = std::chrono::seconds(1);

  // Ids of parts count up from `first_id`, which should differ from one start to the next.
  Network(std::uint64_t first_id, Time now) : next_id_(first_id), conversations_(now) {}

  // Never both a kept receipt and a refusal: nothing is planned for a part that is not taken.
  SubmitAnswer submit(SubmittedPart part, Time now);

  // The handset writes to the line; answers the text's id. Errors: those of sms::split_text;
  // service_unavailable where too much waits.
  Result<std::int64_t> write(const Pair& pair, const std::string& body, Time now,
                             const messaging::MediaList& media = {});

  // The next that may go out over SMPP, or of MMS, in the order in which they became due. Each is
  // given back once.
  std::optional<Delivery> take_delivery() { return take(ready_); }
  std::optional<Delivery> take_mms_delivery() { return take(ready_mms_); }
  void settle(Delivery delivery, DeliveryResult result, Time now);

  // Makes due what is due; then take_delivery() again.
  void on_time(Time now);
  std::optional<Time> next_deadline() const;

  Conversations& conversations() { return conversations_; }
  const Conversations& conversations() const { return conversations_; }
  // What accounts have set to go wrong.
  AccountNetworks& accounts() { return accounts_; }

 private:
  struct Arrival {  // a text reaches its handset, or not
    Pair pair;
    std::int64_t text_id = 0;
    bool delivered = true;
  };
  using Event = std::variant<Arrival, Delivery>;
  struct Writing {
    Pair pair;
    std::size_t parts_left = 0;
  };
  struct Echoes {
    Time since;
    int count = 0;
  };

  PartFate fate_of(const Pair& pair, Time now);
  bool is_ported(const Pair& pair, Time now);
  void plan_receipts(const SubmittedPart& part, Behavior behavior, const PartFate& fate,
                     const std::string& id, Time now);
  void show(const sms::JoinedText& joined, Time now);
  void show(const Pair& pair, const std::string& body, const messaging::MediaList& media, Time now);
  void echo(const Pair& pair, const std::string& body, const messaging::MediaList& media, Time now);
  void make_ready(Delivery delivery);
  std::int64_t last_order_ = 0;
  std::optional<Delivery> take(std::deque<Delivery>& ready);
  void finish_part(std::int64_t text_id, DeliveryResult result);
  void plan(Time at, Event event);

  std::uint64_t next_id_;
  std::uint16_t next_reference_ = 0;
  Conversations conversations_;
  AccountNetworks accounts_;
  sms::Reassembly reassembly_;
  std::multimap<Time, Event> planned_;
  std::deque<Delivery> ready_;
  std::deque<Delivery> ready_mms_;
  std::size_t in_hand_ = 0;                  // taken and not settled
  std::size_t held_ = 0;                     // planned receipts that a setting delays
  std::map<std::int64_t, Writing> writing_;  // by text id
  std::size_t handset_parts_ = 0;
  std::size_t handset_mms_ = 0;
  std::map<Pair, Echoes> echoes_;
};

}  // namespace cloudvno::simulator
