// What an ESME asks of messages that it submitted before.
#include "connectors/smpp_customer/managing.hpp"

#include <algorithm>

#include "connectors/smpp_customer/incoming.hpp"
#include "connectors/smpp_customer/outgoing.hpp"
#include "protocol/smpp/time_format.hpp"

namespace cloudvno::smpp_customer {
namespace {

using smpp::CommandStatus;

messaging::SubmittedRef sign(messaging::SubmittedRef ref,
                             const smpp_access::Credential& credential) {
  ref.credential = credential.sid;
  ref.account = credential.account;
  ref.live = credential.live;
  return ref;
}

// `failed`: what the command says of a message in another state.
CommandStatus status_of_managing(const Error& error, CommandStatus failed) {
  switch (error.code) {
    case Errc::not_found:
      return CommandStatus::ESME_RINVMSGID;
    case Errc::message_too_long:
      return CommandStatus::ESME_RINVMSGLEN;
    case Errc::service_unavailable:
    case Errc::internal_error:
      return CommandStatus::ESME_RSYSERR;
    default:
      return failed;
  }
}

Managed refusal(const smpp::Body& request, CommandStatus status) {
  return {status, smpp::empty_response(smpp::command_id(request))};
}

}  // namespace

bool is_managing(const smpp::Body& request) {
  return std::holds_alternative<smpp::QuerySm>(request) ||
         std::holds_alternative<smpp::CancelSm>(request) ||
         std::holds_alternative<smpp::ReplaceSm>(request);
}

net::Task<Managed> manage(messaging::Messaging& messaging,
                          const smpp_access::Credential& credential, smpp::Body request, Time now) {
  if (const auto* query = std::get_if<smpp::QuerySm>(&request)) {
    const auto ref = read_ref(query->message_id, query->source);
    if (!ref) co_return refusal(request, ref.error());
    if (ref->sid.is_nil()) co_return refusal(request, CommandStatus::ESME_RINVMSGID);
    const auto message = co_await messaging.find(sign(*ref, credential));
    if (!message) {
      co_return refusal(request,
                        status_of_managing(message.error(), CommandStatus::ESME_RQUERYFAIL));
    }
    Managed answer;
    answer.answer = write_state(query->message_id, *message);
    co_return answer;
  }
  if (const auto* cancel = std::get_if<smpp::CancelSm>(&request)) {
    const auto ref = read_ref(cancel->message_id, cancel->source);
    if (!ref) co_return refusal(request, ref.error());
    Result<> done;
    if (ref->sid.is_nil()) {
      const auto to = read_destination(cancel->destination);
      if (!to) co_return refusal(request, to.error());
      done = co_await messaging.cancel_to(sign(*ref, credential), *to);
      if (!done && done.error().code == Errc::not_found) {
        co_return refusal(request, CommandStatus::ESME_RCANCELFAIL);
      }
    } else {
      done = co_await messaging.cancel(sign(*ref, credential));
    }
    if (!done) {
      co_return refusal(request, status_of_managing(done.error(), CommandStatus::ESME_RCANCELFAIL));
    }
    Managed answer;
    answer.answer = smpp::CancelSmResp{};
    co_return answer;
  }
  auto replacement = read_replace(std::get<smpp::ReplaceSm>(request), now);
  if (!replacement) co_return refusal(request, replacement.error());
  replacement->which = sign(std::move(replacement->which), credential);
  const auto done = co_await messaging.replace(std::move(*replacement));
  if (!done) {
    co_return refusal(request, status_of_managing(done.error(), CommandStatus::ESME_RREPLACEFAIL));
  }
  Managed answer;
  answer.answer = smpp::ReplaceSmResp{};
  co_return answer;
}

}  // namespace cloudvno::smpp_customer
