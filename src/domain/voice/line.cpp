// State of a leg.
#include "domain/voice/line.hpp"

#include <algorithm>
#include <utility>

namespace cloudvno::voice {

void Line::attach(std::unique_ptr<Leg> leg) {
  leg_ = std::move(leg);
  leg_->listen(*this);
}

void Line::answer() {
  if (!is_up() || answered_) return;
  answered_ = true;
  leg_->answer();
}

void Line::reject(Rejection why) {
  if (!is_up() || answered_) return;
  hung_up_ = true;
  leg_->reject(why);
}

void Line::hang_up() {
  if (!is_up()) return;
  hung_up_ = true;
  leg_->hang_up();
}

std::optional<char> Line::take_digit() {
  if (digits_.empty()) return std::nullopt;
  const char digit = digits_.front();
  digits_.pop_front();
  return digit;
}

int Line::play(SoundPtr sound, int loops) {
  const int play = ++last_play_;
  if (is_up()) leg_->play(play, std::move(sound), loops);
  return play;
}

int Line::send_digits(std::string digits) {
  const int play = ++last_play_;
  if (is_up()) leg_->send_digits(play, std::move(digits));
  return play;
}

void Line::stop_playing() {
  if (is_up() && played_ < last_play_) leg_->stop_playing();
}

void Line::start_recording(RecordingSpec spec,
                           std::function<void(std::vector<std::int16_t>)> audio) {
  recording_end_.reset();
  recording_ = true;
  audio_ = std::move(audio);
  if (is_up()) {
    leg_->start_recording(std::move(spec));
  } else {
    end_recording({RecordingEnd::Why::hung_up, 0});
  }
}

void Line::stop_recording() {
  if (recording_ && is_up()) leg_->stop_recording();
}

void Line::on_ringing(bool early_media) {
  ringing_ = true;
  early_media_ = early_media_ || early_media;
  changed_();
}

void Line::on_answered() {
  answered_ = true;
  changed_();
}

void Line::on_digit(char digit) {
  if (digits_.size() == most_digits) digits_.pop_front();
  digits_.push_back(digit);
  changed_();
}

void Line::on_played(int play) {
  played_ = std::max(played_, play);
  changed_();
}

void Line::on_recorded_audio(std::vector<std::int16_t> samples) {
  if (recording_) audio_(std::move(samples));
}

void Line::on_recording_ended(RecordingEnd end) {
  end_recording(end);
  changed_();
}

void Line::on_ended(LegEnd end) {
  if (end_) return;
  end_ = end;
  end_recording({RecordingEnd::Why::hung_up, 0});
  changed_();
}

void Line::end_recording(RecordingEnd end) {
  if (!std::exchange(recording_, false)) return;
  recording_end_ = end;
  audio_ = nullptr;
}

}  // namespace cloudvno::voice
