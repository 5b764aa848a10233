// Names of failures, as a delivery log shows them.
#include "protocol/http/outgoing.hpp"

namespace cloudvno::http {

std::string_view name_of(SendFailure failure) {
  switch (failure) {
    case SendFailure::bad_request:
      return "bad_request";
    case SendFailure::overloaded:
      return "overloaded";
    case SendFailure::dns_failure:
      return "dns_failure";
    case SendFailure::refused_address:
      return "refused_address";
    case SendFailure::connect_failure:
      return "connect_failure";
    case SendFailure::connect_timeout:
      return "connect_timeout";
    case SendFailure::tls_failure:
      return "tls_failure";
    case SendFailure::closed_early:
      return "closed_early";
    case SendFailure::response_timeout:
      return "response_timeout";
    case SendFailure::response_too_large:
      return "response_too_large";
    case SendFailure::protocol_error:
      return "protocol_error";
  }
  return "protocol_error";
}

}  // namespace cloudvno::http
