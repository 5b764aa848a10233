// The reference on PostgreSQL.
#include "store/bare_postgres.hpp"

#include <libpq-fe.h>

#include <concepts>
#include <memory>
#include <stdexcept>

#include "store/row.hpp"

namespace cloudvno::bench {
namespace {

constexpr Oid bytea = 17, bytea_array = 1001, bigint = 20, bigint_array = 1016, text = 25,
              text_array = 1009;

constexpr auto merged =
    "WITH given AS (SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)"
    " AS row(sid, account_sid, status, body_sealed, created_at, carrier, expires_at)), "
    "messages AS (INSERT INTO message (sid, account_sid, status, body_sealed, created_at)"
    " SELECT sid, account_sid, status, body_sealed, created_at FROM given) "
    "INSERT INTO outbound_queue (message_sid, carrier, expires_at)"
    " SELECT sid, carrier, expires_at FROM given";

struct Close {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};

// An array of one dimension in PostgreSQL's binary form.
class Array {
 public:
  Array(Oid type, int length) {
    for (const auto word : {std::uint32_t{1}, std::uint32_t{0}, std::uint32_t{type},
                            static_cast<std::uint32_t>(length), std::uint32_t{1}}) {
      add_word(word);
    }
    head_ = data_.size();
  }

  void clear() { data_.resize(head_); }
  void add(std::string_view value) {
    add_word(static_cast<std::uint32_t>(value.size()));
    data_ += value;
  }
  void add(ByteView value) {
    add(std::string_view(reinterpret_cast<const char*>(value.data()), value.size()));
  }
  void add(std::int64_t value) {
    add_word(8);
    add_word(static_cast<std::uint32_t>(value >> 32));
    add_word(static_cast<std::uint32_t>(value));
  }

  const char* data() const { return data_.data(); }
  int size() const { return static_cast<int>(data_.size()); }

 private:
  void add_word(std::uint32_t word) {
    for (const int shift : {24, 16, 8, 0}) data_ += static_cast<char>(word >> shift);
  }

  std::string data_;
  std::size_t head_ = 0;
};

void check(PGconn* connection, PGresult* result) {
  const std::unique_ptr<PGresult, Close> owned(result);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQerrorMessage(connection));
  }
}

}  // namespace

Measured measure_bare_postgres(const std::string& url, int batch, steady_clock::duration time) {
  const std::unique_ptr<PGconn, Close> connection(PQconnectdb(url.c_str()));
  auto* const handle = connection.get();
  constexpr Oid types[] = {text_array,   text_array, text_array,  bytea_array,
                           bigint_array, text_array, bigint_array};
  constexpr int count = std::size(types);
  check(handle, PQprepare(handle, "merged", merged, count, types));
  Array sid(text, batch), account(text, batch), status(text, batch), body(bytea, batch),
      created_at(bigint, batch), carrier(text, batch), expires_at(bigint, batch);
  Array* const columns[count] = {&sid,        &account, &status,    &body,
                                 &created_at, &carrier, &expires_at};
  RowSource source;
  Measured measured;
  const auto start = steady_clock::now();
  auto now = start;
  while (now - start < time) {
    for (auto* column : columns) column->clear();
    for (int i = 0; i < batch; ++i) {
      const auto row = source.next();
      sid.add(row.sid);
      account.add(row.account_sid);
      status.add(row.status);
      body.add(row.body);
      created_at.add(row.created_at);
      carrier.add(row.carrier);
      expires_at.add(row.expires_at);
    }
    const char* values[count];
    int lengths[count], formats[count];
    for (int i = 0; i < count; ++i) {
      values[i] = columns[i]->data();
      lengths[i] = columns[i]->size();
      formats[i] = 1;
    }
    check(handle, PQexecPrepared(handle, "merged", count, values, lengths, formats, 1));
    measured.waits.push_back(steady_clock::now() - now);
    measured.rows += static_cast<std::size_t>(batch);
    now = steady_clock::now();
  }
  measured.time = now - start;
  return measured;
}

}  // namespace cloudvno::bench
