// Ids of resources: a two-letter prefix and 32 lower-case hex digits, of which the first 12 are
// milliseconds since 1970 and the rest random. So SIDs of one kind sort by age, and a page's cursor
// outlives its row.
#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace cloudvno {
namespace detail {
using SidText = std::array<char, 34>;
void make_sid(SidText& out, std::string_view prefix, Time now);
bool is_sid(std::string_view text, std::string_view prefix);
}  // namespace detail

// Two prefixes where one resource has two shapes (SM, and MM with media); else both are the same.
struct SidPrefix {
  char text[3];
  char other[3];
};

template <SidPrefix P>
class Sid {
 public:
  // The nil SID, all NULs: not yet made.
  Sid() = default;

  static Sid make(Time now) {
    Sid sid;
    detail::make_sid(sid.text_, P.text, now);
    return sid;
  }
  static Sid make_other(Time now) {
    Sid sid;
    detail::make_sid(sid.text_, P.other, now);
    return sid;
  }
  static std::optional<Sid> parse(std::string_view text) {
    if (!detail::is_sid(text, P.text) && !detail::is_sid(text, P.other)) return std::nullopt;
    return from_store(text);
  }
  // From a column that we wrote: not checked beyond its length.
  static Sid from_store(std::string_view text) {
    Sid sid;
    if (text.size() == sid.text_.size()) std::memcpy(sid.text_.data(), text.data(), text.size());
    return sid;
  }

  // Whether it has the second of the two prefixes, where they differ.
  bool is_other() const { return view().starts_with(P.other) && !view().starts_with(P.text); }
  bool is_nil() const { return text_[0] == '\0'; }
  std::string_view view() const {
    return is_nil() ? std::string_view() : std::string_view(text_.data(), text_.size());
  }
  std::string str() const { return std::string(view()); }
  auto operator<=>(const Sid&) const = default;

 private:
  detail::SidText text_{};
};

using AccountSid = Sid<SidPrefix{"AC", "AC"}>;
using ApiKeySid = Sid<SidPrefix{"AK", "AK"}>;
using MessageSid = Sid<SidPrefix{"SM", "MM"}>;
using CallSid = Sid<SidPrefix{"CA", "CA"}>;
using RecordingSid = Sid<SidPrefix{"RE", "RE"}>;
using VerificationSid = Sid<SidPrefix{"VE", "VE"}>;
using NumberSid = Sid<SidPrefix{"PN", "PN"}>;
using DeliverySid = Sid<SidPrefix{"WD", "WD"}>;
using EventSid = Sid<SidPrefix{"EV", "EV"}>;
using TrunkSid = Sid<SidPrefix{"TK", "TK"}>;
using RequestId = Sid<SidPrefix{"RQ", "RQ"}>;
using HoldSid = Sid<SidPrefix{"LH", "LH"}>;
using EndpointSid = Sid<SidPrefix{"WE", "WE"}>;
using SmppCredentialSid = Sid<SidPrefix{"SC", "SC"}>;
using SenderPoolSid = Sid<SidPrefix{"SP", "SP"}>;
using FraudBlockSid = Sid<SidPrefix{"FB", "FB"}>;
using FraudJudgementSid = Sid<SidPrefix{"FJ", "FJ"}>;

}  // namespace cloudvno

template <cloudvno::SidPrefix P>
struct std::hash<cloudvno::Sid<P>> {
  std::size_t operator()(const cloudvno::Sid<P>& sid) const {
    return std::hash<std::string_view>()(sid.view());
  }
};
