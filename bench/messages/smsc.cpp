// An SMSC that answers as it is told.
#include "smsc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/receipt.hpp"

namespace cloudvno::bench {
namespace {

constexpr std::size_t receipt_window = 100;  // deliver_sm without an answer, on one session
constexpr std::chrono::milliseconds wait_after_refusal{20};

}  // namespace

struct Smsc::Receipt {
  std::uint64_t id = 0;
  std::string from;  // the message's sender, who gets the receipt
  std::string to;
  Moment due;
};

class Smsc::Session final : public Stream {
 public:
  Session(Smsc& smsc, int fd)
      : Stream(smsc.loop_, fd), smsc_(smsc), number_(++smsc.last_session_) {}

  bool is_bound() const { return bound_.has_value(); }
  bool may_submit() const { return bound_ && *bound_ != smpp::BindMode::receiver; }
  bool may_receive() const { return bound_ && *bound_ != smpp::BindMode::transmitter; }
  const std::string& system_id() const { return system_id_; }

  void queue(Receipt receipt) { waiting_.push_back(std::move(receipt)); }
  std::optional<Moment> send_due(Moment now) {
    if (smsc_.silent_) return std::nullopt;
    std::optional<Moment> next;
    for (const auto due : {answer_due(now), send_due(waiting_, now), send_due(refused_, now)}) {
      if (due && (!next || *due < *next)) next = due;
    }
    return next;
  }

 protected:
  std::size_t on_data(std::string_view data) override {
    std::size_t used = 0;
    while (true) {
      auto result = smpp::decode(as_bytes(data.substr(used)));
      if (result.kind == smpp::Decoding::need_more) return used;
      used += result.used;
      if (result.kind == smpp::Decoding::pdu) take(result.pdu);
      if (!result.can_go_on) return data.size();
    }
  }

  void on_closed() override {
    bound_.reset();
    auto& left = smsc_.homeless_;
    for (auto& [sequence, receipt] : unanswered_) left.push_back(std::move(receipt));
    for (auto* queue : {&refused_, &waiting_}) {
      std::ranges::move(*queue, std::back_inserter(left));
      queue->clear();
    }
    unanswered_.clear();
    answers_.clear();
  }

 private:
  struct Answer {
    std::uint32_t sequence = 0;
    smpp::CommandStatus status = smpp::CommandStatus::ESME_ROK;
    std::string id;
    Moment due;
  };

  std::optional<Moment> answer_due(Moment now) {
    while (!answers_.empty()) {
      auto& answer = answers_.front();
      if (answer.due > now) return answer.due;
      put(answer.sequence, smpp::SubmitSmResp{.message_id = std::move(answer.id)}, answer.status);
      answers_.pop_front();
    }
    return std::nullopt;
  }

  std::optional<Moment> send_due(std::deque<Receipt>& receipts, Moment now) {
    while (!receipts.empty() && unanswered_.size() < receipt_window) {
      if (receipts.front().due > now) return receipts.front().due;
      send_receipt(std::move(receipts.front()));
      receipts.pop_front();
    }
    return std::nullopt;
  }

  void take(const smpp::Pdu& pdu) {
    if (const auto* submit = std::get_if<smpp::SubmitSm>(&pdu.body)) {
      take_submit(*submit, pdu.sequence);
    } else if (std::holds_alternative<smpp::DeliverSmResp>(pdu.body)) {
      take_receipt_answer(pdu);
    } else if (const auto* bind = std::get_if<smpp::Bind>(&pdu.body)) {
      if (smsc_.silent_) return;
      bound_ = bind->mode;
      system_id_ = bind->system_id;
      if (may_receive()) {
        for (auto& receipt : std::exchange(smsc_.homeless_, {})) queue(std::move(receipt));
      }
      put(pdu.sequence, smpp::BindResp{.mode = bind->mode, .system_id = "bench"});
    } else if (!smpp::is_response(smpp::command_id(pdu))) {
      put(pdu.sequence, smpp::empty_response(smpp::command_id(pdu)));
    }
  }

