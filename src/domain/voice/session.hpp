// A call that runs: its line, its record, and the document that says what happens next.
//
//   inbound    fetch the document; the first verb that is heard answers
//   outbound   place the leg; its document is fetched when it is answered
//   dialled    place the leg; a document of its own may be heard before it is connected
//
// A verb is a task that ends early when the call does, or when the customer gave new instructions:
// over() says so, and all waits here return then.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/voice/call_record.hpp"
#include "domain/voice/fetcher.hpp"
#include "domain/voice/line.hpp"
#include "domain/voice/recorder.hpp"
#include "platform/net/event.hpp"
#include "protocol/twiml/document.hpp"

namespace cloudvno::voice {

// What follows a verb.
struct Next {
  enum class Kind { fall, go, end };
  Kind kind = Kind::fall;
  // Where to, with go: `fields` beside the standard ones.
  Instructions to;
  http::Fields fields;

  static Next fall() { return {}; }
  static Next end() { return {Kind::end, {}, {}}; }
};

// Lives on the control thread; shared by the room's front, the tasks that run it, and a call that
// dialled it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  static constexpr int most_documents = 10'000;
  static constexpr int endless = 1'000;  // what loop="0" comes to

  Session(const Parts& parts, accounts::AccountPtr account, Call call);

  // The whole life of the call, until its last state is written or waits to be.
  net::Task<> run_incoming(std::unique_ptr<Leg> leg, http::Fields parameters);
  net::Task<> run_outgoing();
  // Of a leg that Dial makes: until it ended. `may_connect` is called when it is answered and its
  // own document is over.
  struct Dialled {
    LegOrder order;
    Instructions whisper;
    std::string digits;  // sent once it is answered
    std::function<void()> may_connect;
    std::function<void()> changed;  // of its line
  };
  net::Task<> run_dialled(Dialled dialled);

  // The customer's wish for a running call.
  void order(CallOrder order);
  // The end, from outside: the process stops, the account is gone.
  void hang_up();

  // --- for verbs ---
  const Parts& parts() const { return parts_; }
  const Call& call() const { return record_.call(); }
  CallRecord& record() { return record_; }
  Line& line() { return line_; }
  bool over() const { return !line_.is_up() || ordered_.has_value(); }

  // Of an incoming call that was not answered yet: the first sound answers it.
  void answer();
  bool is_incoming_unanswered() const;
  void reject(Rejection why);
  // Played until its end, or until stop() says so.
  net::Task<> hear(SoundPtr sound, int loops, std::function<bool()> stop = {});
  net::Task<> send_digits(std::string digits);
  // Until then, or until stop() says so.
  net::Task<> wait_until(Time time, const std::function<bool()>& stop = {});
  net::Task<> wait_for(const std::function<bool()>& stop);
  // Nothing where it cannot be spoken or fetched, which the customer is told.
  net::Task<SoundPtr> speak(const twiml::Node& say);
  net::Task<SoundPtr> fetch_sound(const std::string& reference);
  // One recording at a time; nothing where another is made.
  bool begin_recording(Recording recording, RecordingSpec spec, bool trim);
  // Stops it, if it has not ended, and waits for its last audio. Answers what it came to.
  net::Task<Recording> end_recording();

  // Against the document's own URL. Nothing (and a notification) where it is none.
  std::optional<std::string> resolve(const std::string& reference);
  // To the URL that an attribute names, or to the document's own where it has none.
  Next go(const std::optional<std::string>& reference, const std::optional<std::string>& method,
          http::Fields fields);
  // The request that a verb's action makes where the call is over: what it answers is for nothing.
  net::Task<> tell(Next action);
  void notify(int code, std::string text);
  void wake() { changed_.set(); }
  // Of a dialled leg: the call that dialled it goes on without it.
  void forget_dialler() { watcher_ = may_connect_ = nullptr; }

 private:
  using Failure = twiml::Fault;

  // Fetches documents and runs them until the call is over, or nothing follows.
  net::Task<> follow(Instructions first, http::Fields fields, bool whisper);
  net::Task<Next> run_document(const std::vector<twiml::Node>& verbs, bool whisper);
  net::Task<std::expected<std::vector<twiml::Node>, Failure>> load(const Instructions& from,
                                                                   const http::Fields& fields);
  net::Task<std::expected<std::vector<twiml::Node>, Failure>> load_or_fall_back(
      const Instructions& from, const http::Fields& fields);
  net::Task<> say_that_it_failed();
  // Until it is answered, ended, or not wanted any more.
  void place(LegOrder order);
  net::Task<> await_answer();
  net::Task<> wait(std::optional<Time> until);
  net::Task<> finish();

  const Parts& parts_;
  CallRecord record_;
  net::Event changed_;
  Line line_;
  std::function<void()> watcher_;  // these two: of the call that dialled this one
  std::function<void()> may_connect_;
  Fetcher fetcher_;
  std::string document_url_;  // that relative URLs stand against
  Instructions current_;      // that "the current document" means
  int documents_ = 0;
  http::Fields parameters_;  // of every request, beside those of the call
  std::optional<CallOrder> ordered_;
  bool canceled_ = false;  // by the customer, before it was answered
  bool timed_out_ = false;
  std::optional<Time> end_at_;  // by its time limit
  std::unique_ptr<Recorder> recorder_;
};
using SessionPtr = std::shared_ptr<Session>;

}  // namespace cloudvno::voice
