// A call: one leg of it, its states, and what it came to. No I/O.
//
//   queued → initiated → ringing → in-progress → completed
//        ↘ canceled      ↘ busy | no-answer | failed | canceled
//
// A state never goes back. Inbound calls begin as ringing, legs that Dial makes as initiated.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/model/money.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"

namespace cloudvno::voice {

enum class CallStatus {
  queued,
  initiated,
  ringing,
  in_progress,
  completed,
  busy,
  no_answer,
  failed,
  canceled
};

std::string_view status_name(CallStatus status);  // "in-progress"
std::optional<CallStatus> parse_status(std::string_view name);
bool is_final(CallStatus status);
bool may_move(CallStatus from, CallStatus to);

enum class Direction { inbound, outbound_api, outbound_dial };
std::string_view direction_name(Direction direction);  // "outbound-api"
Direction parse_direction(std::string_view name);

// Which changes of state a status callback is sent for.
enum CallEvent : unsigned {
  event_initiated = 1,
  event_ringing = 2,
  event_answered = 4,
  event_completed = 8
};
using CallEvents = unsigned;
std::string print_events(CallEvents events);  // "initiated answered"
// Words with spaces between; nothing where one is none of the four.
std::optional<CallEvents> parse_events(std::string_view words);

struct StatusCallback {
  std::string url;  // empty: none
  std::string method = "POST";
  CallEvents events = event_completed;
};

// Where a document is fetched, or the document itself.
struct Instructions {
  std::string url;
  std::string method = "POST";
  std::string fallback_url;
  std::string fallback_method = "POST";
  std::string xml;  // instead of the URL
};

// How the audio from the other side came in (ITU-T G.107 for the score).
struct Quality {
  std::int64_t packets = 0;
  std::int64_t lost = 0;
  std::chrono::microseconds jitter{0};
  double mos = 0;  // 1 to 4.5; 0: nothing was heard
};

struct Call {
  CallSid sid;
  CallSid parent;  // nil: no other call dialled it
  AccountSid account;
  bool live = false;
  bool hidden = false;  // of another room: the API neither lists nor tells of it
  Direction direction = Direction::outbound_api;
  CallStatus status = CallStatus::queued;
  std::string from;   // E.164, or a SIP URI
  std::string to;     // the same
  std::string trunk;  // what carries it
  StatusCallback callback;
  Instructions instructions;
  std::chrono::seconds ring_timeout{60};
  std::chrono::seconds time_limit{14'400};
  std::string send_digits;     // once it is answered
  int recording_channels = 0;  // 0: not recorded as a whole
  Time created_at;
  Time updated_at;
  std::optional<Time> answered_at;
  std::optional<Time> ended_at;
  std::int64_t sequence = 0;  // of its changes, from 0; numbers status callbacks and events
  std::optional<int> sip_code;
  std::optional<int> error_code;  // of the TwiML reference: what its document came to
  std::optional<Money> price;
  Quality quality;

  // Whole seconds from answer to end, begun ones counted; nothing while it runs.
  std::optional<std::chrono::seconds> duration() const;
};

// Minutes begun, times the price of one.
Money price_of(const Call& call, Money per_minute);

}  // namespace cloudvno::voice
