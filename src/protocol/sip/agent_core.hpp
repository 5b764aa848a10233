// What the user agent and its calls share.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "protocol/sip/digest.hpp"
#include "protocol/sip/session_timer.hpp"
#include "protocol/sip/transactions.hpp"

namespace cloudvno::sip {

class Call;

// How others reach us by one transport; Via and Contact name it.
struct LocalAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5060;
};

struct UserAgentOptions {
  LocalAddress udp, tcp, tls;
  std::string product = "CloudVNO";  // User-Agent and Server
  Timing timing;
  std::uint32_t min_se = 90;
  std::uint32_t session_expires = 0;  // our wish for incoming calls
  // Above either a new INVITE is answered 503 with Retry-After. Transactions that linger count.
  std::size_t max_calls = 10'000;
  std::size_t max_transactions = 200'000;
  // So does one that had to wait longer for us: were it taken, others would wait longer still,
  // until all come again at T1 and nothing is done but that.
  // Likewise one that lay so long that it has been sent again (T1): were it taken, all others would
  // wait longer still, until nothing is done but answering repetitions.
  Micros max_wait = std::chrono::milliseconds(500);
  int retry_after_s = 5;
  ParseLimits limits;
  // What callers may prove who they are with, in the order offered. Where one of them takes fright
  // at SHA-256, as some do that look at the first challenge only, MD5 alone is better than none.
  std::vector<DigestAlgorithm> challenge_with = {DigestAlgorithm::sha256, DigestAlgorithm::md5};

  const LocalAddress& local(Transport transport) const {
    return transport == Transport::udp ? udp : transport == Transport::tcp ? tcp : tls;
  }
};

inline constexpr std::string_view allowed_methods =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE";

struct AgentCore {
  AgentCore(Wire& to_wire, const Clock& with_clock, UserAgentOptions with_options)
      : wire(to_wire),
        clock(with_clock),
        options(std::move(with_options)),
        transactions(to_wire, with_clock, options.timing) {}

  Micros now() const { return clock.elapsed(); }
  // "SIP/2.0/UDP host:port;branch=…;rport"
  std::string via(Transport transport, std::string_view branch) const;
  std::string contact(Transport transport) const;
  void arm(Call& call);

  Wire& wire;
  const Clock& clock;
  UserAgentOptions options;
  Transactions transactions;
  TimerHeap call_timers;
  std::uint64_t next_call = 1;
  // The agent shares its calls with their owners, who may keep them past their end.
  std::unordered_map<std::uint64_t, std::shared_ptr<Call>> calls;
};

}  // namespace cloudvno::sip
