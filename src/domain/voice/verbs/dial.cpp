// <Dial>: calls others, all at once or in turn, and connects the first that answers.
#include <fmt/format.h>

#include <algorithm>

#include "domain/numbers/number_store.hpp"
#include "domain/voice/call_fields.hpp"
#include "domain/voice/ringback.hpp"
#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/nouns.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {
namespace {

constexpr int no_noun = 13201;
constexpr int bad_caller_id = 13214;
constexpr int no_route = 13227;
constexpr int recording_runs = 13611;

// A leg that is dialled.
struct Branch {
  SessionPtr session;
  bool may_connect = false;
  bool whispers = false;
};

struct Options {
  std::string caller_id;
  std::chrono::seconds timeout{30};
  std::chrono::seconds time_limit{14'400};
  bool hang_up_on_star = false;
  bool answer_on_bridge = false;
  bool sequential = false;
  std::string ring_tone;
  int recording_channels = 0;
  bool record_from_ringing = false;
  bool trim = true;
  Track track = Track::both;
  RecordingCallback recording_callback;
};

Options read_options(Session& session, const twiml::Node& verb) {
  constexpr std::string_view records[] = {"do-not-record",
                                          "false",
                                          "true",
                                          "record-from-answer",
                                          "record-from-ringing",
                                          "record-from-answer-dual",
                                          "record-from-ringing-dual"};
  constexpr std::string_view tracks[] = {"both", "inbound", "outbound"};
  constexpr std::string_view trims[] = {"trim-silence", "do-not-trim"};
  constexpr int most_s = 14'400;
  Options options;
  options.timeout = std::chrono::seconds(read_integer(session, verb, "timeout", 30, 1, 600));
  options.time_limit =
      std::chrono::seconds(read_integer(session, verb, "timeLimit", most_s, 1, most_s));
  options.hang_up_on_star = read_boolean(session, verb, "hangupOnStar", false);
  options.answer_on_bridge = read_boolean(session, verb, "answerOnBridge", false);
  options.sequential = read_boolean(session, verb, "sequential", false);
  options.ring_tone = verb.attribute("ringTone").value_or(std::string());
  const auto record = read_word(session, verb, "record", records);
  if (record != "do-not-record" && record != "false") {
    options.recording_channels = record.ends_with("-dual") ? 2 : 1;
    options.record_from_ringing = record.contains("ringing");
  }
  const auto track = read_word(session, verb, "recordingTrack", tracks);
  options.track = track == "inbound"    ? Track::inbound
                  : track == "outbound" ? Track::outbound
                                        : Track::both;
  options.trim = read_word(session, verb, "trim", trims) == "trim-silence";
  options.recording_callback = read_recording_callback(session, verb);
  return options;
}

// The number that is shown: the caller's own, or one of the account's, or of this call.
net::Task<std::optional<std::string>> find_caller_id(Session& session, const twiml::Node& verb) {
  const auto& call = session.call();
  const auto asked = verb.attribute("callerId");
  if (!asked || asked->empty() || *asked == call.from || *asked == call.to) {
    co_return asked && !asked->empty() ? *asked : call.from;
  }
  const auto number = PhoneNumber::parse(*asked);
  if (!number) co_return std::nullopt;
  const auto& parts = session.parts();
  const auto& account = session.record().account();
  const auto held =
      co_await parts.database.read([&](storage::Transaction& tx) -> Result<numbers::Number> {
        return numbers::find_number(tx, parts.vault, *account.keys, call.account, *number);
      });
  if (!held || held->live != call.live) co_return std::nullopt;
  co_return number->e164();
}

// One <Dial>: its legs, and what became of them. Lives in the frame of the verb.
class Dialling {
 public:
  Dialling(Session& session, Options options) : session_(session), options_(std::move(options)) {}
  ~Dialling() {
    for (auto& branch : branches_) branch->session->forget_dialler();
  }
  Dialling(const Dialling&) = delete;
  Dialling& operator=(const Dialling&) = delete;

