// What happens on one leg, as state that a task can look at and wait for. No I/O.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/voice/leg.hpp"

namespace cloudvno::voice {

// Lives on the control thread, and owns its leg.
class Line final : public LegListener {
 public:
  // More are dropped, the oldest first: nobody asked for them.
  static constexpr std::size_t most_digits = 64;

  // Called after each change.
  explicit Line(std::function<void()> changed) : changed_(std::move(changed)) {}

  void attach(std::unique_ptr<Leg> leg);
  Leg& leg() { return *leg_; }
  bool has_leg() const { return leg_ != nullptr; }

  bool is_ringing() const { return ringing_; }
  // It sounds already while it rings: a tone of its own, or words of a network.
  bool has_early_media() const { return early_media_ && !answered_ && is_up(); }
  bool is_answered() const { return answered_; }
  const std::optional<LegEnd>& end() const { return end_; }
  // Neither ended, nor hung up by us.
  bool is_up() const { return leg_ && !end_ && !hung_up_; }

  // Of an incoming leg. on_ended follows a rejection.
  void answer();
  void reject(Rejection why);
  // Once; on_ended follows.
  void hang_up();

  std::optional<char> take_digit();
  bool has_digits() const { return !digits_.empty(); }
  void drop_digits() { digits_.clear(); }

  // Answers a number that plays() knows until the play has ended.
  int play(SoundPtr sound, int loops);
  int send_digits(std::string digits);
  bool plays(int play) const { return is_up() && play > played_; }
  void stop_playing();

  // While one is made, its audio goes to `audio`, in order.
  void start_recording(RecordingSpec spec, std::function<void(std::vector<std::int16_t>)> audio);
  void stop_recording();
  bool is_recording() const { return recording_; }
  const std::optional<RecordingEnd>& recording_end() const { return recording_end_; }

  // LegListener
  void on_ringing(bool early_media) override;
  void on_answered() override;
  void on_digit(char digit) override;
  void on_played(int play) override;
  void on_recorded_audio(std::vector<std::int16_t> samples) override;
  void on_recording_ended(RecordingEnd end) override;
  void on_ended(LegEnd end) override;

 private:
  void end_recording(RecordingEnd end);

  std::function<void()> changed_;
  std::unique_ptr<Leg> leg_;
  bool ringing_ = false;
  bool early_media_ = false;
  bool answered_ = false;
  bool hung_up_ = false;
  std::optional<LegEnd> end_;
  std::deque<char> digits_;
  int last_play_ = 0;
  int played_ = 0;  // plays end in their order
  bool recording_ = false;
  std::optional<RecordingEnd> recording_end_;
  std::function<void(std::vector<std::int16_t>)> audio_;
};

}  // namespace cloudvno::voice
