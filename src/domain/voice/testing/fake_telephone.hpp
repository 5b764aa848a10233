// The ports of telephony in memory: the test plays the other side.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "domain/voice/leg.hpp"

namespace cloudvno::voice::testing {

// What happens to a leg is told when the test lets it: pump().
class FakeTelephone final : public Telephone {
 public:
  class FakeLeg;

  // The other side of a leg, which outlives it.
  struct Peer {
    LegOrder order;
    FakeLeg* leg = nullptr;  // null: destroyed
    bool incoming = false;
    bool answered = false;
    bool ended = false;
    std::optional<Rejection> rejected;
    std::vector<std::pair<SoundPtr, int>> played;  // with their loops
    int playing = 0;                               // the play that goes on; 0: none
    bool plays_end = true;                         // at once
    std::string digits;                            // that were sent to it
    Peer* connected = nullptr;
    std::optional<RecordingSpec> recording;
  };

  std::unique_ptr<Leg> call(LegOrder order, LegListener& listener) override;
  // A leg that comes in, for LegReceiver::on_incoming.
  std::unique_ptr<Leg> incoming();

  Peer& peer(std::size_t number) { return *peers.at(number); }
  void ring(Peer& peer, bool early_media = false) {
    tell(peer, [=](LegListener& listener) { listener.on_ringing(early_media); });
  }
  void answer(Peer& peer);
  void press(Peer& peer, std::string_view digits) {
    for (const char digit : digits) {
      tell(peer, [digit](LegListener& listener) { listener.on_digit(digit); });
    }
  }
  void end(Peer& peer, EndReason reason, int sip_code = 0, bool by_us = false);
  void hang_up(Peer& peer) { end(peer, EndReason::hung_up); }
  void end_play(Peer& peer);
  void speak(Peer& peer, std::vector<std::int16_t> samples) {
    tell(peer, [samples](LegListener& listener) { listener.on_recorded_audio(samples); });
  }
  void end_recording(Peer& peer, RecordingEnd end);

  // Tells what happened. False: nothing had.
  bool pump();

  std::vector<std::unique_ptr<Peer>> peers;

 private:
  void tell(Peer& peer, std::function<void(LegListener&)> what) {
    waiting_.push_back({&peer, std::move(what)});
  }

  struct Happening {
    Peer* peer;
    std::function<void(LegListener&)> what;
  };
  std::deque<Happening> waiting_;
};

}  // namespace cloudvno::voice::testing
