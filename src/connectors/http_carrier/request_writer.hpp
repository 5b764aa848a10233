// From a submission to the HTTP request that the operator's templates describe. Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/http_carrier/template.hpp"
#include "domain/messaging/carrier.hpp"
#include "protocol/http/outgoing.hpp"

namespace cloudvno::http_carrier {

struct RequestRules {
  Template url;
  std::string method = "POST";
  std::vector<std::pair<std::string, Template>> headers;
  std::string content_type;  // of the body; empty: no body
  Template body;
  Place body_place = Place::unclear;
  std::string authorization;  // the header's value; empty without one
  bool split = false;         // a request for each part, else one for the whole message
  std::string gsm7 = "gsm7";  // the carrier's words for encodings
  std::string ucs2 = "ucs2";
  std::string user;
  std::string password;
  std::string receipt_url;
};

// Where placeholders stand in a body of this type.
Place place_of_body(std::string_view content_type);

// Our id of what is submitted: the message's SID, and of one of several parts "SM…-2". The same in
// every try.
std::string reference_of(const RequestRules& rules, const messaging::Submission& submission);

// Nothing where what comes out is no URL.
std::optional<http::OutgoingRequest> write_request(const RequestRules& rules,
                                                   const messaging::Submission& submission);

}  // namespace cloudvno::http_carrier
