// A link to a PostgreSQL server that fails at a chosen message.
#include "platform/storage/testing/failing_link.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <vector>

#include "platform/storage/testing/postgres_server.hpp"

namespace cloudvno::storage::testing {
namespace {

// A frame's length, or 0 while that is not known. The first message of a client has no type.
std::size_t frame_length(std::string_view data, bool typed) {
  const std::size_t start = typed ? 1 : 0;
  if (data.size() < start + 4) return 0;
  std::size_t length = 0;
  for (std::size_t i = start; i < start + 4; ++i) {
    length = length << 8 | static_cast<unsigned char>(data[i]);
  }
  return start + length;
}

bool write_all(int socket, std::string_view data) {
  while (!data.empty()) {
    const auto written = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (written <= 0) return false;
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

struct FailingLink::Way {
  int from = -1;
  int to = -1;
  bool typed = true;
  std::string waiting;  // bytes of a message that is not whole yet
};

struct FailingLink::Pair {
  Pair(int client, int server) : up{client, server, false, {}}, down{server, client, true, {}} {}
  ~Pair() {
    ::close(up.from);
    ::close(up.to);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  Way up;
  Way down;
  bool silent = false;
};

FailingLink::FailingLink(const PostgresServer& server)
    : server_path_(server.folder() + "/.s.PGSQL.5432") {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

FailingLink::~FailingLink() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
  thread_.join();
  pairs_.clear();
  ::close(listener_);
  ::close(wake_);
}

std::string FailingLink::url_of_schema(std::string_view schema) const {
  return fmt::format("postgresql://cloudvno@127.0.0.1:{}/postgres?options=-csearch_path%3D{}",
                     port_, schema);
}

void FailingLink::fail_at(int n, Fault fault) {
  const std::scoped_lock lock(mutex_);
  messages_left_ = n;
  fault_ = fault;
  failed_ = false;
}

void FailingLink::heal() {
  {
    const std::scoped_lock lock(mutex_);
    messages_left_ = 0;
    silent_ = false;
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
}

bool FailingLink::may_pass() {
  const std::scoped_lock lock(mutex_);
  if (messages_left_ == 0 || --messages_left_ > 0) return true;
  failed_ = true;
  silent_ = fault_ == Fault::silence;
  return false;
}

void FailingLink::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int yes = 1;
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, server_path_.c_str(), sizeof address.sun_path - 1);
  if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(client);
    ::close(server);
    return;
  }
  pairs_.emplace_back(client, server);
}

bool FailingLink::carry(Pair& pair, Way& way) {
  char chunk[16 * 1024];
  const auto size = ::recv(way.from, chunk, sizeof chunk, 0);
  if (size <= 0) return false;
  way.waiting.append(chunk, static_cast<std::size_t>(size));
  for (;;) {
    const auto length = frame_length(way.waiting, way.typed);
    if (length == 0 || way.waiting.size() < length) return true;
    if (!may_pass()) {
      const std::scoped_lock lock(mutex_);
      pair.silent = silent_;
      return silent_;
    }
    if (!write_all(way.to, std::string_view(way.waiting).substr(0, length))) return false;
    way.waiting.erase(0, length);
    way.typed = true;
  }
}

void FailingLink::run() {
  while (!stopping_) {
    bool silent = false;
    {
      const std::scoped_lock lock(mutex_);
      silent = silent_;
    }
    if (silent) {
      for (auto& pair : pairs_) pair.silent = true;
    } else {
      std::erase_if(pairs_, [](const Pair& pair) { return pair.silent; });
    }
    std::vector<pollfd> watched = {{wake_, POLLIN, 0}};
    if (!silent) {
      watched.push_back({listener_, POLLIN, 0});
      for (auto& pair : pairs_) {
        watched.push_back({pair.up.from, POLLIN, 0});
        watched.push_back({pair.down.from, POLLIN, 0});
      }
    }
    if (::poll(watched.data(), watched.size(), -1) < 0) return;
    if (watched[0].revents) {
      std::uint64_t count = 0;
      (void)!::read(wake_, &count, sizeof count);
      continue;
    }
    std::size_t i = 2;
    for (auto pair = pairs_.begin(); pair != pairs_.end();) {
      bool open = true;
      if (watched[i++].revents) open = carry(*pair, pair->up);
      if (watched[i++].revents && open && !pair->silent) open = carry(*pair, pair->down);
      pair = open ? std::next(pair) : pairs_.erase(pair);
    }
    if (watched[1].revents) accept_one();
  }
}

}  // namespace cloudvno::storage::testing
