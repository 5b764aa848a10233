// The simulated network's MMS centre.
#include "connectors/simulator/mms_center.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/messaging/delivery_errors.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::simulator {

using messaging::Intake;
using messaging::SubmitOutcome;
using messaging::SubmitResult;

namespace {

SubmittedPart part_of(messaging::Submission submission) {
  SubmittedPart part;
  part.pair = {submission.from, submission.to};
  part.text = to_bytes(submission.text);
  part.media = std::move(submission.media);
  part.wants_receipt = true;
  return part;
}

SubmitOutcome outcome_of(SubmitAnswer answer) {
  switch (answer.kind) {
    case SubmitAnswer::Kind::taken:
      return {SubmitResult::accepted, std::move(answer.id), 0};
    case SubmitAnswer::Kind::no_such_recipient:
      return {SubmitResult::refused, {}, messaging::error_unknown_destination};
    case SubmitAnswer::Kind::full:
    case SubmitAnswer::Kind::throttled:
      return {SubmitResult::throttled, {}, 0};
    case SubmitAnswer::Kind::temporary_error:
      return {SubmitResult::temporary, {}, 0};
    case SubmitAnswer::Kind::link_drops:
      break;
  }
  return {SubmitResult::unknown, {}, 0};
}

messaging::Receipt receipt_of(const PartReceipt& told) {
  using enum messaging::ReceiptState;
  const auto error = told.delivered                     ? 0
                     : told.error == unknown_subscriber ? messaging::error_unknown_destination
                                                        : messaging::error_unreachable;
  return {told.id, told.delivered ? delivered : undelivered, error};
}

DeliveryResult result_of(Intake intake) {
  return intake == Intake::kept       ? DeliveryResult::taken
         : intake == Intake::not_ours ? DeliveryResult::refused
                                      : DeliveryResult::later;
}

}  // namespace

MmsCenter::MmsCenter(net::Executor control, const Clock& clock, Network& network,
                     messaging::Carrier& sms, messaging::CarrierListener& listener,
                     std::function<void()> moved)
    : control_(control),
      clock_(clock),
      network_(network),
      sms_(sms),
      listener_(listener),
      moved_(std::move(moved)),
      traits_(sms.traits()),
      tasks_(control, "mms") {
  traits_.most_media = messaging::most_media;
}

net::Task<> MmsCenter::stop() {
  stopping_ = true;
  tasks_.cancel();
  co_await tasks_.wait();
}

void MmsCenter::submit(messaging::Submission submission, std::function<void(SubmitOutcome)> done) {
  if (submission.media.empty()) return sms_.submit(std::move(submission), std::move(done));
  if (stopping_) {
    boost::asio::post(control_, [done = std::move(done)] { done({}); });
    return;
  }
  tasks_.spawn("submit", carry(std::move(submission), std::move(done)));
}

net::Task<> MmsCenter::carry(messaging::Submission submission,
                             std::function<void(SubmitOutcome)> done) {
  SubmitOutcome outcome{SubmitResult::unknown, {}, 0};
  try {
    // The port promises an outcome after the call, not within it.
    co_await boost::asio::post(control_, boost::asio::use_awaitable);
    outcome = co_await exchange(std::move(submission));
  } catch (const boost::system::system_error&) {  // cancelled by stop()
  }
  done(std::move(outcome));
  moved_();
}

net::Task<SubmitOutcome> MmsCenter::exchange(messaging::Submission submission) {
  auto answer = network_.submit(part_of(std::move(submission)), clock_.now());
  if (answer.receipt_first) pump();
  if (answer.delay > Micros(0)) co_await net::sleep_until(clock_, clock_.now() + answer.delay);
  co_return outcome_of(std::move(answer));
}

void MmsCenter::pump() {
  if (pumping_ || stopping_) return;  // a delivery settled at once: the loop below goes on
  pumping_ = true;
  while (auto delivery = network_.take_mms_delivery()) deliver(std::move(*delivery));
  pumping_ = false;
}

void MmsCenter::deliver(Delivery delivery) {
  const auto shared = std::make_shared<Delivery>(std::move(delivery));  // one answer is given
  const auto done = [this, shared](Intake intake) {
    network_.settle(std::move(*shared), result_of(intake), clock_.now());
    moved_();
  };
  if (const auto* receipt = std::get_if<PartReceipt>(&shared->what)) {
    return listener_.on_receipt(*this, receipt_of(*receipt), done);
  }
  const auto& mms = std::get<HandsetMms>(shared->what);
  listener_.on_inbound(*this, {shared->pair.handset, shared->pair.line, mms.body, {}, mms.media},
                       done);
}

}  // namespace cloudvno::simulator
