// A message as JSON.
#include "domain/messaging/message_json.hpp"

#include <boost/json/array.hpp>

#include "domain/api/answer.hpp"
#include "domain/messaging/delivery_errors.hpp"

namespace cloudvno::messaging {

namespace json = boost::json;

json::object to_json(const Message& message, json::storage_ptr memory) {
  json::object object(std::move(memory));
  object.reserve(29);
  object["sid"] = message.sid.view();
  object["account_sid"] = message.account.view();
  object["status"] = status_name(message.status);
  object["from"] = message.from.e164();
  object["to"] = message.shown_to();
  object["body"] = message.body;
  object["direction"] = direction_name(message.direction);
  object["date_created"] = to_iso8601(message.created_at);
  object["date_sent"] = api::json_time(message.sent_at);
  object["date_updated"] = to_iso8601(message.updated_at);
  object["price"] = message.price ? json::value(message.price->str()) : json::value(nullptr);
  object["price_unit"] = "USD";
  object["num_segments"] = message.num_segments;
  object["encoding"] = message.is_mms()                          ? json::value(nullptr)
                       : message.encoding == sms::Encoding::gsm7 ? json::value("GSM-7")
                                                                 : json::value("UCS-2");
  object["num_media"] = message.num_media;
  json::array media(object.storage());
  for (int i = 0; i < message.num_media; ++i) media.emplace_back(media_path(message.sid, i));
  object["media"] = std::move(media);
  object["error_code"] =
      message.error_code ? json::value(*message.error_code) : json::value(nullptr);
  object["error_message"] =
      message.error_code ? json::value(error_message(*message.error_code)) : json::value(nullptr);
  object["possible_duplicate"] = message.possible_duplicate;
  object["carrier"] = message.carrier;
  object["sender_pool_sid"] =
      message.sender_pool.empty() ? json::value(nullptr) : json::value(message.sender_pool);
  object["route"] = message.route.empty() ? json::value(nullptr) : json::value(message.route);
  object["send_at"] = api::json_time(message.send_at);
  object["validity_period"] = message.validity.count();
  object["content_retention"] = message.discard_content ? "discard" : "retain";
  object["address_retention"] = message.obfuscate_addresses ? "obfuscate" : "retain";
  object["tags"] = json::array(message.tags.begin(), message.tags.end());
  return object;
}

}  // namespace cloudvno::messaging
