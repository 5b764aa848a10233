// What every column of the store holds, read from the migrations themselves.
//
// Every column carries an annotation in a comment at the end of its line:
//
//   status TEXT NOT NULL,            -- @plain
//   key_hash BYTEA NOT NULL UNIQUE,  -- @secret hash
//   to_sealed BYTEA NOT NULL,        -- @personal category=traffic subject=recipient
//                                       purpose=provide keep=90d erase=row sealed  (one line)
//
//   annotation = "@plain"                        nothing about a person, nothing secret
//              | "@secret" form                  keys, tokens
//              | "@personal" 5 words form        each word once, in any order
//   word       = "category=" account | traffic | content | identity | payment | support | security
//              | "subject="  customer | user | recipient | caller | staff
//              | "purpose="  provide | bill | secure | comply | support
//              | "keep="     account | always | number "h" | number "d"  (from the row's making)
//              | "erase="    row      the row is deleted or the column emptied
//                          | key      unreadable once the account's data key is destroyed
//                          | never    outlives erasure; only with keep=always and index or hash
//   form       = sealed | index | hash           the column's type is then BYTEA
//
// Every table says in a comment on a line of its own, in any migration, how its rows are found, so
// that purge, erasure, turning of keys and backup need no code for it:
//
//   -- @table message key=sid account=account_sid age=sid
//   -- @table inbound_part key=group_index,part account=account_sid age=created_at
//
//   word       = "key="      the columns of its primary key, in order
//              | "account="  the column of the account's SID, or "none"
//              | "age="      when the row was made: a BIGINT of microseconds, or a TEXT that begins
//                            with a SID; asked for where rows are kept for a time
//              | "keep="     number "h" | number "d": how long rows are kept that hold nothing
//                            personal; else the shortest keep of its columns
//              | "row="      the columns that its sealed values are bound to, if not those of key
//              | "resource=" the column of the SID that a legal hold names, if not the first of key
//
// A sealed value is bound to (vault::Place) its table, its column, and the text of its row columns
// joined by ":", bytes as hex digits.
//
// So that it can be read without an SQL parser, a migration keeps to this: CREATE TABLE name ( on a
// line of its own, one column or table constraint a line, ); on a line of its own; ALTER TABLE name
// ADD COLUMN …; or DROP COLUMN …; on one line; DROP TABLE name; on one line. Nothing is renamed.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "base/result.hpp"

namespace cloudvno::storage {

enum class Sensitivity { plain, secret, personal };
enum class Form { clear, sealed, index, hash };

struct Column {
  std::string table;
  std::string name;
  std::string type;  // TEXT, BIGINT, BYTEA or BOOLEAN
  Sensitivity sensitivity = Sensitivity::plain;
  Form form = Form::clear;
  // Of personal columns; the words of the grammar.
  std::string category;
  std::string subject;
  std::string purpose;
  std::string keep;
  std::string erase;
};

struct Table {
  std::string name;
  std::vector<std::string> key;
  std::string account;  // empty: none
  std::string age;      // empty: rows have no age
  bool age_is_sid = false;
  std::chrono::hours keep{0};  // 0: as long as the account, or always
  std::vector<std::string> row;
  std::string resource;
  std::vector<Column> columns;

  const Column* find(std::string_view column) const;
};

// The tables as they stand after all the files, in the order of their making. Refuses (detail:
// file, line and reason) a column or table without an annotation, an unknown or missing word, a
// personal or secret column in clear, a type that not all engines have, and statements that it
// cannot follow.
Result<std::vector<Table>> read_catalogue(std::span<const embedded::File> migrations);

}  // namespace cloudvno::storage
