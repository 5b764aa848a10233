// The front of the simulated telephones.
#include "connectors/phones/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/phones/phones_api.hpp"

namespace cloudvno::phones {
namespace {

constexpr std::string_view account_header = "X-CloudVNO-Account";
constexpr std::string_view call_header = "X-CloudVNO-Call";

rtp_io::MediaOptions media_options(const ExchangeOptions& options) {
  rtp_io::MediaOptions media;
  media.bind_address = options.address;
  media.first_port = options.first_media_port;
  media.last_port = options.last_media_port;
  media.most_streams = 2 * options.most_calls;  // one that echoes needs two
  return media;
}

sip::EndpointOptions endpoint_options(const ExchangeOptions& options) {
  sip::EndpointOptions endpoint;
  endpoint.udp = sip::ListenAt{options.address, options.port};
  endpoint.agent.max_calls = options.most_calls;
  endpoint.agent.product = "CloudVNO simulated telephones";
  return endpoint;
}

// The number in a URI's user part; parameters of a telephone number follow a semicolon (RFC 3966).
std::optional<PhoneNumber> number_of(const sip::Uri& uri) {
  const auto user = std::string_view(uri.user).substr(0, uri.user.find(';'));
  if (auto number = PhoneNumber::parse(user)) return number;
  return PhoneNumber::parse(fmt::format("+{}", user));
}

// Milliseconds since 1970: later starts begin later, and JSON holds it exactly.
std::int64_t first_id(const Clock& clock) {
  return to_micros(clock.now()) / 1'000;
}

}  // namespace

Exchange::Exchange(net::Executor control, const Clock& clock, net::Resolver& resolver,
                   ExchangeOptions options)
    : clock_(clock),
      options_(std::move(options)),
      log_(first_id(clock)),
      watchers_(control, clock),
      woken_(control),
      media_(media_options(options_), control,
             [this](rtp_io::StreamId stream, rtp_io::Event& event) { on_media(stream, event); }),
      board_{clock,
             log_,
             media_,
             options_.address,
             [this](rtp_io::StreamId stream, const PhoneCall& call) {
               streams_[stream] = call.shared_record();
             },
             [this] { woken_.set(); },
             [this](PhoneCall& call) { on_call_ended(call); }},
      endpoint_(control, clock, resolver, endpoint_options(options_),
                {.on_invite = [this](sip::IncomingCall& incoming) { on_invite(incoming); },
                 .realm_for = {},
                 .find_user = {}}),
      tasks_(control, "phones") {
  log_.on_change([this](const CallRecord& record) { watchers_.changed(record.phone); });
}

Exchange::~Exchange() = default;

Result<> Exchange::start() {
  TRY(endpoint_.start());
  tasks_.spawn("time", keep_time());
  return {};
}

void Exchange::set_network(std::string host, std::uint16_t port) {
  options_.network_host = std::move(host);
  options_.network_port = port;
}

void Exchange::mount(api::Api& api) {
  mount_phones(api, *this);
}

net::Task<> Exchange::stop() {
  watchers_.close();
  co_await endpoint_.stop(std::chrono::seconds(2));
  tasks_.cancel();
  co_await tasks_.wait();
  calls_.clear();
  ended_.clear();
}

PhoneCall* Exchange::find_call(std::int64_t id) {
  const auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : found->second.get();
}

bool Exchange::has_room(const AccountSid& account) const {
  const auto its = std::ranges::count_if(
      calls_, [&](const auto& call) { return call.second->record().phone.account == account; });
  return static_cast<std::size_t>(its) < options_.most_calls_of_account;
}

void Exchange::on_invite(sip::IncomingCall& incoming) {
  const auto account = AccountSid::parse(incoming.request.header(account_header));
  if (!account) return incoming.call->reject(403);
  const auto handset = number_of(incoming.request.target);
  if (!handset) return incoming.call->reject(404);
  if (!has_room(*account)) return incoming.call->reject(503);
  CallRecord record;
  record.phone = {*account, *handset};
  record.line = number_of(incoming.request.from.uri).value_or(PhoneNumber());
  if (const auto sid = CallSid::parse(incoming.request.header(call_header))) {
    record.call_sid = sid->str();
  }
  record.started_at = clock_.now();
  auto settings = book_.find(record.phone);
  const auto kept = log_.add(std::move(record));
  auto call = std::make_unique<PhoneCall>(board_, std::move(settings), kept);
  auto& taken = *call;
  calls_.emplace(kept->id, std::move(call));
  taken.receive(incoming);
}

Result<RecordPtr> Exchange::dial(const PhoneKey& phone, const PhoneNumber& line,
                                 PhoneSettings settings) {
  if (options_.network_host.empty()) {
    return fail(Errc::service_unavailable, "The simulated telephones are not connected.");
  }
  if (!has_room(phone.account)) {
    return fail(Errc::service_unavailable, "Too many of the account's telephones are in use.");
  }
  CallRecord record;
  record.phone = phone;
  record.line = line;
  record.from_handset = true;
  record.started_at = clock_.now();
  sip::InviteOptions options;
  options.target.user = line.e164();
  options.target.host = options_.network_host;
  options.target.port = options_.network_port;
  options.hop = sip::Peer{sip::Transport::udp, options_.network_host, options_.network_port, 0};
  options.from_uri = fmt::format("sip:{}@{}:{}", phone.handset.e164(), options_.address, port());
  const auto kept = log_.add(std::move(record));
  auto call = std::make_unique<PhoneCall>(board_, std::move(settings), kept);
  if (auto dialed = call->dial(endpoint_.agent(), std::move(options)); !dialed) {
    log_.end(*kept, CallStatus::failed, clock_.now());
    return fail(std::move(dialed).error());
  }
  calls_.emplace(kept->id, std::move(call));
  return kept;
}

void Exchange::on_call_ended(PhoneCall& call) {
  const auto found = calls_.find(call.record().id);
  if (found == calls_.end()) return;
  ended_.push_back(std::move(found->second));
  calls_.erase(found);
  woken_.set();
}

// A stream tells the last of what it heard after its call has ended.
void Exchange::on_media(rtp_io::StreamId stream, rtp_io::Event& event) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  auto& record = *found->second;
  if (const auto* chunk = std::get_if<rtp_io::RecordingChunk>(&event)) {
    log_.hear(record, chunk->samples);
  } else if (const auto* digit = std::get_if<rtp_io::Digit>(&event)) {
    log_.hear_digit(record, digit->digit);
  } else if (std::holds_alternative<rtp_io::MediaTimeout>(event)) {
    if (auto* call = find_call(record.id)) (void)call->hang_up();
  } else if (std::holds_alternative<rtp_io::Closed>(event)) {
    log_.changed(record);
    streams_.erase(found);
  }
}

std::optional<Micros> Exchange::next_deadline() const {
  std::optional<Micros> next;
  for (const auto& [id, call] : calls_) {
    const auto its = call->next_deadline();
    if (its && (!next || *its < *next)) next = its;
  }
  return next;
}

net::Task<> Exchange::keep_time() {
  // Deadlines are of time that passes; the wait is by the clock that may be set, so it is short.
  constexpr Micros longest_wait = std::chrono::seconds(1);
  while (true) {
    ended_.clear();
    if (const auto next = next_deadline()) {
      const auto left = std::clamp(*next - clock_.elapsed(), Micros(0), longest_wait);
      co_await woken_.wait_until(clock_, clock_.now() + left);
    } else {
      co_await woken_.wait();
    }
    std::vector<std::int64_t> due;
    for (const auto& [id, call] : calls_) {
      const auto deadline = call->next_deadline();
      if (deadline && *deadline <= clock_.elapsed()) due.push_back(id);
    }
    for (const auto id : due) {
      if (auto* call = find_call(id)) call->on_time();
    }
  }
}

}  // namespace cloudvno::phones
