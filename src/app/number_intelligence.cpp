// Number intelligence and the fraud guard of this instance.
#include "app/number_intelligence.hpp"

#include "base/random.hpp"
#include "domain/fraud/fraud_api.hpp"
#include "domain/lookup/lookups_api.hpp"

namespace cloudvno::app {

number_records::Options record_options(const Settings& settings) {
  number_records::Options options;
  options.urls = {settings.lookup.portability_url, settings.lookup.sim_swap_url,
                  settings.lookup.caller_name_url};
  options.header = settings.lookup.header;
  options.timeout = std::chrono::milliseconds(settings.lookup.timeout_ms);
  options.allow_http = settings.webhooks_allow_http;
  return options;
}

Result<std::unique_ptr<NumberIntelligence>> NumberIntelligence::make(const Settings& settings,
                                                                     storage::Database& database,
                                                                     accounts::Accounts& accounts,
                                                                     OutgoingHttp& outgoing) {
  TRY(number_records::HttpRecords::check(record_options(settings)));
  TRY_ASSIGN(auto data, lookup::Data::load(settings.lookup.data_folder));
  return std::unique_ptr<NumberIntelligence>(
      new NumberIntelligence(settings, std::move(data), database, accounts, outgoing));
}

NumberIntelligence::NumberIntelligence(const Settings& settings,
                                       std::shared_ptr<const lookup::Data> data,
                                       storage::Database& database, accounts::Accounts& accounts,
                                       OutgoingHttp& outgoing)
    : data_(std::move(data)),
      records_(outgoing.client(), record_options(settings)),
      guard_(database, accounts, *data_, random_u64()) {}

void NumberIntelligence::mount(api::Api& api, const Clock& clock) {
  lookup::mount_lookups(api, *data_, &records_);
  fraud::mount_fraud(api, guard_, *data_, clock);
}

}  // namespace cloudvno::app
