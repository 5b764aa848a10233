// query_sm, cancel_sm and replace_sm of an ESME (SMPP 3.4 sections 4.8 to 4.10).
#pragma once

#include "domain/messaging/messaging.hpp"
#include "domain/smpp_access/credential_store.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp_customer {

bool is_managing(const smpp::Body& request);

struct Managed {
  smpp::CommandStatus status = smpp::CommandStatus::ESME_ROK;
  smpp::Body answer;
};

// `request` is_managing().
net::Task<Managed> manage(messaging::Messaging& messaging,
                          const smpp_access::Credential& credential, smpp::Body request, Time now);

}  // namespace cloudvno::smpp_customer
