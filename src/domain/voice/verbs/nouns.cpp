// Reading nouns.
#include "domain/voice/verbs/nouns.hpp"

#include <optional>

#include "base/model/phone_number.hpp"
#include "domain/voice/sip_address.hpp"
#include "domain/voice/verbs/attributes.hpp"

namespace cloudvno::voice {
namespace {

constexpr int bad_number = 13223;
constexpr int bad_sip = 13224;
constexpr int bad_nesting = 13215;
constexpr std::string_view methods[] = {"POST", "GET"};

// What Number and Sip have in common.
void read_common(Session& session, const twiml::Node& node, Noun& noun) {
  const auto url = node.attribute("url");
  if (url && !url->empty()) noun.whisper.url = session.resolve(*url).value_or(std::string());
  noun.whisper.method = read_word(session, node, "method", methods);
  const auto callback = node.attribute("statusCallback");
  if (!callback || callback->empty()) return;
  noun.callback.url = session.resolve(*callback).value_or(std::string());
  noun.callback.method = read_word(session, node, "statusCallbackMethod", methods);
  if (const auto words = node.attribute("statusCallbackEvent")) {
    if (const auto events = parse_events(*words)) noun.callback.events = *events;
  }
}

std::optional<Noun> read_number(Session& session, std::string_view text) {
  const auto number = PhoneNumber::parse(text);
  if (!number) {
    session.notify(bad_number, "A number in Dial is not in E.164; it was not dialled");
    return std::nullopt;
  }
  Noun noun;
  noun.address = number->e164();
  return noun;
}

std::optional<Noun> read_sip(Session& session, const twiml::Node& node) {
  auto address = parse_sip_address(node.own_text());
  if (!address) {
    session.notify(bad_sip, "A SIP address in Dial is not valid; it was not dialled");
    return std::nullopt;
  }
  Noun noun;
  noun.address = std::move(address->uri);
  noun.headers = std::move(address->headers);
  noun.username = node.attribute("username").value_or(std::string());
  noun.password = node.attribute("password").value_or(std::string());
  return noun;
}

}  // namespace

std::vector<Noun> read_nouns(Session& session, const twiml::Node& dial) {
  std::vector<Noun> nouns;
  const auto add = [&](std::optional<Noun> noun, const twiml::Node* node) {
    if (!noun) return;
    if (nouns.size() == most_nouns) {
      session.notify(bad_nesting, "Dial has more than ten numbers; the first ten were dialled");
      return;
    }
    if (node) read_common(session, *node, *noun);
    if (node) noun->send_digits = node->attribute("sendDigits").value_or(std::string());
    nouns.push_back(std::move(*noun));
  };
  for (const auto& child : dial.children) {
    if (child.name == "Number") {
      add(read_number(session, child.own_text()), &child);
    } else if (child.name == "Sip") {
      add(read_sip(session, child), &child);
    }
  }
  const auto text = dial.own_text();
  if (nouns.empty() && !text.empty()) add(read_number(session, text), nullptr);
  return nouns;
}

}  // namespace cloudvno::voice
