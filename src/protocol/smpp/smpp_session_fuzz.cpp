// Fuzzes a whole session of either side with bytes, pieces and times of the peer's choice: it must
// settle each request once, keep its bounds and write nothing that does not decode.
#include <memory>

#include "base/invariant.hpp"
#include "protocol/smpp/session_machine.hpp"

namespace {

using namespace cloudvno;
using namespace cloudvno::smpp;

// Takes numbers off the input's front; zeros once it is used up.
struct Script {
  ByteView rest;
  std::uint8_t next() {
    if (rest.empty()) return 0;
    std::uint8_t value = rest.front();
    rest = rest.subspan(1);
    return value;
  }
};

void feed(SessionMachine& machine, ByteView bytes, Time now) {
  while (!bytes.empty() && machine.wants_input()) {
    std::span<std::uint8_t> room = machine.room();
    invariant(!room.empty(), "there is room to read");
    std::size_t part = std::min(bytes.size(), room.size());
    std::ranges::copy(bytes.first(part), room.begin());
    bytes = bytes.subspan(part);
    machine.received(part, now);
  }
}

// Half of the inputs begin with a bound session, which few would reach by chance.
void make_bound(SessionMachine& machine, Role role, Time now) {
  Bytes wire;
  Body body = role == Role::esme ? Body(BindResp{}) : Body(Bind{});
  invariant(encode(CommandStatus::ESME_ROK, 1, body, wire) == CommandStatus::ESME_ROK, "encodes");
  feed(machine, wire, now);
  if (role == Role::smsc) machine.answer_bind(CommandStatus::ESME_ROK, "S", now);
  invariant(machine.state() == SessionState::bound, "it is bound");
}

void check_output(SessionMachine& machine, Bytes& written, Time now) {
  if (!machine.has_output()) return;
  machine.take_output(written, now);
  ByteView rest = written;
  while (!rest.empty()) {
    DecodeResult result = decode(rest);
    invariant(result.kind == Decoding::pdu, "what is written decodes");
    rest = rest.subspan(result.used);
  }
  machine.output_written(now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script{{data, size}};
  std::uint8_t mode = script.next();
  Role role = (mode & 1) != 0 ? Role::smsc : Role::esme;
  SessionOptions options;
  options.window = 4;
  options.incoming_window = 3;
  options.max_unsent = 2000;
  Time now = from_micros(0);
  std::vector<std::pair<std::uint32_t, CommandId>> unanswered;
  std::size_t sent = 0, settled = 0;
  bool bind_asked = false;
  MachineEvents events;
  events.on_bind = [&](const Bind&) { bind_asked = true; };
  events.on_request = [&](Pdu&& pdu) {
    if (wants_response(command_id(pdu))) unanswered.emplace_back(pdu.sequence, command_id(pdu));
  };
  SessionMachine machine(role, options, std::move(events), now);
  if (role == Role::esme) machine.bind(Bind{}, now);
  if ((mode & 2) != 0) make_bound(machine, role, now);
  Bytes written;

  while (!script.rest.empty() && machine.state() != SessionState::closed) {
    switch (script.next() % 8) {
      case 0:
        if (machine.can_send()) {
          ++sent;
          Body request = role == Role::esme ? Body(SubmitSm{}) : Body(DeliverSm{});
          machine.send(request, [&](Outcome&&) { ++settled; }, now);
        }
        break;
      case 1:
        if (!unanswered.empty()) {
          auto [sequence, command] = unanswered.back();
          unanswered.pop_back();
          machine.respond(sequence, CommandStatus::ESME_ROK, empty_response(command), now);
          machine.resume(now);
        }
        break;
      case 2:
        if (bind_asked) machine.answer_bind(CommandStatus{script.next() % 2u}, "S", now);
        bind_asked = false;
        machine.resume(now);
        break;
      case 3:
        check_output(machine, written, now);
        machine.resume(now);
        break;
      case 4:
        now += std::chrono::seconds(script.next());
        machine.on_time(now);
        break;
      case 5:
        if (script.next() == 0) machine.close(now);
        break;
      default: {
        std::size_t count = std::min<std::size_t>(script.next(), script.rest.size());
        ByteView bytes = script.rest.first(count);
        script.rest = script.rest.subspan(count);
        feed(machine, bytes, now);
      }
    }
  }
  machine.abort(now);
  invariant(sent == settled, "each request is settled once");
  invariant(!machine.next_deadline(), "nothing is awaited at the end");
  return 0;
}
