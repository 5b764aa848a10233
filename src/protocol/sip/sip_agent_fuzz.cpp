// Fuzzes a whole agent with messages that fit its state, in an order of the other side's choice and
// with what the fuzzer puts into them: each call ends once, and what is sent can be read.
#include "base/invariant.hpp"
#include "protocol/sip/testing/conversation.hpp"

namespace {

using namespace cloudvno;
using namespace cloudvno::sip;

// Takes numbers and texts off the input's front; zeros once it is used up.
struct Script {
  std::string_view rest;
  std::uint8_t next() {
    if (rest.empty()) return 0;
    auto value = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    return value;
  }
  std::string_view text() {
    std::size_t length = std::min<std::size_t>(next(), rest.size());
    std::string_view out = rest.substr(0, length);
    rest.remove_prefix(length);
    return out;
  }
};

constexpr const char* methods[] = {"INVITE", "ACK", "BYE", "INFO", "UPDATE", "OPTIONS", "CANCEL"};
constexpr int statuses[] = {100, 180, 183, 200, 202, 302, 401, 407,
                            408, 422, 481, 486, 487, 491, 503};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script{{reinterpret_cast<const char*>(data), size}};
  sip::testing::Conversation talk({}, static_cast<Transport>(script.next() % 2));
  InviteOptions options = talk.invite_options();
  options.credentials = Credentials{"alice", "secret"};
  options.session_expires = 90;
  bool outgoing = script.next() % 2 == 0;
  if (outgoing)
    talk.start_call(options);
  else
    talk.feed(talk.invite("z9hG4bKi1", "Supported: timer\r\nSession-Expires: 100\r\n"));
  while (!script.rest.empty() && talk.call != nullptr) {
    // Asking for a message that was never sent throws, and is no fault of the agent's.
    try {
      std::uint8_t what = script.next();
      switch (what % 10) {
        case 0:
          talk.answer(methods[script.next() % 7], statuses[script.next() % 15],
                      script.next() % 2 == 0 ? "peer" : "other", script.text(), script.text());
          break;
        case 1:
          talk.feed(talk.request(methods[script.next() % 7], script.next(), script.text(),
                                 script.text()));
          break;
        case 2:
          talk.pass(std::chrono::milliseconds(100 * script.next()));
          break;
        case 3:
          talk.call->hang_up();
          break;
        case 4:
          talk.call->reinvite("v=more");
          break;
        case 5:
          talk.call->answer("v=answer");
          break;
        case 6:
          talk.feed(talk.cancel());
          break;
        case 7:
          if (!talk.tags.empty())
            talk.agent.send_failed(talk.tags[script.next() % talk.tags.size()]);
          break;
        case 8:
          talk.events.answer_to_offers = script.next() % 2 == 0 ? "v=answer" : "";
          break;
        default:
          talk.feed(std::string(script.text()));
      }
    } catch (const std::runtime_error& error) {
      invariant(std::string_view(error.what()).starts_with("nothing of the kind"), error.what());
    }
  }
  if (talk.call == nullptr) return 0;
  talk.call->hang_up();
  talk.pass(std::chrono::hours(2));
  invariant(talk.call->state() == Call::State::ended, "each call ends");
  invariant(
      std::ranges::count_if(talk.events.lines,
                            [](const std::string& line) { return line.starts_with("ended"); }) == 1,
      "it is told once");
  invariant(talk.agent.calls() == 0 && talk.agent.transactions() == 0, "nothing stays");
  return 0;
}
