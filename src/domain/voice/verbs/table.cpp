// The table of verbs and of what they may have (TwiML reference).
#include "domain/voice/verbs/table.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::voice {
namespace {

constexpr std::string_view markup = "break emphasis lang p s phoneme prosody say-as sub w";
constexpr std::array verbs{
    Verb{"Dial",
         {"action method timeout timeLimit hangupOnStar answerOnBridge callerId callReason record "
          "recordingTrack trim recordingStatusCallback recordingStatusCallbackMethod "
          "recordingStatusCallbackEvent ringTone sequential events",
          "Number Sip", true},
         false,
         run_dial},
    Verb{"Gather",
         {"action method input timeout finishOnKey numDigits actionOnEmptyResult language hints "
          "bargeIn profanityFilter enhanced speechTimeout speechModel partialResultCallback "
          "partialResultCallbackMethod maxSpeechTime debug",
          "Say Play Pause", false},
         true,
         run_gather},
    Verb{"Hangup", {"", "", false}, true, run_hangup},
    Verb{"Message", {"to from action method statusCallback", "Body", true}, false, run_message},
    Verb{"Pause", {"length", "", false}, true, run_pause},
    Verb{"Play", {"loop digits", "", true}, true, run_play},
    Verb{"Record",
         {"action method timeout finishOnKey maxLength playBeep trim recordingStatusCallback "
          "recordingStatusCallbackMethod recordingStatusCallbackEvent transcribe "
          "transcribeCallback",
          "", false},
         true,
         run_record},
    Verb{"Redirect", {"method", "", true}, true, run_redirect},
    Verb{"Reject", {"reason", "", false}, false, run_reject},
    Verb{"Say", {"voice language loop", markup, true}, true, run_say},
    Verb{"Sms", {"to from action method statusCallback", "", true}, false, run_message},
};

}  // namespace

const Verb* find_verb(std::string_view name) {
  const auto* const found = std::ranges::find(verbs, name, &Verb::name);
  return found == verbs.end() ? nullptr : found;
}

}  // namespace cloudvno::voice
