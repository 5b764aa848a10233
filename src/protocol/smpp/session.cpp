// Moves a session machine's bytes and time.
#include "protocol/smpp/session.hpp"

#include <boost/asio/post.hpp>

#include "base/invariant.hpp"

namespace cloudvno::smpp {

Session::Session(net::Executor executor, std::unique_ptr<Transport> transport, Role role,
                 const SessionOptions& options, const Clock& clock)
    : executor_(executor),
      transport_(std::move(transport)),
      clock_(clock),
      timer_(executor),
      machine_(role, options,
               {.on_bind =
                    [this](const Bind& bind) {
                      invariant(static_cast<bool>(on_bind_), "an SMSC's binds are answered");
                      on_bind_(bind);
                    },
                .on_bound =
                    [this](const BindResp& resp) {
                      if (on_bound_) on_bound_(resp);
                    },
                .on_request =
                    [this](Pdu&& pdu) {
                      CommandId id = command_id(pdu);
                      if (handlers_.on_request)
                        handlers_.on_request(std::move(pdu));
                      else if (wants_response(id))
                        respond(pdu.sequence, CommandStatus::ESME_RSYSERR, empty_response(id));
                    }},
               clock.now()) {}

void Session::start() {
  schedule();
}

void Session::bind(const Bind& bind, std::move_only_function<void(const BindResp&)> bound) {
  on_bound_ = std::move(bound);
  machine_.bind(bind, clock_.now());
  schedule();
}

void Session::answer_bind(CommandStatus status, std::string_view system_id) {
  machine_.answer_bind(status, system_id, clock_.now());
  schedule();
}

void Session::send(const Body& request, Done done) {
  machine_.send(request, std::move(done), clock_.now());
  if (!machine_.can_send()) blocked_ = true;
  schedule();
}

bool Session::notify(const Body& notice) {
  schedule();
  return machine_.notify(notice);
}

void Session::respond(std::uint32_t sequence, CommandStatus status, const Body& body) {
  machine_.respond(sequence, status, body, clock_.now());
  schedule();
}

void Session::close() {
  machine_.close(clock_.now());
  schedule();
}

void Session::abort() {
  machine_.abort(clock_.now());
  schedule();
}

// Later, so that all that the running handler sends goes out in one write.
void Session::schedule() {
  if (running_ || scheduled_ || finished_) return;
  scheduled_ = true;
  boost::asio::post(executor_, [self = shared_from_this()] {
    self->scheduled_ = false;
    self->run([](Time) {});
  });
}

template <class Event>
void Session::run(Event event) {
  if (finished_) return;
  running_ = true;
  try {
    Time now = clock_.now();
    event(now);
    machine_.resume(now);
    if (blocked_ && machine_.can_send()) {
      blocked_ = false;
      if (handlers_.on_writable) handlers_.on_writable();
    }
  } catch (...) {
    // A handler's fault: the session would stand still from here on, so it ends.
    running_ = false;
    machine_.abort(clock_.now());
    finish();
    throw;
  }
  running_ = false;
  follow_up();
}

void Session::follow_up() {
  if (machine_.state() == SessionState::closed) return finish();
  write();
  read();
  arm_timer();
}

void Session::read() {
  if (reading_ || !machine_.wants_input()) return;
  std::span<std::uint8_t> room = machine_.room();
  invariant(!room.empty(), "there is room to read");
  reading_ = true;
  transport_->read_some(room, [self = shared_from_this()](std::size_t bytes) {
    self->reading_ = false;
    self->run([&](Time now) {
      if (bytes != 0)
        self->machine_.received(bytes, now);
      else
        self->machine_.connection_lost(now);
    });
  });
}

void Session::write() {
  if (!writing_.empty() || !machine_.has_output()) return;
  machine_.take_output(writing_, clock_.now());
  transport_->write_all(writing_, [self = shared_from_this()](std::size_t bytes) {
    self->writing_.clear();
    self->run([&](Time now) {
      if (bytes != 0)
        self->machine_.output_written(now);
      else
        self->machine_.connection_lost(now);
    });
  });
}

// Setting a timer costs more than a PDU, and deadlines mostly move away: so one that comes too
// early is left to fire, and set again then.
void Session::arm_timer() {
  std::optional<Time> deadline = machine_.next_deadline();
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  timer_.expires_after(std::max(*deadline - clock_.now(), Micros::zero()));
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (cancelled) return;
    self->armed_.reset();
    self->run([&](Time now) { self->machine_.on_time(now); });
  });
}

void Session::finish() {
  finished_ = true;
  timer_.cancel();
  transport_->close();
  // What the handlers hold is let go with the session's end, not with the last reference to it.
  SessionHandlers handlers = std::move(handlers_);
  auto ended = std::move(on_ended_);
  handlers_ = {};
  on_ended_ = nullptr;
  on_bind_ = nullptr;
  on_bound_ = nullptr;
  if (handlers.on_closed) handlers.on_closed(machine_.close_reason());
  if (ended) ended();
}

}  // namespace cloudvno::smpp
