// The PostgreSQL engine, put together.
#include "platform/storage/postgres/postgres.hpp"

#include "platform/storage/postgres/connection.hpp"

namespace cloudvno::storage {

Result<std::unique_ptr<Database>> open_postgres(const PostgresOptions& options,
                                                net::Executor home) {
  TRY_ASSIGN(const auto address, postgres::read_address(options.url));
  const auto open = [address, answer_wait = options.answer_wait](bool writer) {
    return std::make_unique<postgres::PostgresConnection>(
        postgres::SessionOptions{address, writer, answer_wait});
  };
  try {
    return std::make_unique<BatchedDatabase>(open, options.batch, std::move(home));
  } catch (const StorageError& error) {
    return fault(error.what(), Errc::service_unavailable);
  }
}

Result<std::string> describe_postgres(const std::string& url) {
  TRY_ASSIGN(const auto address, postgres::read_address(url));
  return address.str();
}

}  // namespace cloudvno::storage
