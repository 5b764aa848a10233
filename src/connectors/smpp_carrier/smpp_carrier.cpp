// A carrier that is reached by SMPP 3.4.
#include "connectors/smpp_carrier/smpp_carrier.hpp"

#include <boost/asio/post.hpp>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "connectors/smpp_carrier/outgoing.hpp"

namespace cloudvno::smpp_carrier {

using messaging::Intake;
using messaging::SubmitOutcome;
using messaging::SubmitResult;

SmppCarrier::SmppCarrier(net::Executor control, const Clock& clock, net::Resolver& resolver,
                         Options options, messaging::CarrierListener& listener)
    : control_(control),
      clock_(clock),
      options_(std::move(options)),
      listener_(listener),
      ids_(options_.dialect.message_ids),
      pace_(options_.messages_per_second, clock.elapsed()),
      token_timer_(control) {
  // The engine then gives each message once, as its whole text.
  options_.traits.takes_whole_texts =
      options_.dialect.long_messages == LongMessages::message_payload;
  const auto add = [&](smpp::BindMode mode, std::size_t number) {
    const bool sends = mode != smpp::BindMode::receiver;
    links_.push_back(
        {std::make_unique<smpp::Client>(control, clock, resolver, client_options(mode, number),
                                        client_handlers(sends)),
         sends});
  };
  for (std::size_t number = 1; number <= options_.binds; ++number) {
    if (options_.style == BindStyle::transceiver) {
      add(smpp::BindMode::transceiver, number);
    } else {
      add(smpp::BindMode::receiver, number);
      add(smpp::BindMode::transmitter, number);
    }
  }
}

smpp::ClientOptions SmppCarrier::client_options(smpp::BindMode mode, std::size_t number) const {
  // A window of the largest single-part PDUs must fit, or submit() would answer not_sent for it.
  constexpr std::size_t largest_submit = 512;
  smpp::ClientOptions options;
  options.name = options_.binds == 1 ? options_.name : fmt::format("{}/{}", options_.name, number);
  options.target = {options_.host, options_.port,
                    options_.tls ? &options_.tls->context() : nullptr};
  options.bind.mode = mode;
  options.bind.system_id = options_.system_id;
  options.bind.password = options_.password;
  options.bind.system_type = options_.system_type;
  options.session = options_.session;
  options.session.window = options_.window;
  options.session.max_unsent =
      std::max(options.session.max_unsent, options_.window * largest_submit);
  options.connect_timeout = options_.connect_timeout;
  options.least_wait = options_.least_wait;
  options.most_wait = options_.most_wait;
  return options;
}

smpp::ClientHandlers SmppCarrier::client_handlers(bool sends) {
  smpp::ClientHandlers handlers;
  handlers.on_request = [this](smpp::Session& session, smpp::Pdu&& pdu) {
    on_request(session, std::move(pdu));
  };
  if (!sends) return handlers;
  handlers.on_up = [this](smpp::Session&) {
    send_held();
    listener_.on_window_open(*this);
  };
  handlers.on_down = [this](smpp::CloseReason) {
    // What waits for a token must not wait for a link too: the engine may know another way.
    if (!is_up()) send_held();
  };
  return handlers;
}

void SmppCarrier::start() {
  for (auto& link : links_) link.client->start();
}

net::Task<> SmppCarrier::stop() {
  token_timer_.cancel();
  const auto held = std::move(held_);
  held_.clear();
  for (const auto& each : held) each.done({});
  // All at once, so that several take no longer than one.
  net::TaskGroup stops(control_, "smpp_carrier.stop");
  for (auto& link : links_) stops.spawn("smpp_carrier.stop", link.client->stop());
  co_await stops.wait();
}

bool SmppCarrier::is_up() const {
  return std::ranges::any_of(links_,
                             [](const Link& link) { return link.sends && link.client->is_up(); });
}

std::string SmppCarrier::problem() const {
  for (const auto& link : links_) {
    if (link.sends && !link.client->problem().empty()) return link.client->problem();
  }
  return {};
}

// ---- out ----

std::size_t SmppCarrier::window() const {
  std::size_t all = 0;
  for (const auto& link : links_) {
    const auto* session = link.client->session();
    // Not while a session is on its way down, where nothing more may be sent.
    if (link.sends && session && session->state() == smpp::SessionState::bound) {
      all += options_.window;
    }
  }
  if (all == 0 || !pace_.is_limited()) return all;
  const auto paced = out_ + held_.size() + pace_.tokens(clock_.elapsed());
  return std::clamp<std::size_t>(paced, 1, all);
}

std::size_t SmppCarrier::free_slots() const {
  std::size_t all = 0;
  for (const auto& link : links_) {
    const auto* session = link.client->session();
    if (link.sends && session) all += session->free_slots();
  }
  return all;
}

smpp::Session* SmppCarrier::roomiest() const {
  smpp::Session* best = nullptr;
  for (const auto& link : links_) {
    auto* session = link.client->session();
    if (!link.sends || !session || session->free_slots() == 0) continue;
    if (!best || session->free_slots() > best->free_slots()) best = session;
  }
  return best;
}

// The port promises an outcome after the call, not within it.
SmppCarrier::Done SmppCarrier::told_later(Done done) const {
  return [control = control_, done = std::move(done)](SubmitOutcome outcome) {
    boost::asio::post(control,
                      [done, outcome = std::move(outcome)]() mutable { done(std::move(outcome)); });
  };
}

void SmppCarrier::submit(messaging::Submission submission, Done done) {
  if (held_.size() >= free_slots()) return told_later(std::move(done))({});
  if (!held_.empty() || !pace_.take(clock_.elapsed())) {
    held_.push_back({std::move(submission), std::move(done)});
    return wait_for_token();
  }
  send(std::move(submission), std::move(done));
  // The engine stops at the last token, and hears of the next one.
  if (pace_.is_limited() && pace_.tokens(clock_.elapsed()) == 0) wait_for_token();
}

void SmppCarrier::send(messaging::Submission submission, Done done) {
  auto* session = roomiest();
  if (!session) return told_later(std::move(done))({});
  ++out_;
  auto sending = std::make_shared<bool>(true);
  session->send(to_submit_sm(submission, options_.dialect),
                [this, sending, weak = session->weak_from_this(),
                 done = std::move(done)](smpp::Outcome&& outcome) mutable {
                  --out_;
                  auto answer = to_answer(outcome, options_.dialect.errors);
                  answer.outcome.carrier_id = ids_.of_answer(answer.outcome.carrier_id);
                  if (answer.rebind) {
                    log::warn("smpp.bind_not_taken",
                              {{"link", options_.name},
                               {"status", smpp::status_name(outcome.response.status)}});
                    if (const auto alive = weak.lock()) alive->close();
                  }
                  if (*sending) done = told_later(std::move(done));
                  done(std::move(answer.outcome));
                });
  *sending = false;
}

void SmppCarrier::send_held() {
  const bool up = is_up();
  while (!held_.empty() && (!up || pace_.take(clock_.elapsed()))) {
    auto held = std::move(held_.front());
    held_.pop_front();
    send(std::move(held.submission), std::move(held.done));
  }
  if (!held_.empty()) wait_for_token();
}

void SmppCarrier::wait_for_token() {
  if (token_asked_) return;
  token_asked_ = true;
  token_timer_.expires_after(pace_.wait(clock_.elapsed()));
  token_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    token_asked_ = false;
    send_held();
    listener_.on_window_open(*this);
  });
}

