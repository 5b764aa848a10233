// One SMPP 3.4 session without its connection: bytes and times in, bytes and deadlines out.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/input_buffer.hpp"
#include "protocol/smpp/operations.hpp"
#include "protocol/smpp/outstanding.hpp"
#include "protocol/smpp/session_options.hpp"

namespace cloudvno::smpp {

// What the machine tells, out of the call that caused it. May call the machine again.
struct MachineEvents {
  // SMSC: to be answered by answer_bind(), now or later; until then nothing is read.
  std::move_only_function<void(const Bind&)> on_bind;
  // ESME: the SMSC took the bind.
  std::move_only_function<void(const BindResp&)> on_bound;
  // A request that the state allows. Each that wants a response (all but outbind and
  // alert_notification) is to be answered by respond() once.
  std::move_only_function<void(Pdu&&)> on_request;
};

// States (section 2.2): open -> [binding ->] bound -> [unbinding ->] [closing ->] closed.
//
// Answers enquire_link, unbind and what cannot be handed on; numbers and matches our requests;
// keeps the limits of SessionOptions. The owner moves bytes: reads into room() while wants_input(),
// takes output with take_output() and says output_written(), and calls on_time() at
// next_deadline(). Runs where its owner runs; not thread-safe.
class SessionMachine {
 public:
  SessionMachine(Role role, const SessionOptions& options, MachineEvents events, Time now);

  SessionState state() const { return state_; }
  // What made it leave `bound`; valid from `closing` on.
  CloseReason close_reason() const { return close_reason_; }
  // With bind_refused: the SMSC's answer.
  CommandStatus bind_status() const { return bind_status_; }
  BindMode mode() const { return mode_; }

  // ---- requests of ours ----
  void bind(const Bind& bind, Time now);  // ESME, first of all
  bool can_send() const { return free_slots() != 0; }
  std::size_t free_slots() const;
  // `done` may run within this call: with not_sent where can_send() is false, with invalid where
  // the mode does not allow the request (ESME_RINVBNDSTS) or it cannot be encoded.
  void send(const Body& request, Done done, Time now);
  // outbind (SMSC, open) and alert_notification (SMSC, bound): answered by nobody. False: not sent.
  bool notify(const Body& notice);

  // ---- answers of ours ----
  // Ignored once the session is at its end. ESME_ROK makes it bound.
  void answer_bind(CommandStatus status, std::string_view system_id, Time now);
  void respond(std::uint32_t sequence, CommandStatus status, const Body& body, Time now);

  // ---- the end ----
  // Sends no new requests, waits for the answers to the old ones in both directions, unbinds; all
  // within close_timeout.
  void close(Time now);
  void abort(Time now) { end(CloseReason::aborted, now); }
  void connection_lost(Time now);

  // ---- bytes ----
  bool wants_input() const;
  std::span<std::uint8_t> room();
  void received(std::size_t count, Time now);
  // Handles PDUs that were received while reading was paused.
  void resume(Time now);

  bool has_output() const { return !output_.empty(); }
  // Swaps the output for `into`, which is emptied. From here on the requests in it count as sent.
  void take_output(Bytes& into, Time now);
  void output_written(Time now);

  // ---- time ----
  std::optional<Time> next_deadline();
  void on_time(Time now);

 private:
  void handle(DecodeResult& result, Time now);
  void handle_malformed(const DecodeResult& result, Time now);
  void handle_response(Pdu&& pdu, CommandId id, Time now);
  void handle_bind_response(const Pdu& pdu, Time now);
  void handle_request(Pdu&& pdu, CommandId id, Time now);
  void handle_bind(const Pdu& pdu);
  void handle_unbind(const Pdu& pdu, Time now);

  bool reading_state() const;
  std::size_t unsent() const { return output_.size() + in_flight_; }
  void write(CommandStatus status, std::uint32_t sequence, const Body& body);
  std::uint32_t send_own(const Body& request);
  void unbind_if_done();
  // Ends at once; or, with output that the peer should see, when that is written.
  void end(CloseReason reason, Time now, bool flush = false);
  void settle_requests(Time now);

  // Waits for the peer are counted on a clock that stands while we do not read.
  Time reading_time(Time now) const;
  void note_pause(Time now);

  Role role_;
  SessionOptions options_;
  MachineEvents events_;
  SessionState state_ = SessionState::open;
  CloseReason close_reason_{};
  CommandStatus bind_status_ = CommandStatus::ESME_ROK;
  BindMode mode_ = BindMode::transceiver;

  InputBuffer input_;
  Bytes output_;
  std::size_t in_flight_ = 0;
  bool handling_ = false;

  Outstanding outstanding_;
  std::size_t incoming_ = 0;
  bool close_asked_ = false;
  CloseReason asked_reason_ = CloseReason::closed;
  struct PendingBind {
    std::uint32_t sequence;
    BindMode mode;
    bool knows_tlvs;
  };
  std::optional<PendingBind> pending_bind_;
  // Sequence numbers of the session's own requests, 0 if none waits.
  std::uint32_t bind_sequence_ = 0;
  std::uint32_t enquire_sequence_ = 0;
  std::uint32_t unbind_sequence_ = 0;

  // By the wall.
  std::optional<Time> bind_deadline_;
  std::optional<Time> close_deadline_;
  std::optional<Time> writing_since_;
  std::optional<Time> paused_since_;
  Micros paused_ = Micros::zero();
  // By the reading clock.
  Time last_received_;
  Time last_operation_;
  Time enquired_;
  std::optional<Time> partial_since_;
};

}  // namespace cloudvno::smpp
