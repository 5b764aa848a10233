// Number intelligence and the fraud guard of this instance: their tables, the source of what only
// others know, and their routes.
#pragma once

#include <memory>

#include "app/outgoing_http.hpp"
#include "app/settings.hpp"
#include "connectors/number_records/http_records.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/api/api.hpp"
#include "domain/fraud/fraud_guard.hpp"
#include "domain/lookup/data.hpp"

namespace cloudvno::app {

number_records::Options record_options(const Settings& settings);

// Lives on the control thread.
class NumberIntelligence {
 public:
  static Result<std::unique_ptr<NumberIntelligence>> make(const Settings& settings,
                                                          storage::Database& database,
                                                          accounts::Accounts& accounts,
                                                          OutgoingHttp& outgoing);

  void mount(api::Api& api, const Clock& clock);
  fraud::FraudGuard& guard() { return guard_; }
  // What the guard counted goes to the store.
  net::Task<> write() { return guard_.write(); }
  net::Task<> stop() { return guard_.finish(); }

 private:
  NumberIntelligence(const Settings& settings, std::shared_ptr<const lookup::Data> data,
                     storage::Database& database, accounts::Accounts& accounts,
                     OutgoingHttp& outgoing);

  std::shared_ptr<const lookup::Data> data_;
  number_records::HttpRecords records_;
  fraud::FraudGuard guard_;
};

}  // namespace cloudvno::app
