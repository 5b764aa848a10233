// SQL of the tables media and media_piece.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/messaging/media_item.hpp"
#include "domain/messaging/message.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

struct MediaEntry {
  int number = 0;            // from 0
  std::string content_type;  // empty until it was fetched
  std::int64_t size = 0;
  int attempts = 0;  // to fetch it

  bool is_there() const { return !content_type.empty(); }
};

// To be fetched.
void insert_media_urls(storage::Transaction& tx, const vault::Keys& keys, const Message& message,
                       const std::vector<std::string>& urls);
// That came with an inbound message.
void insert_media(storage::Transaction& tx, const vault::Keys& keys, const Message& message,
                  const MediaList& media);

std::vector<MediaEntry> list_media(storage::Transaction& tx, const MessageSid& message);
// Of one that was not fetched. Errc::not_found.
Result<std::string> read_media_url(storage::Transaction& tx, const vault::Keys& keys,
                                   const MessageSid& message, int number);
// Of one that is there. Errc::not_found.
Result<MediaItem> read_media(storage::Transaction& tx, const vault::Keys& keys,
                             const MessageSid& message, int number);

// False, and nothing is kept, where the message has forgotten its media, or has that one.
bool keep_fetched(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                  const MessageSid& message, int number, const MediaItem& item);
void count_attempt(storage::Transaction& tx, const MessageSid& message, int number);
// What was not fetched never will be: the URLs go.
void drop_media_urls(storage::Transaction& tx, const MessageSid& message);
void delete_media(storage::Transaction& tx, const MessageSid& message);

}  // namespace cloudvno::messaging
