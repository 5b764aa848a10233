// GET /v1/messages/{sid}/media and /v1/messages/{sid}/media/{n}: what an MMS carries.
#include <boost/json/array.hpp>

#include "domain/messaging/media_store.hpp"
#include "domain/messaging/messages_api.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

json::object to_json(const MessageSid& message, const MediaEntry& entry) {
  const bool there = entry.is_there();
  return {{"index", entry.number},
          {"message_sid", message.view()},
          {"status", there ? "stored" : "pending"},
          {"content_type", there ? json::value(entry.content_type) : json::value(nullptr)},
          {"size", there ? json::value(entry.size) : json::value(nullptr)},
          {"url", media_path(message, entry.number)}};
}

std::optional<int> read_number(std::string_view text) {
  if (text.size() != 1 || text[0] < '0' || text[0] > '9') return std::nullopt;
  return text[0] - '0';
}

}  // namespace

net::Task<Result<api::Answer>> list_media_of(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(auto data, co_await request.database.read(
                               [&](storage::Transaction& tx) -> Result<json::array> {
                                 TRY_ASSIGN(const auto message, find_asked(tx, request));
                                 json::array all;
                                 for (const auto& entry : list_media(tx, message.sid)) {
                                   all.push_back(to_json(message.sid, entry));
                                 }
                                 return all;
                               }));
  co_return api::Answer::json(200, {{"data", std::move(data)}});
}

net::Task<Result<api::Answer>> read_media_of(api::Request& request) {
  CO_TRY(request.input().finish());
  const auto number = read_number(request.path_arguments[1]);
  if (!number) co_return fail(Errc::not_found);
  CO_TRY_ASSIGN(auto item,
                co_await request.database.read([&](storage::Transaction& tx) -> Result<MediaItem> {
                  TRY_ASSIGN(const auto message, find_asked(tx, request));
                  return read_media(tx, *request.caller->keys, message.sid, *number);
                }));
  co_return api::Answer::file(std::move(item.content), std::move(item.content_type));
}

}  // namespace cloudvno::messaging
