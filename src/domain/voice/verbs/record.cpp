// <Record>: what the caller says is recorded; the action's document follows, also when the caller
// hangs up (then its answer is for nothing). Where nothing was heard, it falls through.
#include "domain/voice/call_fields.hpp"
#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {
namespace {

constexpr int recording_runs = 13611;
constexpr int no_transcription = 13610;

std::string ended_by(const std::optional<RecordingEnd>& end) {
  if (!end) return {};
  if (end->why == RecordingEnd::Why::hung_up) return "hangup";
  return end->why == RecordingEnd::Why::digit ? std::string(1, end->digit) : std::string();
}

}  // namespace

net::Task<Next> run_record(Session& session, const twiml::Node& verb, bool /*first*/) {
  constexpr int most_s = 14'400;
  RecordingSpec spec;
  spec.track = Track::inbound;
  spec.silence_timeout = std::chrono::seconds(read_integer(session, verb, "timeout", 5, 1, most_s));
  spec.max_length =
      std::chrono::seconds(read_integer(session, verb, "maxLength", 3'600, 2, most_s));
  spec.finish_digits = verb.attribute("finishOnKey").value_or("1234567890*#");
  spec.beep = read_boolean(session, verb, "playBeep", true);
  constexpr std::string_view trims[] = {"trim-silence", "do-not-trim"};
  const bool trim = read_word(session, verb, "trim", trims) == "trim-silence";
  if (read_boolean(session, verb, "transcribe", false) || verb.attribute("transcribeCallback")) {
    session.notify(no_transcription, "This platform does not transcribe recordings");
  }
  Recording recording;
  recording.source = "RecordVerb";
  recording.callback = read_recording_callback(session, verb);

  session.answer();
  session.line().drop_digits();
  if (!session.begin_recording(std::move(recording), std::move(spec), trim)) {
    session.notify(recording_runs, "The call is being recorded already; Record was passed over");
    co_return Next::fall();
  }
  co_await session.wait_for([&] { return !session.line().is_recording(); });
  const auto made = co_await session.end_recording();
  const auto digits = ended_by(session.line().recording_end());
  session.line().drop_digits();
  if (made.status != RecordingStatus::completed) co_return Next::fall();
  auto fields = recording_fields(made, session.parts().public_url);
  std::erase_if(fields, [](const auto& field) {
    return field.first != "RecordingSid" && field.first != "RecordingUrl" &&
           field.first != "RecordingDuration";
  });
  fields.emplace_back("Digits", digits);
  auto next = session.go(verb.attribute("action"), verb.attribute("method"), std::move(fields));
  if (!session.line().end()) co_return next;
  co_await session.tell(std::move(next));
  co_return Next::end();
}

}  // namespace cloudvno::voice
