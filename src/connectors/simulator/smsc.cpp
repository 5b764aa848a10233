// The simulated network's SMSC.
#include "connectors/simulator/smsc.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "connectors/simulator/smsc_pdus.hpp"

namespace cloudvno::simulator {

using smpp::CommandStatus;

Smsc::Smsc(net::Executor control, const Clock& clock, SmscOptions options, Network& network)
    : control_(control),
      clock_(clock),
      options_(std::move(options)),
      network_(network),
      deadline_moved_(control),
      tasks_(control, "simulator"),
      server_(control, clock, server_options(), server_handlers()) {}

smpp::ServerOptions Smsc::server_options() const {
  smpp::ServerOptions options;
  options.address = options_.address;
  options.port = options_.port;
  options.system_id = "sandbox";
  options.session.window = options_.window;
  return options;
}

smpp::ServerHandlers Smsc::server_handlers() {
  smpp::ServerHandlers handlers;
  handlers.authenticate = [this](const smpp::Bind& bind, const std::string&,
                                 smpp::BindAnswer answer) {
    const bool known =
        equal_in_constant_time(as_bytes(bind.system_id), as_bytes(options_.system_id));
    const bool right = equal_in_constant_time(as_bytes(bind.password), as_bytes(options_.password));
    answer(known && right ? CommandStatus::ESME_ROK : CommandStatus::ESME_RBINDFAIL);
  };
  handlers.on_session = [this](SessionPtr session, const smpp::Bind&) {
    on_session(std::move(session));
  };
  return handlers;
}

Result<> Smsc::start() {
  TRY(server_.start());
  tasks_.spawn("time", keep_time());
  return {};
}

net::Task<> Smsc::stop() {
  answer_due(Time::max());  // a session ends when all is answered
  co_await server_.stop();
  tasks_.cancel();
  co_await tasks_.wait();
}

void Smsc::on_session(SessionPtr session) {
  smpp::SessionHandlers handlers;
  handlers.on_request = [this, raw = session.get()](smpp::Pdu&& pdu) {
    on_request(*raw, std::move(pdu));
  };
  handlers.on_writable = [this] { pump(); };
  handlers.on_closed = [this, raw = session.get()](smpp::CloseReason) {
    std::erase_if(receivers_, [raw](const auto& each) { return each.get() == raw; });
  };
  session->set_handlers(std::move(handlers));
  if (session->mode() == smpp::BindMode::transmitter) return;
  receivers_.push_back(std::move(session));
  pump();
}

void Smsc::on_request(smpp::Session& session, smpp::Pdu&& pdu) {
  if (auto* submit = std::get_if<smpp::SubmitSm>(&pdu.body)) {
    return on_submit(session, pdu.sequence, std::move(*submit));
  }
  const auto command = smpp::command_id(pdu);
  if (!smpp::wants_response(command)) return;
  session.respond(pdu.sequence, CommandStatus::ESME_RINVCMDID, smpp::empty_response(command));
}

void Smsc::on_submit(smpp::Session& session, std::uint32_t sequence, smpp::SubmitSm&& submit) {
  auto part = read_submit(std::move(submit));
  if (!part) {
    session.respond(sequence, part.error(), smpp::SubmitSmResp());
    return;
  }
  auto answer = network_.submit(std::move(*part), clock_.now());
  if (answer.kind == SubmitAnswer::Kind::link_drops) return session.abort();
  if (answer.receipt_first) pump();
  if (answer.delay > Micros(0)) {
    late_answers_.emplace(clock_.now() + answer.delay,
                          LateAnswer{session.weak_from_this(), sequence, std::move(answer)});
  } else {
    answer_submit(session, sequence, std::move(answer));
  }
  pump();
}

void Smsc::answer_submit(smpp::Session& session, std::uint32_t sequence, SubmitAnswer answer) {
  smpp::SubmitSmResp response;
  response.message_id = std::move(answer.id);
  session.respond(sequence, submit_status(answer.kind), response);
}

void Smsc::answer_due(Time until) {
  while (!late_answers_.empty() && late_answers_.begin()->first <= until) {
    auto late = std::move(late_answers_.extract(late_answers_.begin()).mapped());
    if (const auto session = late.session.lock()) {
      answer_submit(*session, late.sequence, std::move(late.answer));
    }
  }
}

std::optional<Time> Smsc::next_deadline() const {
  auto deadline = network_.next_deadline();
  if (!late_answers_.empty() && (!deadline || late_answers_.begin()->first < *deadline)) {
    deadline = late_answers_.begin()->first;
  }
  return deadline;
}

smpp::Session* Smsc::free_session() {
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    auto& session = *receivers_[(next_receiver_ + i) % receivers_.size()];
    if (session.state() != smpp::SessionState::bound || !session.can_send()) continue;
    next_receiver_ = (next_receiver_ + i + 1) % receivers_.size();
    return &session;
  }
  return nullptr;
}

void Smsc::pump() {
  const auto deadline = next_deadline();
  if (deadline && (!sleeping_until_ || *deadline < *sleeping_until_)) deadline_moved_.set();
  if (pumping_) return;  // a delivery settled within send(): the loop below takes it up
  pumping_ = true;
  while (auto* session = free_session()) {
    auto delivery = network_.take_delivery();
    if (!delivery) break;
    deliver(*session, std::move(*delivery));
  }
  pumping_ = false;
  if (pumped_) pumped_();
}

void Smsc::deliver(smpp::Session& session, Delivery delivery) {
  const auto pdu = to_deliver_sm(delivery);
  session.send(pdu, [this, delivery = std::move(delivery)](smpp::Outcome&& outcome) mutable {
    network_.settle(std::move(delivery), to_delivery_result(outcome), clock_.now());
    pump();
  });
}

net::Task<> Smsc::keep_time() {
  while (true) {
    sleeping_until_ = next_deadline();
    if (sleeping_until_) {
      co_await deadline_moved_.wait_until(clock_, *sleeping_until_);
    } else {
      co_await deadline_moved_.wait();
    }
    answer_due(clock_.now());
    network_.on_time(clock_.now());
    pump();
  }
}

}  // namespace cloudvno::simulator
