// The ports through which calls reach the outside: a leg, what it tells, and who makes legs.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/model/money.hpp"
#include "base/model/sid.hpp"
#include "domain/voice/call.hpp"
#include "domain/voice/sound.hpp"

namespace cloudvno::voice {

enum class EndReason {
  hung_up,      // by either side, once it was answered
  busy,         //
  no_answer,    // the other side rang, or nothing came at all
  declined,     //
  unreachable,  // no such number, no route, a failure on the way
  canceled,     // by us, before it was answered
  lost          // the other side vanished: its audio or its session timer ran out
};

struct LegEnd {
  EndReason reason = EndReason::hung_up;
  bool by_us = false;
  int sip_code = 0;  // the final answer; 0: none
  Quality quality;
};

enum class Track { both, inbound, outbound };

struct RecordingSpec {
  int channels = 1;  // of two, the first is what comes in
  Track track = Track::both;
  bool beep = false;                        // before it begins
  std::chrono::seconds silence_timeout{0};  // 0: silence does not end it
  std::chrono::seconds max_length{14'400};
  std::string finish_digits;  // any of them ends it
};

struct RecordingEnd {
  enum class Why { stopped, silence, digit, max_length, hung_up };
  Why why = Why::stopped;
  char digit = 0;
  // Of what came in: no voice before, none after.
  std::chrono::microseconds leading_silence{0};
  std::chrono::microseconds trailing_silence{0};
};

// Called on the control thread, and never from within a call to the leg.
class LegListener {
 public:
  virtual ~LegListener() = default;
  virtual void on_ringing(bool early_media) = 0;
  virtual void on_answered() = 0;
  virtual void on_digit(char digit) = 0;  // 0-9, *, #, A-D
  // That play came to its end, was stopped or replaced; `play` is the number it was given.
  virtual void on_played(int play) = 0;
  // What is recorded, as it comes: samples of the channels in turns, at most half a second.
  virtual void on_recorded_audio(std::vector<std::int16_t> samples) = 0;
  virtual void on_recording_ended(RecordingEnd end) = 0;
  virtual void on_ended(LegEnd end) = 0;  // the last call, after all audio
};

enum class Rejection { declined, busy, unavailable };

// One side of a call, made by a Telephone. Lives on the control thread. Destroying it hangs up,
// without a word to its listener.
class Leg {
 public:
  virtual ~Leg() = default;
  virtual void listen(LegListener& listener) = 0;

  // Of an incoming leg, until it is answered.
  virtual void ring() = 0;
  virtual void answer() = 0;
  virtual void reject(Rejection why) = 0;
  // Any leg: cancels what is not answered yet. on_ended follows.
  virtual void hang_up() = 0;

  // In place of what was played; `loops` times, at least once.
  virtual void play(int play, SoundPtr sound, int loops) = 0;
  // "0-9*#A-D", w (half a second) and W (one).
  virtual void send_digits(int play, std::string digits) = 0;
  virtual void stop_playing() = 0;

  // One recording at a time.
  virtual void start_recording(RecordingSpec spec) = 0;
  virtual void stop_recording() = 0;

  // From now on both hear each other, until one of them ends, or disconnect() on either. Both legs
  // are of the same Telephone's making.
  virtual void connect(Leg& other) = 0;
  virtual void disconnect() = 0;
};

// What a leg is to be.
struct LegOrder {
  AccountSid account;
  CallSid call;
  bool live = false;
  std::string trunk;
  std::string from;      // E.164, or what the SIP address of the caller shows
  std::string to;        // E.164, or a SIP URI
  std::string username;  // for a SIP URI that asks
  std::string password;
  std::vector<std::pair<std::string, std::string>> headers;  // X-… of a SIP URI
  const Leg* beside = nullptr;  // what it may be connected to, which lives while it is made
};

// Makes legs, on the control thread. What cannot be made ends at once, by on_ended.
class Telephone {
 public:
  virtual ~Telephone() = default;
  virtual std::unique_ptr<Leg> call(LegOrder order, LegListener& listener) = 0;
};

// A call that comes in.
struct IncomingCall {
  std::string trunk;
  std::string from;  // E.164, or a SIP URI
  std::string to;
  std::string caller_name;
  std::string forwarded_from;
  // SipCallId, SipDomain, SipHeader_X-…: what an application is told of a SIP call beside the rest.
  std::vector<std::pair<std::string, std::string>> parameters;
};

// Takes them, on the control thread.
class LegReceiver {
 public:
  virtual ~LegReceiver() = default;
  virtual void on_incoming(std::unique_ptr<Leg> leg, IncomingCall call) = 0;
};

// A way to the telephone network, as it is configured.
struct Trunk {
  std::string name;
  bool live = true;
  std::vector<std::string> prefixes;  // digits of numbers that it takes; none: all
  Money price_per_minute;
  Telephone* telephone = nullptr;  // that makes its legs
};

}  // namespace cloudvno::voice
