// Codes on the simulated network.
#include "connectors/simulator/simulated_codes.hpp"

#include <boost/json/array.hpp>
#include <ranges>

namespace cloudvno::simulator {
namespace {

namespace json = boost::json;
using enum verify::Brought::Result;

json::object to_json(const ReceivedMail& mail) {
  return {{"id", mail.id},
          {"to", mail.to},
          {"subject", mail.subject},
          {"body", mail.body},
          {"date_created", to_iso8601(mail.created_at)}};
}

net::Task<Result<api::Answer>> list(api::Request& request, const Mailbox& mailbox) {
  if (request.caller->live) co_return fail(Errc::not_found);
  auto in = request.input();
  CO_TRY_ASSIGN(const auto to, in.optional_text("to", 320));
  CO_TRY(in.finish());
  json::array rows;
  for (const auto& mail : mailbox.mails(request.account()) | std::views::reverse) {
    if (!to || *to == mail.to) rows.push_back(to_json(mail));
  }
  co_return api::Answer::json(200, {{"data", std::move(rows)}});
}

}  // namespace

net::Task<verify::Brought> SimulatedCodes::bring(verify::OutgoingCode code) {
  const auto now = clock_.now();
  if (code.channel == verify::Channel::email) {
    mailbox_.add(code.account,
                 {0, std::move(code.to), std::move(code.subject), std::move(code.text), now});
    co_return verify::Brought{};
  }
  const auto line = PhoneNumber::parse_sender(code.from);
  const auto handset = PhoneNumber::parse(code.to);
  if (!line || !handset) {
    co_return verify::Brought{refused, "The account has no sandbox number to send from."};
  }
  const Pair pair{*line, *handset};
  auto& conversations = network_.conversations();
  Text text;
  text.body = std::move(code.text);
  text.channel = verify::channel_name(code.channel);
  text.created_at = now;
  const auto behavior = conversations.behavior(pair);
  const bool reached =
      behavior == Behavior::at_once || behavior == Behavior::late || behavior == Behavior::echo;
  text.state = reached ? TextState::delivered : TextState::undelivered;
  if (!reached) text.reason = "The handset does not take it.";
  conversations.add(pair, std::move(text));
  if (!reached) co_return verify::Brought{refused, "The handset does not take it."};
  co_return verify::Brought{};
}

void SimulatedCodes::mount(api::Api& api) {
  api.add({"GET", "/v1/sandbox/emails", api::Scope::verify_write, api::RateGroup::verification,
           false, [this](api::Request& request) { return list(request, mailbox_); }});
}

}  // namespace cloudvno::simulator
