// c-ares on Asio: its sockets are watched, its timeouts kept, and each look-up is awaited.
#include "platform/net/resolver.hpp"

#include <ares.h>
#include <netinet/in.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstring>
#include <map>

#include "base/invariant.hpp"
#include "platform/net/event.hpp"
#include "platform/net/run_on.hpp"

namespace cloudvno::net {
namespace asio = boost::asio;
namespace ip = boost::asio::ip;

namespace {

constexpr std::size_t longest_name = 254;
constexpr std::size_t most_addresses = 32;

bool is_digits(std::string_view text, bool hex) {
  const std::string_view digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
  return text.find_first_not_of(digits) == std::string_view::npos;
}

// The last label of a number in any of inet_aton's spellings is digits, or 0x and hex digits.
bool ends_in_number(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  const auto dot = host.rfind('.');
  const auto last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return false;
  if (last.starts_with("0x") || last.starts_with("0X")) return is_digits(last.substr(2), true);
  return is_digits(last, false);
}

// What one look-up waits for; shared with c-ares' callback, which may come after the deadline.
struct Query {
  explicit Query(const Executor& executor) : done(executor) {}
  Event done;
  int status = ARES_ENOTINITIALIZED;
  Addresses addresses;
};

Addresses read_addresses(const ares_addrinfo& info) {
  Addresses all;
  for (const auto* node = info.nodes; node && all.size() < most_addresses; node = node->ai_next) {
    if (node->ai_family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, node->ai_addr, sizeof address);
      all.emplace_back(ip::address_v4(ntohl(address.sin_addr.s_addr)));
    } else if (node->ai_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, node->ai_addr, sizeof address);
      ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
      all.emplace_back(ip::address_v6(bytes));
    }
  }
  return all;
}

}  // namespace

std::optional<Result<ip::address>> literal_address(std::string_view host) {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  if (!ipv6 && !ends_in_number(host)) return std::nullopt;
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(host), error);
  if (error || host.find('%') != std::string_view::npos ||
      host.find('\0') != std::string_view::npos)
    return fail(Errc::invalid_parameter, "The host is a number, but not an IP address.");
  return address;
}

// One c-ares channel and the sockets it has open. Handlers of Asio keep it alive; close() ends what
// is under way.
class CaresResolver::Channel : public std::enable_shared_from_this<Channel> {
 public:
  Channel(const Executor& io, const ResolverOptions& options) : executor_(io), timer_(io) {
    static const int initialised = ares_library_init(ARES_LIB_INIT_ALL);
    invariant(initialised == ARES_SUCCESS, "c-ares does not start");
    ares_options wanted{};
    // Two tries at each server, so that one lost datagram does not cost the deadline.
    wanted.timeout = static_cast<int>(options.deadline.count() * 2 / 5);
    wanted.tries = 2;
    char lookups[] = "fb";  // the hosts file, then name servers
    wanted.lookups = lookups;
    wanted.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      static_cast<Channel*>(self)->watch(socket, readable != 0, writable != 0);
    };
    wanted.sock_state_cb_data = this;
    const int made = ares_init_options(
        &channel_, &wanted,
        ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
    invariant(made == ARES_SUCCESS, "c-ares has no channel");
    if (!options.servers.empty()) {
      const int set = ares_set_servers_ports_csv(channel_, options.servers.c_str());
      invariant(set == ARES_SUCCESS, "the configured name servers are no addresses");
    }
  }

  ~Channel() { close(); }

  void close() {
    if (!channel_) return;
    ares_destroy(std::exchange(channel_, nullptr));
    timer_.cancel();
  }

  std::size_t running() const { return running_; }