  // Until one may be connected, or none will.
  net::Task<Branch*> call(const std::vector<Noun>& nouns) {
    if (!options_.sequential) {
      for (const auto& noun : nouns) co_await start(noun);
      co_return co_await first_to_answer();
    }
    for (const auto& noun : nouns) {
      if (session_.over()) break;
      co_await start(noun);
      if (auto* winner = co_await first_to_answer()) co_return winner;
      if (std::exchange(heard_early_, false)) play_ringback();
    }
    co_return nullptr;
  }

  // Until either side, the time limit or a star ends it.
  net::Task<> connect(Branch& winner) {
    auto& line = session_.line();
    auto& other = winner.session->line();
    session_.answer();
    if (session_.over() || !other.is_up()) co_return;
    bridged_ = true;
    line.drop_digits();
    line.leg().connect(other.leg());
    if (!options_.record_from_ringing) begin_recording();
    const auto until = session_.parts().clock.now() + options_.time_limit;
    co_await session_.wait_until(until, [&] {
      while (options_.hang_up_on_star) {
        const auto digit = line.take_digit();
        if (!digit) break;
        if (*digit == '*') return true;
      }
      return !other.is_up();
    });
    if (line.is_up()) line.leg().disconnect();
    line.drop_digits();
  }

  void play_ringback() { session_.line().play(ringback(options_.ring_tone), Session::endless); }

  void begin_recording_at_ringing() {
    if (options_.record_from_ringing) begin_recording();
  }

  void begin_recording() {
    if (options_.recording_channels == 0) return;
    Recording recording;
    recording.source = "DialVerb";
    recording.callback = options_.recording_callback;
    RecordingSpec spec;
    spec.channels = options_.recording_channels;
    spec.track = options_.track;
    recording_ = session_.begin_recording(std::move(recording), std::move(spec), options_.trim);
    if (!recording_) {
      session_.notify(recording_runs, "The call is being recorded already; Dial does not, too");
    }
  }

  // Hangs up what is left of the legs, and says what it came to.
  net::Task<http::Fields> end(Branch* winner) {
    for (auto& branch : branches_) branch->session->hang_up();
    std::optional<Recording> made;
    if (recording_) made = co_await session_.end_recording();
    const auto* last = winner ? winner : branches_.empty() ? nullptr : branches_.back().get();
    http::Fields fields{{"DialCallStatus", status(last)},
                        {"DialBridged", bridged_ ? "true" : "false"}};
    if (last) {
      const auto& call = last->session->call();
      fields.emplace_back("DialCallSid", call.sid.str());
      const auto end = call.ended_at.value_or(session_.parts().clock.now());
      const auto talked = call.answered_at ? end - *call.answered_at : Micros(0);
      fields.emplace_back("DialCallDuration",
                          std::to_string(std::chrono::ceil<std::chrono::seconds>(talked).count()));
      if (call.sip_code) {
        fields.emplace_back("DialSipResponseCode", std::to_string(*call.sip_code));
      }
    }
    if (made && made->status == RecordingStatus::completed) {
      for (auto& [name, value] : recording_fields(*made, session_.parts().public_url)) {
        if (name == "RecordingUrl" || name == "RecordingSid" || name == "RecordingDuration") {
          fields.emplace_back(name, value);
        }
      }
    }
    co_return fields;
  }

 private:
  std::string status(const Branch* last) const {
    if (bridged_) return "completed";
    if (!last) return "failed";
    const auto of_call = last->session->call().status;
    // Answered, but its own document hung up, or the caller was gone.
    if (of_call == CallStatus::completed) return "no-answer";
    return std::string(status_name(is_final(of_call) ? of_call : CallStatus::canceled));
  }

