// RTCP compound packets: read and written (RFC 3550 section 6, checks of appendix A.2).
#include "protocol/rtp/rtcp.hpp"

#include <algorithm>

#include "protocol/rtp/wire.hpp"

namespace cloudvno::rtp {
namespace {

constexpr std::uint8_t type_sr = 200, type_rr = 201, type_sdes = 202, type_bye = 203;
constexpr std::size_t block_size = 24;
constexpr std::uint64_t seconds_1900_to_1970 = 2'208'988'800;

ReportBlock read_block(ByteView bytes) {
  ReportBlock block;
  block.ssrc = read_u32(bytes, 0);
  block.fraction_lost = bytes[4];
  // Sign-extends 24 bits.
  block.packets_lost = static_cast<std::int32_t>(read_u32(bytes, 4) << 8) >> 8;
  block.highest_sequence = read_u32(bytes, 8);
  block.jitter = read_u32(bytes, 12);
  block.last_sr = read_u32(bytes, 16);
  block.delay_since_last_sr = read_u32(bytes, 20);
  return block;
}

void read_blocks(ByteView bytes, std::size_t count, std::uint32_t our_ssrc, Report& report) {
  for (; count != 0 && bytes.size() >= block_size; --count, bytes = bytes.subspan(block_size)) {
    ReportBlock block = read_block(bytes);
    if (block.ssrc == our_ssrc) report.about_us = block;
  }
}

// One packet of the compound; `bytes` begins with its header. False: malformed.
bool read_one(ByteView bytes, std::uint32_t our_ssrc, Report& report) {
  const std::size_t count = bytes[0] & 0x1f;
  switch (bytes[1]) {
    case type_sr:
      if (bytes.size() < 28 + count * block_size) return false;
      report.ssrc = read_u32(bytes, 4);
      report.sender =
          SenderInfo{static_cast<std::uint64_t>(read_u32(bytes, 8)) << 32 | read_u32(bytes, 12),
                     read_u32(bytes, 16), read_u32(bytes, 20), read_u32(bytes, 24)};
      read_blocks(bytes.subspan(28), count, our_ssrc, report);
      return true;
    case type_rr:
      if (bytes.size() < 8 + count * block_size) return false;
      report.ssrc = read_u32(bytes, 4);
      read_blocks(bytes.subspan(8), count, our_ssrc, report);
      return true;
    case type_bye:
      if (bytes.size() < 4 + count * 4) return false;
      for (std::size_t i = 0; i < count; ++i) {
        if (read_u32(bytes, 4 + i * 4) == report.ssrc) report.bye = true;
      }
      return true;
    default:
      return true;
  }
}

struct Writer {
  std::span<std::uint8_t, largest_report> out;
  std::size_t size = 0;

  void u8(std::uint8_t value) { out[size++] = value; }
  void u32(std::uint32_t value) {
    write_u32(out.data() + size, value);
    size += 4;
  }
  std::size_t open(std::size_t count, std::uint8_t type) {
    const std::size_t at = size;
    u32(static_cast<std::uint32_t>(0x80 | count) << 24 | static_cast<std::uint32_t>(type) << 16);
    return at;
  }
  void close(std::size_t at) {
    write_u16(out.data() + at + 2, static_cast<std::uint16_t>((size - at) / 4 - 1));
  }
};

void write_block(Writer& writer, const ReportBlock& block) {
  writer.u32(block.ssrc);
  const std::int32_t lost = std::clamp(block.packets_lost, -0x800000, 0x7fffff);
  writer.u32(static_cast<std::uint32_t>(block.fraction_lost) << 24 |
             (static_cast<std::uint32_t>(lost) & 0xffffff));
  writer.u32(block.highest_sequence);
  writer.u32(block.jitter);
  writer.u32(block.last_sr);
  writer.u32(block.delay_since_last_sr);
}

}  // namespace

std::optional<Report> parse_rtcp(ByteView bytes, std::uint32_t our_ssrc) {
  // The first packet is a report and has no padding.
  if (bytes.size() < 8 || (bytes[0] & 0xe0) != 0x80) return {};
  if (bytes[1] != type_sr && bytes[1] != type_rr) return {};
  Report report;
  while (!bytes.empty()) {
    if (bytes.size() < 4 || bytes[0] >> 6 != 2) return {};
    const std::size_t size = std::size_t{4} * (read_u16(bytes, 2) + 1u);
    if (size > bytes.size()) return {};
    if (!read_one(bytes.first(size), our_ssrc, report)) return {};
    bytes = bytes.subspan(size);
  }
  return report;
}

std::span<const std::uint8_t> write_rtcp(const OutgoingReport& report,
                                         std::span<std::uint8_t, largest_report> out) {
  Writer writer{out};
  const std::size_t first = writer.open(report.block ? 1 : 0, report.sender ? type_sr : type_rr);
  writer.u32(report.ssrc);
  if (report.sender) {
    writer.u32(static_cast<std::uint32_t>(report.sender->ntp >> 32));
    writer.u32(static_cast<std::uint32_t>(report.sender->ntp));
    writer.u32(report.sender->rtp_timestamp);
    writer.u32(report.sender->packets);
    writer.u32(report.sender->bytes);
  }
  if (report.block) write_block(writer, *report.block);
  writer.close(first);

  const std::size_t sdes = writer.open(1, type_sdes);
  writer.u32(report.ssrc);
  const std::string_view cname = report.cname.substr(0, 64);
  writer.u8(1);
  writer.u8(static_cast<std::uint8_t>(cname.size()));
  for (char c : cname) writer.u8(static_cast<std::uint8_t>(c));
  // At least one zero ends the list, and the chunk ends at a word.
  do writer.u8(0);
  while (writer.size % 4 != 0);
  writer.close(sdes);

  if (report.bye) {
    const std::size_t bye = writer.open(1, type_bye);
    writer.u32(report.ssrc);
    writer.close(bye);
  }
  return std::span(out).first(writer.size);
}

std::uint64_t to_ntp(Time time) {
  const auto micros = static_cast<std::uint64_t>(to_micros(time));
  const std::uint64_t seconds = micros / 1'000'000 + seconds_1900_to_1970;
  return seconds << 32 | ((micros % 1'000'000) << 32) / 1'000'000;
}

std::optional<Micros> round_trip(const ReportBlock& block, Time arrival) {
  if (block.last_sr == 0) return {};
  const std::uint32_t passed =
      ntp_middle(to_ntp(arrival)) - block.last_sr - block.delay_since_last_sr;
  // More than half the range: a delay that is longer than the time since our report.
  if (passed > 0x7fffffff) return {};
  return Micros(static_cast<std::int64_t>(passed) * 1'000'000 / 65'536);
}

}  // namespace cloudvno::rtp
