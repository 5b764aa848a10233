// A carrier that is reached by SMPP 3.4.
#include "connectors/smpp_carrier/smpp_carrier.hpp"

#include <boost/asio/post.hpp>

#include "base/metrics.hpp"

namespace cloudvno::smpp_carrier {

using messaging::Intake;
using messaging::SubmitOutcome;

SmppCarrier::SmppCarrier(net::Executor control, const Clock& clock, net::Resolver& resolver,
                         Options options, messaging::CarrierListener& listener)
    : control_(control),
      options_(std::move(options)),
      listener_(listener),
      client_(control, clock, resolver, client_options(), client_handlers()) {}

smpp::ClientOptions SmppCarrier::client_options() const {
  // A window of the largest single-part PDUs must fit, or submit() would answer not_sent for it.
  constexpr std::size_t largest_submit = 512;
  smpp::ClientOptions options;
  options.name = options_.name;
  options.target = {options_.host, options_.port,
                    options_.tls ? &options_.tls->context() : nullptr};
  options.bind.mode = smpp::BindMode::transceiver;
  options.bind.system_id = options_.system_id;
  options.bind.password = options_.password;
  options.bind.system_type = options_.system_type;
  options.session = options_.session;
  options.session.window = options_.window;
  options.session.max_unsent =
      std::max(options.session.max_unsent, options_.window * largest_submit);
  options.least_wait = options_.least_wait;
  options.most_wait = options_.most_wait;
  return options;
}

smpp::ClientHandlers SmppCarrier::client_handlers() {
  smpp::ClientHandlers handlers;
  handlers.on_request = [this](smpp::Session& session, smpp::Pdu&& pdu) {
    on_request(session, std::move(pdu));
  };
  handlers.on_up = [this](smpp::Session&) { listener_.on_window_open(*this); };
  return handlers;
}

void SmppCarrier::start() {
  client_.start();
}

net::Task<> SmppCarrier::stop() {
  co_await client_.stop();
}

std::size_t SmppCarrier::window() const {
  // Not while the session is on its way down, where nothing more may be sent.
  auto* session = const_cast<smpp::Client&>(client_).session();
  return session && session->state() == smpp::SessionState::bound ? options_.window : 0;
}

void SmppCarrier::submit(messaging::Submission submission,
                         std::function<void(SubmitOutcome)> done) {
  auto* session = client_.session();
  if (!session) {
    boost::asio::post(control_, [done = std::move(done)] { done({}); });
    return;
  }
  sending_ = true;
  session->send(to_submit_sm(submission, options_.source, options_.destination),
                [this, done = std::move(done)](smpp::Outcome&& outcome) mutable {
                  auto told = to_submit_outcome(outcome);
                  if (!sending_) return done(std::move(told));
                  // The port promises an outcome after the call, not within it.
                  boost::asio::post(
                      control_, [done = std::move(done), told = std::move(told)] { done(told); });
                });
  sending_ = false;
}

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
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&pdu.body)) {
    on_incoming(read_incoming(*deliver), std::move(respond));
  } else if (const auto* data = std::get_if<smpp::DataSm>(&pdu.body)) {
    on_incoming(read_incoming(*data), std::move(respond));
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
  auto& told = std::get<ReceiptIn>(incoming);
  listener_.on_receipt(*this, std::move(told.receipt),
                       [this, respond, or_inbound = std::move(told.or_inbound)](Intake intake) {
                         if (intake != Intake::not_ours || !or_inbound)
                           return respond(receipt_status(intake));
                         on_incoming(*or_inbound, respond);
                       });
}

}  // namespace cloudvno::smpp_carrier
