// An SMPP peer on our room for tests against other people's: `peer smsc` listens, `peer esme PORT`
// binds and sends one of each request. Every PDU that it gets goes out as a line of JSON.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <string_view>

#include "protocol/smpp/client.hpp"
#include "protocol/smpp/receipt.hpp"
#include "protocol/smpp/server.hpp"

namespace {

using namespace cloudvno;
using namespace cloudvno::smpp;
namespace json = boost::json;

void print(const json::value& value) {
  std::puts(json::serialize(value).c_str());
  std::fflush(stdout);
}

json::value json_of(const Address& address) {
  return {address.ton, address.npi, address.addr};
}

json::value json_of(const Tlvs& tlvs) {
  json::object all;
  for (const Tlv& tlv : tlvs) all[tag_name(tlv.tag)] = to_hex(tlv.value);
  return all;
}

json::object json_of(const Pdu& pdu) {
  json::object out{{"pdu", command_name(command_id(pdu))}, {"status", status_name(pdu.status)}};
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { body.message_id; }) out["message_id"] = body.message_id;
        if constexpr (requires { body.source; }) out["source"] = json_of(body.source);
        if constexpr (requires { body.destination; })
          out["destination"] = json_of(body.destination);
        if constexpr (requires { body.esm_class; }) out["esm_class"] = body.esm_class;
        if constexpr (requires { body.data_coding; }) out["data_coding"] = body.data_coding;
        if constexpr (requires { body.validity_period; })
          out["validity_period"] = body.validity_period;
        if constexpr (requires { body.short_message; }) out["text"] = to_hex(body.short_message);
        if constexpr (requires { body.final_date; }) out["final_date"] = body.final_date;
        if constexpr (requires { body.unsuccess_smes; })
          out["unsuccess"] = body.unsuccess_smes.size();
        if constexpr (requires { body.destinations; })
          out["destinations"] = body.destinations.size();
        out["tlvs"] = json_of(body.tlvs);
      },
      pdu.body);
  return out;
}

// Runs until its standard input ends, with `stop` as its last task.
template <class Stop>
void run_until_input_ends(boost::asio::io_context& context, Stop stop) {
  boost::asio::posix::stream_descriptor input(context, ::dup(0));
  char byte = 0;
  input.async_read_some(boost::asio::buffer(&byte, 1), [&](boost::system::error_code, std::size_t) {
    boost::asio::co_spawn(context, stop(), [&](std::exception_ptr) { context.stop(); });
  });
  context.run();
}

// ---- the SMSC ----

DeliverSm receipt_for(const SubmitSm& submit, const std::string& id) {
  DeliverSm deliver;
  deliver.source = submit.destination;
  deliver.destination = submit.source;
  deliver.esm_class = esm_class::delivery_receipt;
  Receipt receipt;
  receipt.id = id;
  receipt.delivered = 1;
  receipt.state = MessageState::delivered;
  deliver.short_message = to_bytes(print_receipt(receipt));
  deliver.tlvs = {tlv_text(Tag::receipted_message_id, id), tlv_u8(Tag::message_state, 2)};
  return deliver;
}

void answer(Session& session, const Pdu& pdu, const std::string& id) {
  auto respond = [&](const Body& body, CommandStatus status = CommandStatus::ESME_ROK) {
    session.respond(pdu.sequence, status, body);
  };
  if (const auto* submit = std::get_if<SubmitSm>(&pdu.body)) {
    if (as_text(submit->short_message) == "refuse")
      return respond(SubmitSmResp{}, CommandStatus::ESME_RSUBMITFAIL);
    respond(SubmitSmResp{id, {}});
    if (submit->registered_delivery != 0)
      session.send(receipt_for(*submit, id), [](Outcome&& out) { print(json_of(out.response)); });
  } else if (const auto* multi = std::get_if<SubmitMulti>(&pdu.body)) {
    const auto& last = std::get<Address>(multi->destinations.back());
    respond(SubmitMultiResp{id, {{last, CommandStatus::ESME_RINVDSTADR}}, {}});
  } else if (const auto* query = std::get_if<QuerySm>(&pdu.body)) {
    respond(QuerySmResp{query->message_id, "261123215400000+", 2, 0, {}});
  } else if (std::holds_alternative<DataSm>(pdu.body)) {
    respond(DataSmResp{id, {}});
  } else {
    respond(empty_response(command_id(pdu)));
  }
}

