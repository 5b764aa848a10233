// Why a document could not be fetched, as a code of the TwiML reference.
#pragma once

#include "domain/voice/documents.hpp"
#include "protocol/http/outgoing.hpp"

namespace cloudvno::document_client {

inline constexpr int bad_url = 11100;
inline constexpr int retrieval = 11200;
inline constexpr int connection = 11205;  // none, lost, or too slow
inline constexpr int protocol = 11206;
inline constexpr int host_name = 11210;
inline constexpr int tls_handshake = 11220;
inline constexpr int certificate_host = 11235;
inline constexpr int certificate_expired = 11236;
inline constexpr int certificate_chain = 11237;
inline constexpr int too_large = 11750;

voice::DocumentFailure failure_of(const http::SendError& error);

}  // namespace cloudvno::document_client
