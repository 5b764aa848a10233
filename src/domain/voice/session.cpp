// The life of a call that runs.
#include "domain/voice/session.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "domain/voice/cache_control.hpp"
#include "domain/voice/call_fields.hpp"
#include "domain/voice/say_text.hpp"
#include "domain/voice/verbs/table.hpp"
#include "protocol/http/resolve.hpp"
#include "protocol/twiml/voice_document.hpp"

namespace cloudvno::voice {
namespace {

constexpr std::size_t most_sound_bytes = 16 * 1024 * 1024;
constexpr int bad_url = 11100;
constexpr int speech_failed = 13520;
constexpr int sound_failed = 13420;

CallStatus status_of(const LegEnd& end, bool was_answered, bool was_canceled, bool timed_out) {
  using enum CallStatus;
  if (was_answered) return completed;
  if (was_canceled) return canceled;
  if (timed_out) return no_answer;
  switch (end.reason) {
    case EndReason::busy:
      return busy;
    case EndReason::declined:
    case EndReason::no_answer:
      return no_answer;
    case EndReason::canceled:
      return canceled;
    case EndReason::hung_up:
    case EndReason::unreachable:
    case EndReason::lost:
      break;
  }
  return failed;
}

}  // namespace

Session::Session(const Parts& parts, accounts::AccountPtr account, Call call)
    : parts_(parts),
      record_(parts, account, std::move(call)),
      changed_(parts.control),
      line_([this] {
        changed_.set();
        if (watcher_) watcher_();
      }),
      fetcher_(parts, record_.account()) {}

// --- waiting ---

net::Task<> Session::wait(std::optional<Time> until) {
  const auto limit = std::min(until.value_or(Time::max()), end_at_.value_or(Time::max()));
  if (limit == Time::max()) {
    co_await changed_.wait();
  } else {
    co_await changed_.wait_until(parts_.clock, limit);
  }
  if (!end_at_ || parts_.clock.now() < *end_at_) co_return;
  end_at_.reset();
  line_.hang_up();
}

net::Task<> Session::wait_for(const std::function<bool()>& stop) {
  while (!over() && !stop()) co_await wait(std::nullopt);
}

net::Task<> Session::wait_until(Time time, const std::function<bool()>& stop) {
  while (!over() && parts_.clock.now() < time && !(stop && stop())) co_await wait(time);
}

net::Task<> Session::hear(SoundPtr sound, int loops, std::function<bool()> stop) {
  if (over() || !sound || sound->size() == 0) co_return;
  answer();
  const int play = line_.play(std::move(sound), loops);
  co_await wait_for([&] { return !line_.plays(play) || (stop && stop()); });
  line_.stop_playing();
}

net::Task<> Session::send_digits(std::string digits) {
  if (over() || digits.empty()) co_return;
  answer();
  const int play = line_.send_digits(std::move(digits));
  co_await wait_for([&] { return !line_.plays(play); });
}

// --- what verbs ask for ---

bool Session::is_incoming_unanswered() const {
  return call().direction == Direction::inbound && !line_.is_answered();
}

void Session::reject(Rejection why) {
  if (is_incoming_unanswered()) line_.reject(why);
}

void Session::answer() {
  if (!is_incoming_unanswered() || !line_.is_up()) return;
  line_.answer();
  record_.move(CallStatus::in_progress);
  end_at_ = parts_.clock.now() + call().time_limit;
}

void Session::notify(int code, std::string text) {
  record_.notify(code, std::move(text), document_url_);
}

std::optional<std::string> Session::resolve(const std::string& reference) {
  auto url = document_url_.empty() && http::Url::parse(reference)
                 ? std::optional(reference)
                 : http::resolve_url(document_url_, reference);
  if (!url) notify(bad_url, "A URL in the document is not valid");
  return url;
}

Next Session::go(const std::optional<std::string>& reference,
                 const std::optional<std::string>& method, http::Fields fields) {
  Next next;
  next.kind = Next::Kind::go;
  next.fields = std::move(fields);
  next.to.method = method && (*method == "GET" || *method == "get") ? "GET" : "POST";
  next.to.fallback_url = current_.fallback_url;
  next.to.fallback_method = current_.fallback_method;
  if (!reference || reference->empty()) {
    next.to.url = document_url_;
    next.to.xml = document_url_.empty() ? current_.xml : std::string();
    return next;
  }
  auto url = resolve(*reference);
  if (!url) {
    record_.fail_with(bad_url);
    return Next::end();
  }
  next.to.url = std::move(*url);
  return next;
}

net::Task<SoundPtr> Session::speak(const twiml::Node& say) {
  auto spoken = co_await parts_.speech.speak(read_say(say));
  if (!spoken) {
    notify(speech_failed,
           spoken.error().text.empty() ? "The text could not be spoken" : spoken.error().text);
    co_return nullptr;
  }
  co_return std::move(*spoken);
}

net::Task<SoundPtr> Session::fetch_sound(const std::string& reference) {
  auto url = resolve(reference);
  if (!url) co_return nullptr;
  auto key = fmt::format("{} {}", call().account.view(), *url);
  if (auto known = parts_.fetched.find(key, parts_.clock.now())) co_return known;
  Ask ask;
  ask.url = std::move(*url);
  ask.method = "GET";
  ask.most_bytes = most_sound_bytes;
  auto answer = co_await fetcher_.fetch(std::move(ask));
  if (!answer) {
    notify(answer.error().code, answer.error().text);
    co_return nullptr;
  }
  auto sound = co_await parts_.codec.decode(std::move(answer->body));
  if (!sound) {
    notify(sound_failed, "The sound is neither a WAV nor an MP3 that can be played");
    co_return nullptr;
  }
  const auto fresh = fresh_for(answer->headers.value("Cache-Control"));
  if (fresh.count() > 0) {
    parts_.fetched.put(std::move(key), sound, parts_.clock.now() + fresh);
  }
  co_return sound;
}

bool Session::begin_recording(Recording recording, RecordingSpec spec, bool trim) {
  if (recorder_) return false;
  recording.call = call().sid;
  const bool of_whole_call = recording.source == "OutboundAPI";
  recorder_ =
      std::make_unique<Recorder>(record_, parts_.clock, std::move(recording), of_whole_call);
  recorder_->start(line_, std::move(spec), trim);
  return true;
}

net::Task<Recording> Session::end_recording() {
  constexpr std::chrono::seconds patience{2};
  line_.stop_recording();
  const auto until = parts_.clock.now() + patience;
  while (line_.is_recording() && parts_.clock.now() < until) co_await wait(until);
  const auto recorder = std::move(recorder_);
  co_return recorder ? recorder->finish(line_.recording_end()) : Recording();
}

// --- documents ---

net::Task<std::expected<std::vector<twiml::Node>, twiml::Fault>> Session::load(
    const Instructions& from, const http::Fields& fields) {
  current_ = from;
  if (from.url.empty()) {
    document_url_.clear();
    auto document = twiml::parse_voice_document(from.xml);
    if (!document) co_return std::unexpected(document.error());
    co_return std::move(document->verbs);
  }
  document_url_ = from.url;
  Ask ask;
  ask.url = from.url;
  ask.method = from.method;
  ask.most_bytes = most_sound_bytes;  // it may be one; of a document less is read
  ask.fields = call_fields(call());
  ask.fields.insert(ask.fields.end(), parameters_.begin(), parameters_.end());
  ask.fields.insert(ask.fields.end(), fields.begin(), fields.end());
  auto answer = co_await fetcher_.fetch(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  document_url_ = answer->url;
  auto read = twiml::parse_voice_answer(answer->content_type, answer->body);
  if (!read) co_return std::unexpected(read.error());
  if (auto* document = std::get_if<twiml::VoiceDocument>(&*read)) {
    co_return std::move(document->verbs);
  }
  const auto sound = co_await parts_.codec.decode(std::move(answer->body));
  if (!sound) {
    co_return std::unexpected(
        Failure{sound_failed, "The sound is neither a WAV nor an MP3 that can be played"});
  }
  co_await hear(sound, 1);
  co_return std::vector<twiml::Node>();
}

net::Task<std::expected<std::vector<twiml::Node>, twiml::Fault>> Session::load_or_fall_back(
    const Instructions& from, const http::Fields& fields) {
  auto loaded = co_await load(from, fields);
  if (loaded || line_.end()) co_return loaded;
  notify(loaded.error().code, loaded.error().text);
  if (from.fallback_url.empty()) co_return loaded;
  auto again = fields;
  again.emplace_back("ErrorCode", std::to_string(loaded.error().code));
  again.emplace_back("ErrorUrl", document_url_);
  Instructions fallback;
  fallback.url = from.fallback_url;
  fallback.method = from.fallback_method;
  auto second = co_await load(fallback, again);
  if (!second && !line_.end()) notify(second.error().code, second.error().text);
  co_return second;
}

net::Task<> Session::tell(Next action) {
  if (action.kind != Next::Kind::go || action.to.url.empty()) co_return;
  static_cast<void>(co_await load(action.to, action.fields));
}

net::Task<> Session::say_that_it_failed() {
  SpeechRequest words;
  words.text = "An application error has occurred. Goodbye.";
  words.language = "en-US";
  if (auto sound = co_await parts_.speech.speak(std::move(words))) co_await hear(*sound, 1);
}

net::Task<> Session::follow(Instructions first, http::Fields fields, bool whisper) {
  Next next{Next::Kind::go, std::move(first), std::move(fields)};
  while (next.kind == Next::Kind::go && !line_.end()) {
    if (ordered_) {
      const auto order = std::exchange(ordered_, std::nullopt);
      if (!order->instructions) break;
      next = {Next::Kind::go, *order->instructions, {}};
    }
    if (++documents_ > most_documents) {
      notify(bad_url, "The call has gone through 10,000 documents");
      break;
    }
    const auto verbs = co_await load_or_fall_back(next.to, next.fields);
    if (!verbs) {
      record_.fail_with(verbs.error().code);
      if (!over()) co_await say_that_it_failed();
      if (!ordered_) break;
      continue;
    }
    next = co_await run_document(*verbs, whisper);
    if (ordered_) next.kind = Next::Kind::go;
  }
}

net::Task<Next> Session::run_document(const std::vector<twiml::Node>& verbs, bool whisper) {
  bool first = true;
  for (const auto& node : verbs) {
    if (over()) break;
    const auto* verb = find_verb(node.name);
    if (!verb || (whisper && !verb->in_whisper)) {
      notify(twiml::code::schema_warning,
             verb ? "A verb of the document cannot be used here; it was ignored"
                  : "The document has an element that is no verb; it was ignored");
      continue;
    }
    twiml::Warnings warnings;
    verb->schema.check(node, warnings);
    for (auto& warning : warnings.take()) notify(warning.code, std::move(warning.text));
    auto next = co_await verb->run(*this, node, first);
    first = false;
    if (next.kind != Next::Kind::fall) co_return next;
  }
  co_return Next::end();
}

// --- lives ---

void Session::order(CallOrder order) {
  if (order.end) {
    canceled_ = !line_.is_answered();
    return hang_up();
  }
  ordered_ = std::move(order);
  line_.stop_playing();
  changed_.set();
}

void Session::hang_up() {
  line_.hang_up();
  changed_.set();
}

net::Task<> Session::finish() {
  if (recorder_) co_await end_recording();
  const auto end = line_.end().value_or(LegEnd{EndReason::unreachable, true, 0, {}});
  record_.end(status_of(end, call().answered_at.has_value(), canceled_, timed_out_), end);
}

void Session::place(LegOrder order) {
  const auto* trunk = parts_.trunk_named(order.trunk);
  if (!trunk) {  // the operator took it away while the call waited
    line_.on_ended({EndReason::unreachable, true, 0, {}});
    return;
  }
  line_.attach(trunk->telephone->call(std::move(order), line_));
}

net::Task<> Session::await_answer() {
  const auto give_up_at = parts_.clock.now() + call().ring_timeout;
  while (!line_.end() && !line_.is_answered()) {
    if (line_.is_ringing()) record_.move(CallStatus::ringing);
    if (!timed_out_ && parts_.clock.now() >= give_up_at) {
      timed_out_ = true;
      line_.hang_up();
    }
    co_await wait(timed_out_ ? std::nullopt : std::optional(give_up_at));
  }
  if (!line_.is_answered()) co_return;
  timed_out_ = false;
  record_.move(CallStatus::in_progress);
  end_at_ = parts_.clock.now() + call().time_limit;
}

net::Task<> Session::run_incoming(std::unique_ptr<Leg> leg, http::Fields parameters) {
  parameters_ = std::move(parameters);
  line_.attach(std::move(leg));
  line_.leg().ring();
  co_await follow(call().instructions, {}, false);
  line_.hang_up();
  while (!line_.end()) co_await wait(std::nullopt);
  co_await finish();
}

net::Task<> Session::run_outgoing() {
  LegOrder order;
  order.account = call().account;
  order.call = call().sid;
  order.live = call().live;
  order.trunk = call().trunk;
  order.from = call().from;
  order.to = call().to;
  if (!canceled_) record_.move(CallStatus::initiated);
  // On the disk before a byte goes out, or a crash would let it be dialled once more.
  co_await record_.written();
  if (canceled_) co_return co_await finish();
  place(std::move(order));
  co_await await_answer();
  if (!line_.end()) {
    if (call().recording_channels > 0) {
      Recording recording;
      recording.source = "OutboundAPI";
      RecordingSpec spec;
      spec.channels = call().recording_channels;
      begin_recording(std::move(recording), std::move(spec), false);
    }
    co_await send_digits(call().send_digits);
    co_await follow(call().instructions, {}, false);
    line_.hang_up();
    while (!line_.end()) co_await wait(std::nullopt);
  }
  co_await finish();
}

net::Task<> Session::run_dialled(Dialled dialled) {
  watcher_ = std::move(dialled.changed);
  may_connect_ = std::move(dialled.may_connect);
  place(std::move(dialled.order));
  co_await await_answer();
  if (!line_.end()) {
    co_await send_digits(std::move(dialled.digits));
    if (!dialled.whisper.url.empty()) co_await follow(std::move(dialled.whisper), {}, true);
    // Hangup in its own document drops the leg; its end connects it.
    if (line_.is_up() && may_connect_) may_connect_();
    while (!line_.end()) co_await wait(std::nullopt);
  }
  co_await finish();
  if (watcher_) watcher_();
}

}  // namespace cloudvno::voice
