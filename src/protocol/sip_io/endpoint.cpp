// The endpoint's datagrams, names, time and end.
#include "protocol/sip_io/endpoint.hpp"

#include <boost/asio/post.hpp>

#include "base/log.hpp"

namespace cloudvno::sip {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

constexpr std::size_t max_names = 1'000;

Result<asio::ip::address> address_to_listen_at(const ListenAt& at) {
  boost::system::error_code fault_code;
  auto address = asio::ip::make_address(at.address, fault_code);
  if (fault_code) return fault("sip: not an address to listen at: " + at.address);
  return address;
}

}  // namespace

Endpoint::Endpoint(net::Executor executor, const Clock& clock, net::Resolver& resolver,
                   EndpointOptions options, AgentHandlers handlers)
    : executor_(executor),
      clock_(clock),
      resolver_(resolver),
      options_(std::move(options)),
      udp_(executor,
           [this](std::string_view bytes, const udp::endpoint& from, Micros waited) {
             if (options_.admits && !options_.admits(from.address())) return;
             // Shorter than any message: what keeps a NAT open.
             if (bytes.size() <= 4) return;
             agent_.received(bytes, {Transport::udp, from.address().to_string(), from.port(), 0},
                             waited);
             after_turn();
           }),
      tcp_(executor),
      tls_(executor),
      timer_(executor),
      idle_(executor),
      tasks_(executor, "sip"),
      alive_(std::make_shared<bool>(true)),
      agent_(*this, clock, options_.agent, std::move(handlers)) {}

Endpoint::~Endpoint() {
  *alive_ = false;
  for (auto& [id, connection] : connections_) connection->leave();
}

Result<> Endpoint::start() {
  auto advertise = [this](LocalAddress& local, const ListenAt& at, std::uint16_t bound) {
    local.host = options_.advertised_host.empty() ? at.address : options_.advertised_host;
    local.port = bound;
  };
  UserAgentOptions& agent = agent_.options();
  if (options_.udp) {
    TRY_ASSIGN(auto address, address_to_listen_at(*options_.udp));
    TRY(udp_.open({address, options_.udp->port}));
    advertise(agent.udp, *options_.udp, udp_.port());
  }
  if (options_.tcp) {
    TRY(listen(*options_.tcp, Transport::tcp));
    advertise(agent.tcp, *options_.tcp, port(Transport::tcp));
  }
  if (options_.tls) {
    if (options_.tls_server == nullptr) return fault("sip: TLS without a certificate");
    TRY(listen(*options_.tls, Transport::tls));
    advertise(agent.tls, *options_.tls, port(Transport::tls));
  }
  tasks_.spawn("sip.clock", look_at_clock());
  return {};
}

std::uint16_t Endpoint::port(Transport transport) const {
  boost::system::error_code ignored;
  if (transport == Transport::udp) return udp_.port();
  return (transport == Transport::tcp ? tcp_ : tls_).local_endpoint(ignored).port();
}

// ---- sending ----

void Endpoint::send(const Peer& to, std::string_view bytes, std::uint64_t tag) {
  if (to.transport == Transport::udp)
    send_datagram(to, bytes, tag);
  else
    send_by_stream(to, bytes, tag);
}

void Endpoint::send_datagram(const Peer& to, std::string_view bytes, std::uint64_t tag) {
  auto literal = net::literal_address(to.host);
  if (literal) {
    if (!*literal || !udp_.send(bytes, **literal, to.port)) on_unsent(tag);
    return;
  }
  Micros now = clock_.elapsed();
  auto found = names_.find(to.host);
  if (found != names_.end() && found->second.address && found->second.until > now) {
    if (!udp_.send(bytes, *found->second.address, to.port)) on_unsent(tag);
    return;
  }
  if (names_.size() >= max_names)
    std::erase_if(names_, [now](const auto& name) {
      return !name.second.asking && name.second.until <= now;
    });
  bool full = waiting_for_names_ >= options_.max_waiting_for_names ||
              (found == names_.end() && names_.size() >= max_names);
  if (full || stopping_) return on_unsent(tag);
  Name& name = names_[to.host];
  name.waiting.push_back({to, std::string(bytes), tag});
  ++waiting_for_names_;
  if (std::exchange(name.asking, true)) return;
  tasks_.spawn("sip.resolve", resolve(to.host));
}

net::Task<> Endpoint::resolve(std::string host) {
  Result<net::Addresses> addresses = co_await resolver_.resolve(host);
  Name& name = names_[host];
  name.asking = false;
  name.address.reset();
  name.until = clock_.elapsed() + options_.name_age;
  if (addresses)
    for (const auto& address : *addresses)
      if (!name.address && (address.is_v4() || addresses->size() == 1)) name.address = address;
  if (addresses && !name.address) name.address = addresses->front();
  std::vector<Waiting> waiting = std::exchange(name.waiting, {});
  auto address = name.address;
  waiting_for_names_ -= waiting.size();
  for (const Waiting& one : waiting)
    if (!address || !udp_.send(one.bytes, *address, one.to.port)) on_unsent(one.tag);
}

// Later, since the agent is not to be told from within its own call.
void Endpoint::on_unsent(std::uint64_t tag) {
  if (tag == 0) return;
  asio::post(executor_, [this, alive = alive_, tag] {
    if (!*alive) return;
    agent_.send_failed(tag);
    after_turn();
  });
}

// ---- time ----

void Endpoint::wake_at(Micros at) {
  if (armed_ && *armed_ <= at) return;
  armed_ = at;
  timer_.expires_after(std::max(at - clock_.elapsed(), Micros::zero()));
  timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
    if (cancelled || !*alive) return;
    armed_.reset();
    on_timer();
  });
}

void Endpoint::on_timer() {
  agent_.on_time();
  after_turn();
  if (auto next = agent_.next_deadline()) wake_at(*next);
}

void Endpoint::after_turn() {
  if (stopping_ && agent_.calls() == 0) idle_.set();
}

// ---- the end ----

net::Task<> Endpoint::stop(std::chrono::milliseconds at_most) {
  stopping_ = true;
  agent_.close();
  if (agent_.calls() != 0) co_await idle_.wait_for(at_most);
  boost::system::error_code ignored;
  tcp_.close(ignored);
  tls_.close(ignored);
  udp_.close();
  timer_.cancel();
  armed_ = Micros::min();  // no timer any more
  tasks_.cancel();
  co_await tasks_.wait();
  for (auto& [id, connection] : connections_) connection->leave();
  connections_.clear();
  connection_to_.clear();
}

net::Task<> Endpoint::look_at_clock() {
  while (true) {
    co_await net::sleep_for(std::chrono::seconds(1));
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (auto& [id, connection] : connections_) all.push_back(connection);
    for (auto& connection : all) connection->look_at_clock();
  }
}

}  // namespace cloudvno::sip
