// An attempt to reach a PostgreSQL server.
#include "platform/storage/postgres/connecting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string_view>

#include "platform/storage/postgres/error.hpp"

namespace cloudvno::storage::postgres {

namespace asio = boost::asio;
using std::chrono::steady_clock;

struct Connecting::LookUp {
  explicit LookUp(const std::string& name) {
    asio::co_spawn(
        io,
        [](LookUp& self, std::string host) -> net::Task<> {
          self.found = co_await self.resolver.resolve(std::move(host));
        }(*this, name),
        asio::detached);
  }

  asio::io_context io{1};
  std::optional<Result<net::Addresses>> found;
  net::CaresResolver resolver{io.get_executor()};
};

Connecting::Connecting(const ServerAddress& address, const Host& host)
    : address_(address), host_(host), deadline_(steady_clock::now() + address.connect_wait) {
  boost::system::error_code no_address;
  asio::ip::make_address(host.name, no_address);
  if (!host.address.empty()) {
    addresses_.push_back(host.address);
  } else if (host.name.starts_with('/')) {
    addresses_.emplace_back();  // a Unix socket has none
  } else if (!no_address) {
    addresses_.push_back(host.name);
  } else {
    look_up_ = std::make_unique<LookUp>(host.name);
  }
}

Connecting::~Connecting() = default;

bool Connecting::find_addresses(steady_clock::time_point until) {
  if (!look_up_) return true;
  while (!look_up_->found && steady_clock::now() < until) {
    look_up_->io.restart();
    look_up_->io.run_one_until(until);
  }
  if (!look_up_->found) return false;
  const auto found = std::move(*look_up_->found);
  look_up_.reset();
  if (!found) {
    throw StorageError(fmt::format("its name cannot be looked up: {}", found.error().detail));
  }
  for (const auto& each : *found) addresses_.push_back(each.to_string());
  return true;
}

void Connecting::start() {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    names.push_back(name);
    values.push_back(value.c_str());
  };
  const auto address = addresses_.front();
  addresses_.erase(addresses_.begin());
  add("host", host_.name);
  add("hostaddr", address);
  add("port", host_.port);
  for (const auto& [name, value] : address_.options) add(name.c_str(), value);
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(names.data(), values.data(), 0));
  if (!connection_) throw StorageError("there is no memory for a connection");
  to_write_ = true;
}

// After a failure: goes to the next address, or throws.
void Connecting::start_next(const std::string& cause) {
  if (addresses_.empty()) throw StorageError(cause);
  start();
}

ConnectionPtr Connecting::go_on(steady_clock::time_point until) {
  until = std::min(until, deadline_);
  const auto not_yet = [&]() -> ConnectionPtr {
    if (steady_clock::now() >= deadline_) {
      throw StorageError(
          fmt::format("it did not answer within {} ms", address_.connect_wait.count()));
    }
    return nullptr;
  };
  if (!find_addresses(until)) return not_yet();
  if (!connection_) start();
  for (;;) {
    if (PQstatus(connection_.get()) == CONNECTION_BAD) {
      start_next(connection_error(connection_.get()));
      continue;
    }
    if (!wait_for_socket(connection_.get(), to_write_, until)) return not_yet();
    switch (PQconnectPoll(connection_.get())) {
      case PGRES_POLLING_OK:
        return std::move(connection_);
      case PGRES_POLLING_READING:
        to_write_ = false;
        break;
      case PGRES_POLLING_WRITING:
        to_write_ = true;
        break;
      default:
        start_next(connection_error(connection_.get()));
    }
  }
}

}  // namespace cloudvno::storage::postgres
