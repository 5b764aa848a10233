// Reading requests.
#include "domain/verify/read_orders.hpp"

#include <boost/asio/ip/address.hpp>

#include "domain/senders/sender_ref.hpp"
#include "domain/verify/code.hpp"
#include "domain/verify/phrases.hpp"
#include "domain/verify/text.hpp"

namespace cloudvno::verify {
namespace {

// As it is printed by everybody in the same way, IPv4 in IPv6 as IPv4.
Result<std::string> read_client_address(api::Input& in) {
  TRY_ASSIGN(const auto text, in.optional_text("client_address", 45));
  if (!text || text->empty()) return std::string();
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(*text, error);
  if (error || (address.is_v6() && address.to_v6().scope_id() != 0)) {
    return fail(Errc::invalid_parameter, "`client_address` must be an IPv4 or IPv6 address.",
                "client_address");
  }
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
        .to_string();
  }
  return address.to_string();
}

Result<std::string> read_to(api::Input& in, const fraud::Guard& guard) {
  TRY_ASSIGN(auto text, in.text("to", 320));
  if (text.starts_with(' ')) text.front() = '+';  // an unencoded '+' of a form
  return read_recipient(text, guard);
}

// Email where `to` is an address, else SMS, unless it says; both must fit.
Result<Channel> read_channel(api::Input& in, std::string_view to) {
  TRY_ASSIGN(const auto word, in.optional_word("channel", channel_names));
  const bool is_address = to.contains('@');
  if (!word) return is_address ? Channel::email : Channel::sms;
  const auto channel = *parse_channel(*word);
  if ((channel == Channel::email) != is_address) {
    return fail(Errc::invalid_parameter,
                is_address ? "An e-mail address as `to` is reached by `channel=email` only."
                           : "`channel=email` needs an e-mail address as `to`.",
                "channel");
  }
  return channel;
}

Result<> read_texts(api::Input& in, Request& request, Channel channel) {
  TRY_ASSIGN(auto locale, in.optional_text("locale", 35));
  if (locale) {
    if (!is_locale(*locale)) {
      return fail(Errc::invalid_parameter, "`locale` must be a language tag such as de or pt-BR.",
                  "locale");
    }
    request.locale = std::move(*locale);
  }
  TRY_ASSIGN(auto message, in.optional_text("custom_message", 4 * most_message_characters));
  if (message && !message->empty()) {
    TRY(check_custom_message(*message));
    request.custom_message = std::move(*message);
  }
  TRY_ASSIGN(auto domain, in.optional_text("domain", most_domain_characters));
  if (domain && !domain->empty()) {
    if (!is_domain(*domain)) {
      return fail(Errc::invalid_parameter, "`domain` must be a host name such as example.com.",
                  "domain");
    }
    if (channel != Channel::sms) {
      return fail(Errc::invalid_parameter, "`domain` is for `channel=sms`.", "domain");
    }
    request.domain = std::move(*domain);
  }
  return {};
}

Result<> read_numbers(api::Input& in, Request& request) {
  TRY_ASSIGN(const auto length,
             in.optional_integer("code_length", least_code_length, most_code_length));
  if (length) request.code_length = static_cast<int>(*length);
  TRY_ASSIGN(const auto valid_for, in.optional_integer("valid_for", 60, 3'600));
  if (valid_for) request.valid_for = std::chrono::seconds(*valid_for);
  TRY_ASSIGN(const auto attempts, in.optional_integer("max_attempts", 1, 10));
  if (attempts) request.max_attempts = static_cast<int>(*attempts);
  if (request.code_length == least_code_length) {
    request.max_attempts = std::min(request.max_attempts, most_checks_of_4_digits);
  }
  return {};
}

Result<> read_from(api::Input& in, Request& request, Channel channel) {
  if (!in.has("from")) return {};
  TRY_ASSIGN(const auto from, senders::read_sender(in, "from"));
  const bool fits = channel == Channel::sms ||
                    (channel == Channel::voice && !from.pool && !from.number.is_short_code());
  if (!fits) {
    return fail(Errc::invalid_parameter,
                "`from` is a number or a pool with `channel=sms`, and a number with "
                "`channel=voice`; other channels have no sender to choose.",
                "from");
  }
  request.from = from.pool ? from.pool->str() : from.number.e164();
  return {};
}

}  // namespace

Result<std::string> read_recipient(std::string_view text, const fraud::Guard& guard) {
  if (const auto number = PhoneNumber::parse(text)) return guard.one_form_of(*number).e164();
  if (auto address = read_email_address(text)) return std::move(*address);
  return fail(Errc::invalid_phone_number,
              "`to` must be a number in E.164, or with `channel=email` an e-mail address.", "to");
}

Result<SendOrder> read_send_order(const api::Request& request, const fraud::Guard& guard) {
  auto in = request.input();
  SendOrder order;
  order.account = request.account();
  order.live = request.caller->live;
  order.limited = request.caller->rate_limited;
  TRY_ASSIGN(order.to, read_to(in, guard));
  TRY_ASSIGN(order.channel, read_channel(in, order.to));
  TRY(read_texts(in, order.request, order.channel));
  TRY(read_numbers(in, order.request));
  TRY(read_from(in, order.request, order.channel));
  TRY_ASSIGN(order.request.client_address, read_client_address(in));
  TRY(in.finish());
  return order;
}

Result<CheckOrder> read_check_order(const api::Request& request, const fraud::Guard& guard) {
  auto in = request.input();
  CheckOrder order;
  order.account = request.account();
  order.live = request.caller->live;
  order.limited = request.caller->rate_limited;
  order.visible_from = request.caller->visible_from(request.received);
  TRY_ASSIGN(order.to, read_to(in, guard));
  TRY_ASSIGN(const auto text, in.text("code", 256));
  auto code = read_code(text);
  if (!code) {
    return fail(Errc::invalid_parameter,
                "`code` must be 4 to 8 digits; digits of any script count.", "code");
  }
  order.code = std::move(*code);
  TRY_ASSIGN(order.client_address, read_client_address(in));
  TRY(in.finish());
  return order;
}

}  // namespace cloudvno::verify
