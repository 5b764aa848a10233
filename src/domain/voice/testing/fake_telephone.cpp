// Telephony in memory.
#include "domain/voice/testing/fake_telephone.hpp"

namespace cloudvno::voice::testing {

class FakeTelephone::FakeLeg final : public Leg {
 public:
  FakeLeg(FakeTelephone& phone, Peer& peer) : phone_(phone), peer_(peer) { peer.leg = this; }
  ~FakeLeg() override {
    peer_.leg = nullptr;
    peer_.ended = true;
  }

  void listen(LegListener& listener) override { listener_ = &listener; }
  LegListener* listener() const { return listener_; }
  void ring() override {}
  void answer() override { peer_.answered = true; }
  void reject(Rejection why) override {
    peer_.rejected = why;
    phone_.end(peer_, EndReason::canceled, why == Rejection::busy ? 486 : 603, true);
  }
  void hang_up() override {
    phone_.end(peer_, peer_.answered ? EndReason::hung_up : EndReason::canceled,
               peer_.answered ? 0 : 487, true);
  }
  void play(int play, SoundPtr sound, int loops) override {
    stop_playing();
    peer_.played.emplace_back(std::move(sound), loops);
    peer_.playing = play;
    if (peer_.plays_end) phone_.end_play(peer_);
  }
  void send_digits(int play, std::string digits) override {
    peer_.digits += digits;
    peer_.playing = play;
    phone_.end_play(peer_);
  }
  void stop_playing() override {
    if (peer_.playing != 0) phone_.end_play(peer_);
  }
  void start_recording(RecordingSpec spec) override { peer_.recording = std::move(spec); }
  void stop_recording() override { phone_.end_recording(peer_, {}); }
  void connect(Leg& other) override {
    auto& peer = static_cast<FakeLeg&>(other).peer_;
    peer_.connected = &peer;
    peer.connected = &peer_;
  }
  void disconnect() override {
    if (peer_.connected) peer_.connected->connected = nullptr;
    peer_.connected = nullptr;
  }

 private:
  FakeTelephone& phone_;
  Peer& peer_;
  LegListener* listener_ = nullptr;
};

std::unique_ptr<Leg> FakeTelephone::call(LegOrder order, LegListener& listener) {
  auto& peer = *peers.emplace_back(std::make_unique<Peer>());
  peer.order = std::move(order);
  auto leg = std::make_unique<FakeLeg>(*this, peer);
  leg->listen(listener);
  return leg;
}

std::unique_ptr<Leg> FakeTelephone::incoming() {
  auto& peer = *peers.emplace_back(std::make_unique<Peer>());
  peer.incoming = true;
  return std::make_unique<FakeLeg>(*this, peer);
}

void FakeTelephone::answer(Peer& peer) {
  peer.answered = true;
  tell(peer, [](LegListener& listener) { listener.on_answered(); });
}

void FakeTelephone::end(Peer& peer, EndReason reason, int sip_code, bool by_us) {
  if (peer.ended) return;
  peer.ended = true;
  Quality quality;
  if (peer.answered) quality = {100, 1, Micros(2'000), 4.3};
  tell(peer, [=](LegListener& listener) { listener.on_ended({reason, by_us, sip_code, quality}); });
}

void FakeTelephone::end_play(Peer& peer) {
  const int play = std::exchange(peer.playing, 0);
  tell(peer, [play](LegListener& listener) { listener.on_played(play); });
}

void FakeTelephone::end_recording(Peer& peer, RecordingEnd end) {
  if (!std::exchange(peer.recording, std::nullopt)) return;
  tell(peer, [end](LegListener& listener) { listener.on_recording_ended(end); });
}

bool FakeTelephone::pump() {
  if (waiting_.empty()) return false;
  const auto next = std::move(waiting_.front());
  waiting_.pop_front();
  if (next.peer->leg && next.peer->leg->listener()) next.what(*next.peer->leg->listener());
  return true;
}

}  // namespace cloudvno::voice::testing
