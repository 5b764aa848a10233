// What a call was asked to be, as the text that is kept sealed.
#pragma once

#include <string>
#include <string_view>

#include "domain/voice/call.hpp"
#include "domain/voice/call_store.hpp"

namespace cloudvno::voice {

std::string print_settings(const Call& call);
void read_settings(std::string_view text, Call& call);

std::string print_order(const CallOrder& order);
CallOrder read_order(std::string_view text);

}  // namespace cloudvno::voice
