// One bind, kept alive.
#include "protocol/smpp/client.hpp"

#include "base/log.hpp"
#include "platform/net/run_on.hpp"
#include "protocol/smpp/backoff.hpp"

namespace cloudvno::smpp {

Client::Client(net::Executor executor, const Clock& clock, net::Resolver& resolver,
               ClientOptions options, ClientHandlers handlers)
    : executor_(executor),
      clock_(clock),
      resolver_(resolver),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      stop_asked_(executor),
      session_ended_(executor),
      tasks_(executor, "smpp.client") {}

void Client::start() {
  tasks_.spawn("smpp.client", run());
}

net::Task<> Client::stop() {
  stopping_ = true;
  stop_asked_.set();
  if (session_)
    session_->close();
  else
    tasks_.cancel();  // it connects or waits
  co_await tasks_.wait();
}

net::Task<> Client::run() {
  Backoff backoff(options_.least_wait, options_.most_wait);
  while (!stopping_) {
    std::optional<Connected> connected =
        co_await net::with_deadline(connect(resolver_, options_.target), options_.connect_timeout);
    if (connected && connected->transport) {
      Time since = clock_.now();
      co_await live(std::move(connected->transport));
      // A bind that is lost at once is as bad as none.
      if (clock_.now() - since >= options_.most_wait) backoff.reset();
    } else if (!stopping_) {
      problem_ = connected ? connected->problem : "connect: no answer in time";
      log::warn("smpp.connect_failed", {{"link", options_.name}, {"problem", problem_}});
    }
    if (stopping_) break;
    co_await stop_asked_.wait_for(backoff.next());
  }
}

net::Task<> Client::live(std::unique_ptr<Transport> transport) {
  session_ = std::make_shared<Session>(executor_, std::move(transport), Role::esme,
                                       options_.session, clock_);
  SessionHandlers handlers;
  handlers.on_request = [this](Pdu&& pdu) {
    if (handlers_.on_request)
      handlers_.on_request(*session_, std::move(pdu));
    else if (wants_response(command_id(pdu)))
      session_->respond(pdu.sequence, CommandStatus::ESME_RSYSERR, empty_response(command_id(pdu)));
  };
  handlers.on_writable = [this] {
    if (handlers_.on_writable) handlers_.on_writable();
  };
  handlers.on_closed = [this](CloseReason reason) {
    went_down(reason);
    session_ended_.set();
  };
  session_->set_handlers(std::move(handlers));
  session_->start();
  session_->bind(options_.bind, [this](const BindResp&) { came_up(); });
  if (stopping_) session_->close();
  try {
    co_await session_ended_.wait();
  } catch (...) {  // cancelled, as it came up while stop() was called
    session_->set_handlers({});
    session_->abort();
    throw;
  }
  session_.reset();
}

void Client::came_up() {
  up_ = true;
  problem_.clear();
  log::info("smpp.up", {{"link", options_.name}, {"window", options_.session.window}});
  if (handlers_.on_up) handlers_.on_up(*session_);
}

void Client::went_down(CloseReason reason) {
  bool was_up = std::exchange(up_, false);
  problem_ = close_reason_name(reason);
  if (reason == CloseReason::bind_refused) problem_ += ": " + status_name(session_->bind_status());
  if (reason == CloseReason::closed)
    log::info("smpp.down", {{"link", options_.name}, {"reason", problem_}});
  else
    log::warn("smpp.down", {{"link", options_.name}, {"reason", problem_}});
  if (was_up && handlers_.on_down) handlers_.on_down(reason);
}

}  // namespace cloudvno::smpp
