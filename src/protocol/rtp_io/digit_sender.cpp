// Digits waiting to be sent, as telephone events or as tones.
#include "protocol/rtp_io/digit_sender.hpp"

#include "protocol/media/tones.hpp"

namespace cloudvno::rtp_io {
namespace {

constexpr std::size_t most_waiting = 100;
constexpr std::uint32_t digit_samples = 800;
constexpr int gap_ticks = 5;

std::array<media::PromptPtr, 16> make_digit_prompts() {
  std::array<media::PromptPtr, 16> prompts;
  for (std::uint8_t code = 0; code < 16; ++code) {
    const char digit = *rtp::event_digit(code);
    prompts[code] = std::make_shared<const media::Prompt>(media::dtmf({&digit, 1}));
  }
  return prompts;
}

}  // namespace

const media::PromptPtr& digit_prompt(char digit) {
  static const std::array<media::PromptPtr, 16> prompts = make_digit_prompts();
  static const media::PromptPtr none;
  const auto code = rtp::digit_event(digit);
  return code ? prompts[*code] : none;
}

void DigitSender::add(std::string_view digits) {
  for (char digit : digits) {
    if (waiting_.size() == most_waiting) break;
    if (digit == 'w' || digit == 'W' || rtp::digit_event(digit)) waiting_ += digit;
  }
  busy_ |= !waiting_.empty();
}

void DigitSender::begin_next(bool as_events) {
  if (waiting_.empty()) return;
  const char digit = waiting_.front();
  waiting_.erase(0, 1);
  if (digit == 'w' || digit == 'W') {
    pause_ = digit == 'w' ? 25 : 50;
  } else if (as_events) {
    event_.emplace(*rtp::digit_event(digit), digit_samples);
    begins_ = true;
  } else {
    tone_.start({}, digit_prompt(digit), 1);
  }
}

DigitSender::Step DigitSender::next(bool as_events, media::Law law) {
  Step step;
  if (pause_ == 0 && !event_ && !tone_.playing()) begin_next(as_events);
  if (event_) {
    if (auto packet = event_->next()) {
      step.kind = Step::Kind::event;
      step.begins = std::exchange(begins_, false);
      step.marker = packet->marker;
      step.payload = packet->payload;
      return step;
    }
    event_.reset();
    pause_ = gap_ticks;
  }
  if (tone_.playing()) {
    step.kind = Step::Kind::tone;
    if (tone_.next(law, step.frame)) tone_.stop();
  } else if (pause_ > 0) {
    --pause_;
  }
  step.last = pause_ == 0 && !tone_.playing() && waiting_.empty();
  busy_ = !step.last;
  return step;
}

}  // namespace cloudvno::rtp_io
