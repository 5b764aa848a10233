// Plays the connection of a session machine.
#include "protocol/smpp/testing/conversation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cloudvno::smpp::testing {

Conversation::Conversation(Role role, const SessionOptions& options) {
  MachineEvents events;
  events.on_bind = [this](const Bind& bind) { binds.push_back(bind); };
  events.on_bound = [this](const BindResp& resp) { bounds.push_back(resp); };
  events.on_request = [this](Pdu&& pdu) {
    requests.push_back(std::move(pdu));
    if (on_request) on_request(requests.back());
  };
  machine_ = std::make_unique<SessionMachine>(role, options, std::move(events), now());
}

void Conversation::pass(Micros span) {
  Time until = now() + span;
  constexpr int most_deadlines = 10'000;
  for (int i = 0; i < most_deadlines; ++i) {
    auto deadline = machine_->next_deadline();
    if (!deadline || *deadline > until) break;
    clock_.set(std::max(*deadline, now()));
    machine_->on_time(now());
    machine_->resume(now());
  }
  clock_.set(until);
}

void Conversation::feed(ByteView bytes) {
  while (!bytes.empty() && machine_->wants_input()) {
    std::span<std::uint8_t> room = machine_->room();
    std::size_t count = std::min({room.size(), bytes.size(), byte_by_byte_ ? 1 : bytes.size()});
    std::ranges::copy(bytes.first(count), room.begin());
    machine_->received(count, now());
    bytes = bytes.subspan(count);
  }
}

void Conversation::feed(const Pdu& pdu) {
  Bytes wire;
  ASSERT_EQ(encode(pdu, wire), CommandStatus::ESME_ROK);
  feed(wire);
}

std::vector<Pdu> Conversation::output() {
  std::vector<Pdu> pdus;
  if (!machine_->has_output()) return pdus;
  begin_write();
  ByteView rest = written_;
  while (!rest.empty()) {
    DecodeResult result = decode(rest);
    EXPECT_EQ(result.kind, Decoding::pdu);
    if (result.kind != Decoding::pdu) break;
    rest = rest.subspan(result.used);
    pdus.push_back(std::move(result.pdu));
  }
  end_write();
  return pdus;
}

void Conversation::begin_write() {
  machine_->take_output(written_, now());
}

void Conversation::send(std::string name, const Body& request) {
  machine_->send(
      request,
      [this, name](Outcome&& outcome) {
        settled.push_back({name, outcome.kind, outcome.response.status});
      },
      now());
}

}  // namespace cloudvno::smpp::testing