  void start(const std::string& host, const std::shared_ptr<Query>& query) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = ARES_AI_NUMERICSERV;
    ++running_;
    auto* started = new Started{this, query};
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, finished, started);
    keep_time();
  }

 private:
  struct Started {
    Channel* channel;
    std::shared_ptr<Query> query;
  };
  struct Watched {
    explicit Watched(const Executor& executor) : descriptor(executor) {}
    asio::posix::stream_descriptor descriptor;
    bool readable = false;  // c-ares wants to know
    bool writable = false;
    bool waits_readable = false;
    bool waits_writable = false;
  };
  using WatchedPtr = std::shared_ptr<Watched>;

  static void finished(void* argument, int status, int, ares_addrinfo* info) {
    const std::unique_ptr<Started> started(static_cast<Started*>(argument));
    --started->channel->running_;
    started->query->status = status;
    if (info) started->query->addresses = read_addresses(*info);
    ares_freeaddrinfo(info);
    started->query->done.set();
  }

  void watch(ares_socket_t socket, bool readable, bool writable) {
    if (!readable && !writable) {
      const auto found = sockets_.find(socket);
      if (found == sockets_.end()) return;
      found->second->descriptor.release();  // c-ares closes it
      sockets_.erase(found);
      return;
    }
    auto& watched = sockets_[socket];
    if (!watched) {
      watched = std::make_shared<Watched>(executor_);
      boost::system::error_code error;
      watched->descriptor.assign(socket, error);
      if (error) return;  // the look-up then ends by its timeout
    }
    watched->readable = readable;
    watched->writable = writable;
    wait(watched);
  }

  void wait(const WatchedPtr& watched) {
    using asio::posix::descriptor_base;
    if (watched->readable && !watched->waits_readable) {
      watched->waits_readable = true;
      watched->descriptor.async_wait(descriptor_base::wait_read,
                                     [self = shared_from_this(), watched](auto error) {
                                       watched->waits_readable = false;
                                       if (!error && watched->readable)
                                         self->process(watched, true);
                                     });
    }
    if (watched->writable && !watched->waits_writable) {
      watched->waits_writable = true;
      watched->descriptor.async_wait(descriptor_base::wait_write,
                                     [self = shared_from_this(), watched](auto error) {
                                       watched->waits_writable = false;
                                       if (!error && watched->writable)
                                         self->process(watched, false);
                                     });
    }
  }

  void process(const WatchedPtr& watched, bool readable) {
    if (!channel_ || !watched->descriptor.is_open()) return;
    const int socket = watched->descriptor.native_handle();
    ares_process_fd(channel_, readable ? socket : ARES_SOCKET_BAD,
                    readable ? ARES_SOCKET_BAD : socket);
    if (!channel_) return;
    if (watched->descriptor.is_open()) wait(watched);
    keep_time();
  }

  // c-ares has to be asked when its next retry or timeout is due.
  void keep_time() {
    timeval buffer{};
    const timeval* due = ares_timeout(channel_, nullptr, &buffer);
    if (!due) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(due->tv_sec) +
                         std::chrono::microseconds(due->tv_usec));
    timer_.async_wait([self = shared_from_this()](auto error) {
      if (error || !self->channel_) return;
      ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      self->keep_time();
    });
  }

  Executor executor_;
  asio::steady_timer timer_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, WatchedPtr> sockets_;
  std::size_t running_ = 0;
};

CaresResolver::CaresResolver(Executor io, ResolverOptions options)
    : io_(std::move(io)),
      options_(std::move(options)),
      channel_(std::make_shared<Channel>(io_, options_)) {}

CaresResolver::~CaresResolver() {
  channel_->close();
}

Task<Result<Addresses>> CaresResolver::resolve(std::string host) {
  if (auto literal = literal_address(host)) {
    if (!*literal) co_return std::unexpected(std::move(*literal).error());
    co_return Addresses{**literal};
  }
  if (host.empty() || host.size() > longest_name || host.find('\0') != std::string::npos)
    co_return fail(Errc::invalid_parameter, "The host is not a name.");
  co_return co_await run_on(io_, look_up(channel_, std::move(host)));
}

Task<Result<Addresses>> CaresResolver::look_up(std::shared_ptr<Channel> channel, std::string host) {
  if (channel->running() >= options_.running)
    co_return fault("too many name look-ups", Errc::service_unavailable);
  const auto query = std::make_shared<Query>(io_);
  channel->start(host, query);
  if (!co_await query->done.wait_for(options_.deadline))
    co_return fault("no name server answered in time", Errc::service_unavailable);
  switch (query->status) {
    case ARES_SUCCESS:
      if (query->addresses.empty()) co_return fault("the name has no address", Errc::not_found);
      co_return std::move(query->addresses);
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
      co_return fault("there is no such name", Errc::not_found);
    case ARES_EBADNAME:
      co_return fail(Errc::invalid_parameter, "The host is not a name.");
    default:
      co_return fault(ares_strerror(query->status), Errc::service_unavailable);
  }
}

}  // namespace cloudvno::net
