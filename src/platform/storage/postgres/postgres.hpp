// The PostgreSQL engine: a server of version 15 or newer, which several processes may share.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "platform/storage/batched_database.hpp"

namespace cloudvno::storage {

struct PostgresOptions {
  // postgresql://user:password@host:port/database (postgres/address.hpp). Never logged.
  std::string url;
  BatchOptions batch;
  // How long the server may say nothing while a body waits for it. Short where people wait for the
  // answer: what a process that serves asks of the store takes milliseconds.
  std::chrono::milliseconds answer_wait{700};
};

// Durable at every answer: synchronous_commit on, and a server with fsync off is refused. `home` as
// in BatchedDatabase. The error's text or detail says what is wrong with address, server or
// database, without the password.
Result<std::unique_ptr<Database>> open_postgres(const PostgresOptions& options, net::Executor home);

// "PostgreSQL at db.example.com:5432, database cloudvno", or what is wrong with the address.
Result<std::string> describe_postgres(const std::string& url);

}  // namespace cloudvno::storage
