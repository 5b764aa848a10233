// POST /v1/calls: what is asked for, and the call that it makes.
#pragma once

#include "domain/api/request.hpp"
#include "domain/voice/call.hpp"
#include "domain/voice/parts.hpp"

namespace cloudvno::voice {

inline constexpr std::size_t most_xml_bytes = 64 * 1024;

// Everything that can be said without the store.
Result<Call> read_call(api::Input in, const api::Request& request);

// The judgement of its numbers and the row; the call then waits to be dialled. In a body.
// Errc::from_number_not_owned, number_not_voice_capable.
Result<> keep_call(storage::Transaction& tx, const vault::Vault& vault, const vault::Keys& keys,
                   const Call& call, std::string_view owner);

// url, method, fallback_url, fallback_method and xml of a request. Nothing where neither url nor
// xml is given.
Result<std::optional<Instructions>> read_instructions(api::Input& in);

}  // namespace cloudvno::voice