  void take_submit(const smpp::SubmitSm& submit, std::uint32_t sequence) {
    const auto now = std::chrono::steady_clock::now();
    const auto status = smsc_.answer_(number_, submit, now);
    if (!status || smsc_.silent_) return;
    Answer answer{sequence, *status, {}, now + smsc_.answer_delay_};
    const bool taken = *status == smpp::CommandStatus::ESME_ROK;
    const auto id = taken ? ++smsc_.last_id_ : 0;
    if (taken) answer.id = fmt::format("{:010}", id);
    const auto answered_at = answer.due;
    answers_.push_back(std::move(answer));
    answer_due(now);
    if (!taken || !smsc_.receipts_ || (submit.registered_delivery & 1) == 0) return;
    if (auto* receiver = smsc_.receiver_for(*this)) {
      receiver->queue(
          {id, submit.source.addr, submit.destination.addr, answered_at + smsc_.receipt_delay_});
    }
  }

  void send_receipt(Receipt receipt) {
    const auto now = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
    smpp::Receipt text;
    text.id = fmt::format("{:010}", receipt.id);
    text.submitted = text.delivered = 1;
    text.submit_date = text.done_date = now;
    text.state = smpp::MessageState::delivered;
    text.error = "000";
    smpp::DeliverSm deliver;
    deliver.source = {smpp::ton::international, smpp::npi::isdn, receipt.to};
    deliver.destination = {smpp::ton::international, smpp::npi::isdn, receipt.from};
    deliver.esm_class = smpp::esm_class::delivery_receipt;
    deliver.short_message = to_bytes(smpp::print_receipt(text));
    const auto sequence = ++last_sequence_;
    put(sequence, deliver);
    unanswered_.emplace(sequence, std::move(receipt));
  }

  void take_receipt_answer(const smpp::Pdu& pdu) {
    const auto found = unanswered_.find(pdu.sequence);
    if (found == unanswered_.end()) return;
    if (pdu.status != smpp::CommandStatus::ESME_ROK) {
      ++smsc_.receipts_refused_;
      found->second.due = std::chrono::steady_clock::now() + wait_after_refusal;
      refused_.push_back(std::move(found->second));
    }
    unanswered_.erase(found);
  }

  void put(std::uint32_t sequence, const smpp::Body& body,
           smpp::CommandStatus status = smpp::CommandStatus::ESME_ROK) {
    if (smsc_.silent_) return;
    encoded_.clear();
    if (smpp::encode(status, sequence, body, encoded_) != smpp::CommandStatus::ESME_ROK)
      throw std::logic_error("a PDU of the SMSC's own cannot be encoded");
    send(as_text(encoded_));
  }

  Smsc& smsc_;
  std::size_t number_;
  std::optional<smpp::BindMode> bound_;
  std::string system_id_;
  std::deque<Answer> answers_;
  std::deque<Receipt> waiting_;
  std::deque<Receipt> refused_;  // go again
  std::unordered_map<std::uint32_t, Receipt> unanswered_;
  std::uint32_t last_sequence_ = 0;
  Bytes encoded_;
};

Smsc::Smsc(Loop& loop, std::uint16_t port, Answer answer)
    : loop_(loop), answer_(std::move(answer)), listener_(loop, port, [this](int fd) {
        std::erase_if(sessions_, [](const auto& session) { return session->is_closed(); });
        sessions_.push_back(std::make_unique<Session>(*this, fd));
      }) {}

Smsc::~Smsc() = default;

void Smsc::set_receipts(bool on, std::chrono::milliseconds delay) {
  receipts_ = on;
  receipt_delay_ = delay;
}

void Smsc::set_silent(bool silent) {
  if (silent_ && !silent) {
    for (const auto& session : sessions_) {
      if (!session->is_bound()) session->reset();
    }
  }
  silent_ = silent;
}

void Smsc::reset_connections() {
  for (const auto& session : sessions_) session->reset();
}

std::optional<Moment> Smsc::tick(Moment now) {
  std::optional<Moment> next;
  for (const auto& session : sessions_) {
    const auto due = session->send_due(now);
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

std::size_t Smsc::bound() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(sessions_, [](const auto& session) { return session->may_submit(); }));
}

// The session itself, or the receiver bound beside a transmitter.
Smsc::Session* Smsc::receiver_for(Session& session) {
  if (session.may_receive()) return &session;
  const auto found = std::ranges::find_if(sessions_, [&](const auto& other) {
    return other->may_receive() && other->system_id() == session.system_id();
  });
  return found == sessions_.end() ? nullptr : found->get();
}

}  // namespace cloudvno::bench
