// SQL of the tables media and media_piece.
#include "domain/messaging/media_store.hpp"

#include <fmt/format.h>

namespace cloudvno::messaging {
namespace {

// What turns keys reads hundreds of rows at a time.
constexpr std::size_t piece_bytes = 64 * std::size_t{1024};

std::string url_row(const MessageSid& message, int number) {
  return fmt::format("{}:{}", message.view(), number);
}

std::string piece_row(const MessageSid& message, int number, std::int64_t piece) {
  return fmt::format("{}:{}:{}", message.view(), number, piece);
}

void insert_pieces(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   const MessageSid& message, int number, std::string_view content) {
  for (std::int64_t piece = 0; !content.empty(); ++piece) {
    const auto part = content.substr(0, piece_bytes);
    content.remove_prefix(part.size());
    const auto row = piece_row(message, number, piece);
    tx.run(
        "INSERT INTO media_piece (message_sid, number, piece, account_sid, content_sealed) "
        "VALUES ($1, $2, $3, $4, $5)",
        message, number, piece, account, keys.seal({"media_piece", "content_sealed", row}, part));
  }
}

}  // namespace

void insert_media_urls(storage::Transaction& tx, const vault::Keys& keys, const Message& message,
                       const std::vector<std::string>& urls) {
  for (int number = 0; const auto& url : urls) {
    const auto row = url_row(message.sid, number);
    tx.run(
        "INSERT INTO media (message_sid, number, account_sid, url_sealed, attempts) "
        "VALUES ($1, $2, $3, $4, $5)",
        message.sid, number, message.account, keys.seal({"media", "url_sealed", row}, url), 0);
    ++number;
  }
}

void insert_media(storage::Transaction& tx, const vault::Keys& keys, const Message& message,
                  const MediaList& media) {
  for (int number = 0; const auto& item : media) {
    tx.run(
        "INSERT INTO media (message_sid, number, account_sid, content_type, size, attempts) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        message.sid, number, message.account, item->content_type, item->content.size(), 0);
    insert_pieces(tx, keys, message.account, message.sid, number, item->content);
    ++number;
  }
}

std::vector<MediaEntry> list_media(storage::Transaction& tx, const MessageSid& message) {
  const auto rows = tx.query(
      "SELECT number, content_type, size, attempts FROM media WHERE message_sid = $1 "
      "ORDER BY number",
      message);
  std::vector<MediaEntry> all;
  while (rows->next()) {
    MediaEntry entry;
    entry.number = static_cast<int>(rows->integer(0));
    if (!rows->is_null(1)) entry.content_type = rows->text(1);
    if (!rows->is_null(2)) entry.size = rows->integer(2);
    entry.attempts = static_cast<int>(rows->integer(3));
    all.push_back(std::move(entry));
  }
  return all;
}

Result<std::string> read_media_url(storage::Transaction& tx, const vault::Keys& keys,
                                   const MessageSid& message, int number) {
  const auto rows = tx.query(
      "SELECT url_sealed FROM media WHERE message_sid = $1 AND number = $2 "
      "AND url_sealed IS NOT NULL",
      message, number);
  if (!rows->next()) return fail(Errc::not_found);
  const auto row = url_row(message, number);
  return keys.open({"media", "url_sealed", row}, rows->bytes(0));
}

Result<MediaItem> read_media(storage::Transaction& tx, const vault::Keys& keys,
                             const MessageSid& message, int number) {
  MediaItem item;
  std::size_t size = 0;
  {
    const auto rows = tx.query(
        "SELECT content_type, size FROM media WHERE message_sid = $1 AND number = $2 "
        "AND content_type IS NOT NULL",
        message, number);
    if (!rows->next()) return fail(Errc::not_found);
    item.content_type = rows->text(0);
    size = static_cast<std::size_t>(rows->integer(1));
  }
  item.content.reserve(size);
  const auto rows = tx.query(
      "SELECT content_sealed FROM media_piece WHERE message_sid = $1 AND number = $2 "
      "ORDER BY piece",
      message, number);
  for (std::int64_t piece = 0; rows->next(); ++piece) {
    const auto row = piece_row(message, number, piece);
    TRY_ASSIGN(const auto part, keys.open({"media_piece", "content_sealed", row}, rows->bytes(0)));
    item.content += part;
  }
  // Its end came between the two looks.
  if (item.content.size() != size) return fail(Errc::not_found);
  return item;
}

bool keep_fetched(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                  const MessageSid& message, int number, const MediaItem& item) {
  const auto kept = tx.run(
      "UPDATE media SET content_type = $3, size = $4, url_sealed = NULL "
      "WHERE message_sid = $1 AND number = $2 AND url_sealed IS NOT NULL",
      message, number, item.content_type, item.content.size());
  if (kept != 1) return false;
  insert_pieces(tx, keys, account, message, number, item.content);
  return true;
}

void count_attempt(storage::Transaction& tx, const MessageSid& message, int number) {
  tx.run("UPDATE media SET attempts = attempts + 1 WHERE message_sid = $1 AND number = $2", message,
         number);
}

void drop_media_urls(storage::Transaction& tx, const MessageSid& message) {
  tx.run("DELETE FROM media WHERE message_sid = $1 AND url_sealed IS NOT NULL", message);
}

void delete_media(storage::Transaction& tx, const MessageSid& message) {
  tx.run("DELETE FROM media_piece WHERE message_sid = $1", message);
  tx.run("DELETE FROM media WHERE message_sid = $1", message);
}

}  // namespace cloudvno::messaging