// ---- in ----

void SmppCarrier::on_request(smpp::Session& session, smpp::Pdu&& pdu) {
  const auto command = smpp::command_id(pdu);
  if (!smpp::wants_response(command)) return;
  // The link may be gone when the listener is done: the SMSC then sends it again.
  auto respond = [weak = session.weak_from_this(), sequence = pdu.sequence,
                  command](smpp::CommandStatus status) {
    if (const auto alive = weak.lock()) {
      alive->respond(sequence, status, smpp::empty_response(command));
    }
  };
  const auto alphabet = options_.dialect.default_alphabet;
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&pdu.body)) {
    on_incoming(read_incoming(*deliver, alphabet), std::move(respond));
  } else if (const auto* data = std::get_if<smpp::DataSm>(&pdu.body)) {
    on_incoming(read_incoming(*data, alphabet), std::move(respond));
  } else {
    respond(smpp::CommandStatus::ESME_RINVCMDID);
  }
}

void SmppCarrier::on_incoming(Incoming incoming, std::function<void(smpp::CommandStatus)> respond) {
  if (const auto* refusal = std::get_if<Refusal>(&incoming)) {
    static auto& unreadable = metrics::counter(
        "cloudvno_smpp_unreadable_total",
        "Messages and receipts from SMPP carriers that have no readable address, text or id");
    unreadable.add();
    return respond(refusal->status);
  }
  if (auto* part = std::get_if<messaging::InboundPart>(&incoming)) {
    return listener_.on_inbound(*this, std::move(*part),
                                [respond](Intake intake) { respond(inbound_status(intake)); });
  }
  auto told = std::make_shared<ReceiptIn>(std::move(std::get<ReceiptIn>(incoming)));
  auto candidates = ids_.of_receipt(told->receipt.carrier_id, told->other_id);
  offer_receipt(std::move(told), std::move(candidates), 0, std::move(respond));
}

// One form of the id after the other, until a message has it.
void SmppCarrier::offer_receipt(std::shared_ptr<ReceiptIn> told,
                                std::vector<IdCandidate> candidates, std::size_t next,
                                std::function<void(smpp::CommandStatus)> respond) {
  auto receipt = told->receipt;
  receipt.carrier_id = candidates[next].id;
  if (candidates[next].guessed) receipt.parties = told->parties;
  const auto way = candidates[next].way;
  listener_.on_receipt(*this, std::move(receipt),
                       [this, told = std::move(told), candidates = std::move(candidates), next, way,
                        respond = std::move(respond)](Intake intake) {
                         if (intake == Intake::kept) ids_.found(way);
                         if (intake != Intake::not_ours) return respond(receipt_status(intake));
                         if (next + 1 < candidates.size())
                           return offer_receipt(told, candidates, next + 1, respond);
                         ids_.not_found();
                         if (!told->or_inbound) return respond(receipt_status(intake));
                         on_incoming(std::move(*told->or_inbound), respond);
                       });
}

}  // namespace cloudvno::smpp_carrier
