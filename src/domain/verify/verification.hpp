// A verification: a code that was sent to a person, to be given back. Its states; no I/O.
//
//   pending → approved | expired | max_attempts_reached | canceled        blocked (nothing was
//   sent)
//
// A state never goes back. Only a pending one has a code; of a number or address there is at most
// one, for each account and mode.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/fraud/guard.hpp"

namespace cloudvno::verify {

enum class Channel { sms, voice, email, whatsapp, rcs };
inline constexpr std::array<std::string_view, 5> channel_names{"sms", "voice", "email", "whatsapp",
                                                               "rcs"};
std::string_view channel_name(Channel channel);
std::optional<Channel> parse_channel(std::string_view name);

enum class Status { pending, approved, expired, max_attempts_reached, canceled, blocked };
inline constexpr std::array<std::string_view, 6> status_names{
    "pending", "approved", "expired", "max_attempts_reached", "canceled", "blocked"};
std::string_view status_name(Status status);
std::optional<Status> parse_status(std::string_view name);

inline constexpr int most_sends = 5;
// Of a code of 4 digits, so that guessing stays as unlikely as the table of README.md says.
inline constexpr int most_checks_of_4_digits = 3;

// What was asked for, the same for each time that the code is sent.
struct Request {
  std::string locale = "en";
  std::string custom_message;  // has {code}; empty: the text of the locale
  std::string domain;          // the last line "@domain #code"; empty: none
  std::string from;            // a number or a pool's SID; empty: chosen
  int code_length = 6;
  std::chrono::seconds valid_for{600};
  int max_attempts = 5;
  std::string client_address;  // of the person, as the application gave it
};

struct Verification {
  VerificationSid sid;
  AccountSid account;
  bool live = false;
  std::string to;  // E.164, or an e-mail address with channel email
  Channel channel = Channel::sms;
  Status status = Status::pending;
  Request request;
  int attempts = 0;  // codes that were looked at
  int sends = 0;
  std::string country;  // of the number; empty: not known
  int risk_score = 0;
  std::vector<fraud::Reason> risk_reasons;
  std::string delivery_error;   // why the last send did not arrive, in our words; empty: not known
  std::string carried_by;       // SID of the last message or call; empty: by a CodeCarrier
  std::string delivery_status;  // of that; only where it was looked up
  std::int64_t sequence = 0;    // of its state changes, from 0
  Time expires_at;
  Time last_sent_at;
  Time created_at;
  Time updated_at;

  bool is_over(Time now) const { return status != Status::pending || now >= expires_at; }
  // As it is to be shown: the row learns a little later that its time is over.
  Status shown_status(Time now) const {
    return status == Status::pending && now >= expires_at ? Status::expired : status;
  }
  bool is_email() const { return to.contains('@'); }
};

// "US" for "+1201…", by its calling code: the country that most numbers of that code belong to.
std::string country_of(const PhoneNumber& number);

}  // namespace cloudvno::verify
