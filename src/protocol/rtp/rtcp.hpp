// RTCP compound packets of a stream of one source: SR, RR, SDES with CNAME, BYE (RFC 3550
// section 6).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace cloudvno::rtp {

// What one receiver tells of one source (section 6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;  // in 256ths, since the report before
  std::int32_t packets_lost = 0;   // 24 bits, signed: duplicates count against it
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;               // in units of the clock rate
  std::uint32_t last_sr = 0;              // middle 32 bits of the NTP time of the last SR, 0: none
  std::uint32_t delay_since_last_sr = 0;  // in 65,536ths of a second
};

struct SenderInfo {
  std::uint64_t ntp = 0;
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t bytes = 0;
};

// Of a compound packet: who sent it, and what concerns us. A report about other sources than ours
// is skipped; of several about ours the last counts.
struct Report {
  std::uint32_t ssrc = 0;
  std::optional<SenderInfo> sender;
  std::optional<ReportBlock> about_us;
  bool bye = false;  // of `ssrc`
};

// Nothing for bytes that fail the checks of appendix A.2. Unknown packet types are skipped.
std::optional<Report> parse_rtcp(ByteView bytes, std::uint32_t our_ssrc);

struct OutgoingReport {
  std::uint32_t ssrc = 0;
  std::optional<SenderInfo> sender;  // SR, else RR
  std::optional<ReportBlock> block;
  std::string_view cname;  // at most 64 bytes; no personal data (RFC 7022)
  bool bye = false;
};

inline constexpr std::size_t largest_report = 256;
// The part of `out` that was written.
std::span<const std::uint8_t> write_rtcp(const OutgoingReport& report,
                                         std::span<std::uint8_t, largest_report> out);

// 64-bit NTP time (seconds since 1900 and their fraction), and its middle 32 bits.
std::uint64_t to_ntp(Time time);
inline std::uint32_t ntp_middle(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}

// Round-trip time from a report about us that came at `arrival` (section 6.4.1, figure 2); nothing
// where it names no SR or does not add up.
std::optional<Micros> round_trip(const ReportBlock& block, Time arrival);

}  // namespace cloudvno::rtp