int run_smsc() {
  boost::asio::io_context context{1};
  SystemClock clock;
  int messages = 0;
  ServerHandlers handlers;
  handlers.authenticate = [](const Bind& bind, const std::string&, BindAnswer answered) {
    answered(bind.password == "pw" ? CommandStatus::ESME_ROK : CommandStatus::ESME_RINVPASWD);
  };
  handlers.on_session = [&](std::shared_ptr<Session> session, const Bind&) {
    SessionHandlers of_session;
    of_session.on_request = [&messages, weak = std::weak_ptr(session)](Pdu&& pdu) {
      print(json_of(pdu));
      answer(*weak.lock(), pdu, "m" + std::to_string(++messages));
    };
    of_session.on_closed = [](CloseReason reason) {
      print({{"closed", close_reason_name(reason)}});
    };
    session->set_handlers(std::move(of_session));
  };
  Server server(context.get_executor(), clock, {.port = 0, .system_id = "SMSC"},
                std::move(handlers));
  if (!server.start()) return 1;
  print({{"port", server.local_port()}});
  run_until_input_ends(context, [&] { return server.stop(); });
  return 0;
}

// ---- the ESME ----

const Address from{ton::international, npi::isdn, "15550100"};
const Address to{ton::international, npi::isdn, "447700900123"};

std::vector<Body> one_of_each() {
  SubmitSm text;
  text.source = from;
  text.destination = to;
  text.registered_delivery = registered_delivery::final_receipt;
  text.validity_period = "000000100000000R";
  text.short_message = to_bytes("Hello");
  text.tlvs = {tlv_u16(Tag::user_message_reference, 42), {static_cast<Tag>(0x1401), {1, 2, 3}}};
  SubmitSm wide = text;
  wide.source = {ton::alphanumeric, npi::unknown, "CloudVNO"};
  wide.data_coding = 0x08;
  wide.short_message = {0x04, 0x1F, 0xD8, 0x3D, 0xDE, 0x00};  // U+041F U+1F600
  SubmitSm payload = text;
  payload.short_message.clear();
  payload.tlvs = {{Tag::message_payload, Bytes(1000, 'p')}};
  SubmitMulti multi;
  multi.source = from;
  multi.destinations = {to, DistributionList{"staff"}};
  multi.short_message = to_bytes("all");
  DataSm data;
  data.source = from;
  data.destination = to;
  data.tlvs = {{Tag::message_payload, to_bytes("data")}};
  ReplaceSm replace;
  replace.message_id = "n1";
  replace.source = from;
  replace.short_message = to_bytes("new");
  return {text,    wide,
          payload, multi,
          data,    QuerySm{.message_id = "n1", .source = from},
          replace, CancelSm{.message_id = "n1", .source = from, .destination = to}};
}

int run_esme(std::uint16_t port) {
  boost::asio::io_context context{1};
  SystemClock clock;
  net::CaresResolver resolver(context.get_executor());
  ClientHandlers handlers;
  handlers.on_up = [](Session& session) {
    print({{"up", true}});
    for (const Body& request : one_of_each())
      session.send(request, [](Outcome&& outcome) {
        json::object line = json_of(outcome.response);
        if (outcome.kind != Outcome::Kind::answered) line = {{"pdu", "none"}};
        print(line);
      });
  };
  handlers.on_down = [](CloseReason reason) { print({{"down", close_reason_name(reason)}}); };
  handlers.on_request = [](Session& session, Pdu&& pdu) {
    json::object line = json_of(pdu);
    if (const auto* deliver = std::get_if<DeliverSm>(&pdu.body))
      if (auto receipt = receipt_of(*deliver))
        line["receipt"] = {receipt->id, state_word(receipt->state.value())};
    print(line);
    session.respond(pdu.sequence, CommandStatus::ESME_ROK, empty_response(command_id(pdu)));
  };
  ClientOptions options;
  options.name = "peer";
  options.target.host = "127.0.0.1";
  options.target.port = port;
  options.bind = {.system_id = "us", .password = "pw", .system_type = "test"};
  options.least_wait = options.most_wait = std::chrono::milliseconds(50);
  Client client(context.get_executor(), clock, resolver, options, std::move(handlers));
  client.start();
  run_until_input_ends(context, [&] { return client.stop(); });
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::string_view side = count > 1 ? arguments[1] : "";
  if (side == "smsc") return run_smsc();
  if (side == "esme" && count == 3)
    return run_esme(static_cast<std::uint16_t>(std::stoi(arguments[2])));
  std::fputs("peer smsc | peer esme PORT\n", stderr);
  return 2;
}
