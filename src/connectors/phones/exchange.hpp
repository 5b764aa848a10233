// The front of the simulated telephones: their exchange, which speaks SIP and RTP with the product.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/model/sid.hpp"
#include "connectors/phones/phone_call.hpp"
#include "connectors/phones/watchers.hpp"
#include "domain/api/api.hpp"

namespace cloudvno::phones {

struct ExchangeOptions {
  std::string address = "127.0.0.1";  // of signalling and media
  std::uint16_t port = 0;             // 0: one that is free
  std::uint16_t first_media_port = 33'000, last_media_port = 37'999;
  std::size_t most_calls = 500;             // at once, of all accounts; beyond: 503
  std::size_t most_calls_of_account = 100;  // so that one leaves room for others; beyond: 503
  // The product's SIP; empty until set_network().
  std::string network_host = {};
  std::uint16_t network_port = 0;
};

// Takes INVITEs for the numbers of handsets, whose headers name the account (X-CloudVNO-Account)
// and its call (X-CloudVNO-Call), and sends INVITEs when a handset calls an account's number.
//
// Lives on the control thread; its owner awaits stop() before it goes. All it holds is in memory.
class Exchange {
 public:
  // `clock` and `resolver` outlive it. Throws where the media thread cannot be made.
  Exchange(net::Executor control, const Clock& clock, net::Resolver& resolver,
           ExchangeOptions options);
  ~Exchange();

  Result<> start();  // once; fails where the port cannot be had
  std::uint16_t port() const { return endpoint_.port(sip::Transport::udp); }
  // Where the product's SIP is, that handsets call to.
  void set_network(std::string host, std::uint16_t port);
  void mount(api::Api& api);
  // Ends the requests that wait, so that the server drains at once. Before stop().
  void release_watchers() { watchers_.close(); }
  // Hangs up everywhere.
  net::Task<> stop();

  // ---- for the routes ----
  PhoneBook& book() { return book_; }
  CallLog& log() { return log_; }
  Watchers& watchers() { return watchers_; }
  const Clock& clock() const { return clock_; }
  // Null where it has ended.
  PhoneCall* find_call(std::int64_t id);
  // The handset calls the account's number. Errc::service_unavailable: too many calls, or no
  // product to call to.
  Result<RecordPtr> dial(const PhoneKey& phone, const PhoneNumber& line, PhoneSettings settings);

  std::size_t calls() const { return calls_.size(); }

 private:
  bool has_room(const AccountSid& account) const;
  void on_invite(sip::IncomingCall& incoming);
  void on_media(rtp_io::StreamId stream, rtp_io::Event& event);
  void on_call_ended(PhoneCall& call);
  net::Task<> keep_time();
  std::optional<Micros> next_deadline() const;

  const Clock& clock_;
  ExchangeOptions options_;
  PhoneBook book_;
  CallLog log_;
  Watchers watchers_;
  net::Event woken_;
  rtp_io::MediaEngine media_;
  Switchboard board_;
  sip::Endpoint endpoint_;
  std::map<std::int64_t, std::unique_ptr<PhoneCall>> calls_;
  std::vector<std::unique_ptr<PhoneCall>> ended_;  // until nobody is within them
  std::map<rtp_io::StreamId, RecordPtr> streams_;  // until they are closed
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::phones
