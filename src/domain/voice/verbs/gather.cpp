// <Gather>: collects keys that the caller presses, while Say, Play and Pause inside it are heard.
//
// Ends on numDigits, on finishOnKey, or `timeout` seconds after the last key (of the first: after
// what is heard). Input: the action's document follows. None: falls through, unless
// actionOnEmptyResult.
#include <algorithm>

#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {
namespace {

constexpr int no_speech_input = 13335;
constexpr int most_digits = 1'000;

struct Input {
  int num_digits = most_digits;
  std::string finish_key = "#";
  std::chrono::seconds timeout{5};

  std::string digits;
  bool finished = false;
  char finished_on = 0;

  // Takes keys that were pressed. True: there is all that was asked for.
  bool take(Line& line) {
    while (!finished) {
      const auto digit = line.take_digit();
      if (!digit) break;
      if (finish_key.contains(*digit)) {
        finished_on = *digit;
        finished = true;
      } else {
        digits += *digit;
        finished = static_cast<int>(digits.size()) >= num_digits;
      }
    }
    return finished;
  }
  bool begun() const { return finished || !digits.empty(); }
};

Input read_input(Session& session, const twiml::Node& verb) {
  Input input;
  input.num_digits = read_integer(session, verb, "numDigits", most_digits, 1, most_digits);
  input.finish_key = verb.attribute("finishOnKey").value_or("#");
  input.timeout = std::chrono::seconds(read_integer(session, verb, "timeout", 5, 1, 3'600));
  const auto kinds = verb.attribute("input").value_or("dtmf");
  if (kinds.contains("speech")) {
    session.notify(no_speech_input, "This platform takes keys only, not speech, in Gather");
  }
  return input;
}

// What is heard meanwhile, stopped by the first key.
net::Task<> hear_prompts(Session& session, const twiml::Node& verb, Input& input) {
  const auto pressed = [&] {
    input.take(session.line());
    return input.begun();
  };
  for (const auto& child : verb.children) {
    if (session.over() || pressed()) co_return;
    if (child.name == "Say" || child.name == "Play") {
      const int loops = read_loops(session, child);
      const auto sound = child.name == "Say" ? co_await session.speak(child)
                                             : co_await session.fetch_sound(child.own_text());
      co_await session.hear(sound, loops, pressed);
    } else if (child.name == "Pause") {
      const std::chrono::seconds length(read_integer(session, child, "length", 1, 1, 3'600));
      co_await session.wait_until(session.parts().clock.now() + length, pressed);
    }
  }
}

}  // namespace

net::Task<Next> run_gather(Session& session, const twiml::Node& verb, bool /*first*/) {
  auto input = read_input(session, verb);
  const bool on_empty = read_boolean(session, verb, "actionOnEmptyResult", false);
  session.answer();
  co_await hear_prompts(session, verb, input);
  while (!session.over() && !input.finished) {
    const auto before = input.digits.size();
    co_await session.wait_until(session.parts().clock.now() + input.timeout, [&] {
      input.take(session.line());
      return input.finished || input.digits.size() > before;
    });
    if (input.digits.size() == before) break;
  }
  if (session.over()) co_return Next::fall();
  if (input.digits.empty() && !on_empty) co_return Next::fall();
  http::Fields fields{{"Digits", input.digits}};
  if (input.finished_on != 0)
    fields.emplace_back("FinishedOnKey", std::string(1, input.finished_on));
  co_return session.go(verb.attribute("action"), verb.attribute("method"), std::move(fields));
}

}  // namespace cloudvno::voice
