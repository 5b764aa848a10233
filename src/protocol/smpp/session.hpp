// One SMPP 3.4 session on one connection, as ESME or as SMSC.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "platform/net/task.hpp"
#include "protocol/smpp/session_machine.hpp"
#include "protocol/smpp/transport.hpp"

namespace cloudvno::smpp {

// What the session's owner is told, each on the session's executor. None may throw.
struct SessionHandlers {
  // A request that the peer may send. All but AlertNotification and Outbind are to be answered by
  // respond() once, when the answer is true: the peer waits so long, and beyond incoming_window
  // nothing more is read. Without this handler all are answered ESME_RSYSERR.
  std::move_only_function<void(Pdu&&)> on_request;
  // can_send() was false and is true again.
  std::move_only_function<void()> on_writable;
  // Once, and the last; all requests were settled before.
  std::move_only_function<void(CloseReason)> on_closed;
};

// Life: made with a connection, start(), then bind() as ESME or answer_bind() as SMSC; ends by
// close(), abort(), the peer or a deadline (SessionOptions). Client and Server do that part.
//
// Everything that is sent while one handler runs goes out in one write; what comes in one read is
// handled in one go. Runs on one executor of one thread (`control`); not thread-safe.
// Shared by its owner and the reads, writes and timer under way, so it lives until they end; after
// its end all methods may be called, and do nothing.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using OnBind = std::move_only_function<void(const Bind&)>;

  // `executor` is the transport's. `clock` outlives the session.
  Session(net::Executor executor, std::unique_ptr<Transport> transport, Role role,
          const SessionOptions& options, const Clock& clock);

  // Before start().
  void set_on_bind(OnBind on_bind) { on_bind_ = std::move(on_bind); }  // SMSC
  void set_on_ended(std::move_only_function<void()> ended) { on_ended_ = std::move(ended); }
  // Before start(), or before the session is bound; not from within a handler of the old ones.
  void set_handlers(SessionHandlers handlers) { handlers_ = std::move(handlers); }
  void start();

  SessionState state() const { return machine_.state(); }
  BindMode mode() const { return machine_.mode(); }
  CommandStatus bind_status() const { return machine_.bind_status(); }

  // ESME. `bound` runs if the SMSC takes it; else the session ends with bind_refused.
  void bind(const Bind& bind, std::move_only_function<void(const BindResp&)> bound);
  // SMSC: answers the bind that on_bind told of.
  void answer_bind(CommandStatus status, std::string_view system_id);

  bool can_send() const { return machine_.can_send(); }
  std::size_t free_slots() const { return machine_.free_slots(); }
  // `done` is told once what became of it, possibly within this call: see Outcome. Where
  // can_send() is false it is not_sent. (Not told where the executor's loop ends before the
  // session.)
  void send(const Body& request, Done done);
  // alert_notification and outbind, which nobody answers. False: not sent.
  bool notify(const Body& notice);

  // Answers a request of the peer's. For a status other than ESME_ROK an empty_response() will do.
  void respond(std::uint32_t sequence, CommandStatus status, const Body& body);

  // In order: no new requests, answers awaited in both directions, unbind; at most close_timeout.
  void close();
  void abort();

 private:
  // Runs something of the machine's, then what follows from it.
  template <class Event>
  void run(Event event);
  void follow_up();
  void schedule();
  void read();
  void write();
  void arm_timer();
  void finish();

  net::Executor executor_;
  std::unique_ptr<Transport> transport_;
  const Clock& clock_;
  boost::asio::steady_timer timer_;
  SessionHandlers handlers_;
  OnBind on_bind_;
  std::move_only_function<void(const BindResp&)> on_bound_;
  std::move_only_function<void()> on_ended_;
  SessionMachine machine_;

  Bytes writing_;
  std::optional<Time> armed_;
  bool reading_ = false;
  bool running_ = false;
  bool scheduled_ = false;
  bool blocked_ = false;
  bool finished_ = false;
};

}  // namespace cloudvno::smpp