  net::Task<> start(const Noun& noun) {
    const auto& parts = session_.parts();
    const auto& parent = session_.call();
    const auto* trunk = parts.find_trunk(parent.live, noun.address);
    if (!trunk) {
      session_.notify(no_route, "No trunk takes calls to a number in Dial; it was not dialled");
      co_return;
    }
    Call call;
    call.sid = CallSid::make(parts.clock.now());
    call.parent = parent.sid;
    call.account = parent.account;
    call.live = parent.live;
    call.direction = Direction::outbound_dial;
    call.status = CallStatus::initiated;
    call.from = options_.caller_id;
    call.to = noun.address;
    call.trunk = trunk->name;
    call.callback = noun.callback;
    call.ring_timeout = options_.timeout;
    call.time_limit = options_.time_limit;
    call.created_at = call.updated_at = parts.clock.now();
    auto session = std::make_shared<Session>(parts, session_.record().account_ptr(), call);
    // Its row is on the disk before a byte of it goes out.
    if (!co_await session->record().insert()) {
      session_.notify(no_route, "A call could not be kept just now; it was not dialled");
      co_return;
    }
    auto branch = std::make_unique<Branch>();
    branch->session = session;
    branch->whispers = !noun.whisper.url.empty();
    Session::Dialled dialled;
    dialled.order = {
        call.account, call.sid,      call.live,     call.trunk,   call.from,
        call.to,      noun.username, noun.password, noun.headers, &session_.line().leg()};
    dialled.whisper = noun.whisper;
    dialled.digits = noun.send_digits;
    dialled.may_connect = [this, ready = branch.get()] {
      ready->may_connect = true;
      session_.wake();
    };
    dialled.changed = [this] { session_.wake(); };
    branches_.push_back(std::move(branch));
    parts.start(session, session->run_dialled(std::move(dialled)));
  }

  net::Task<Branch*> first_to_answer() {
    const auto ready = [&]() -> Branch* {
      for (auto& branch : branches_) {
        if (branch->may_connect && branch->session->line().is_up()) return branch.get();
      }
      return nullptr;
    };
    const auto settled = [&] {
      return ready() != nullptr || std::ranges::all_of(branches_, [](const auto& branch) {
               return is_final(branch->session->call().status);
             });
    };
    co_await session_.wait_for([&] { return settled() || sounds_early() != nullptr; });
    if (auto* early = sounds_early(); early && !settled() && !session_.over()) {
      heard_early_ = true;
      session_.line().stop_playing();
      session_.line().leg().connect(early->session->line().leg());
      co_await session_.wait_for(settled);
    }
    auto* winner = ready();
    if (heard_early_ && !winner && session_.line().is_up()) session_.line().leg().disconnect();
    for (auto& branch : branches_) {
      if (winner && branch.get() != winner) branch->session->hang_up();
    }
    co_return winner;
  }

  // What the caller hears in place of our ringback: the one telephone that rings, where it has a
  // sound of its own. Of several none is heard; nor one that is to hear a whisper first.
  Branch* sounds_early() {
    if (!session_.line().is_answered()) return nullptr;
    Branch* only = nullptr;
    for (auto& branch : branches_) {
      if (is_final(branch->session->call().status)) continue;
      if (only) return nullptr;
      only = branch.get();
    }
    const bool heard = only && !only->whispers && only->session->line().has_early_media();
    return heard ? only : nullptr;
  }

  Session& session_;
  const Options options_;
  std::vector<std::unique_ptr<Branch>> branches_;
  bool bridged_ = false;
  bool recording_ = false;
  bool heard_early_ = false;
};

}  // namespace

net::Task<Next> run_dial(Session& session, const twiml::Node& verb, bool /*first*/) {
  auto options = read_options(session, verb);
  const auto nouns = read_nouns(session, verb);
  http::Fields fields{{"DialCallStatus", "failed"}, {"DialBridged", "false"}};
  const auto caller_id = co_await find_caller_id(session, verb);
  if (nouns.empty()) {
    session.notify(no_noun, "Dial has nothing that can be dialled");
  } else if (!caller_id) {
    session.notify(bad_caller_id,
                   "Dial's callerId is neither a number of the account nor of the call");
  } else if (!session.over()) {
    options.caller_id = *caller_id;
    const bool silent = options.answer_on_bridge && session.is_incoming_unanswered();
    Dialling dialling(session, std::move(options));
    if (!silent) {
      session.answer();
      dialling.play_ringback();
    }
    dialling.begin_recording_at_ringing();
    auto* winner = co_await dialling.call(nouns);
    session.line().stop_playing();
    if (winner && !session.over()) co_await dialling.connect(*winner);
    fields = co_await dialling.end(winner);
  }
  const auto action = verb.attribute("action");
  if (!action || action->empty()) co_return Next::fall();
  auto next = session.go(action, verb.attribute("method"), std::move(fields));
  if (!session.line().end()) co_return next;
  co_await session.tell(std::move(next));
  co_return Next::end();
}

}  // namespace cloudvno::voice
