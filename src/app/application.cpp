// The composition root.
#include "app/application.hpp"

#include "app/carriers.hpp"
#include "app/http_carriers.hpp"
#include "app/http_listener.hpp"
#include "app/number_intelligence.hpp"
#include "app/outgoing_http.hpp"
#include "app/root_key_turn.hpp"
#include "app/run_and_wait.hpp"
#include "app/site.hpp"
#include "app/smpp_listener.hpp"
#include "app/store.hpp"
#include "app/store_wait.hpp"
#include "app/telephony.hpp"
#include "app/verification.hpp"
#include "base/embedded.hpp"
#include "base/log.hpp"
#include "domain/numbers/resting_store.hpp"
#include "domain/optouts/opt_outs_api.hpp"
#include "domain/senders/sender_pools_api.hpp"
#include "domain/smpp_access/smpp_credentials_api.hpp"
#include "platform/net/event.hpp"
#include "platform/storage/migrate.hpp"

namespace cloudvno::app {
Application::Application(Settings settings, ListeningSockets sockets)
    : settings_(std::move(settings)), sockets_(std::move(sockets)) {}

Application::~Application() {
  if (started_) stop();
  control_.stop();
  outgoing_.stop();
  workers_.stop();
}

Result<std::unique_ptr<Application>> Application::build(Settings settings,
                                                        ListeningSockets sockets) {
  std::unique_ptr<Application> application(
      new Application(std::move(settings), std::move(sockets)));
  TRY(application->open());
  return application;
}

Result<> Application::open() {
  const auto control = control_.executor();
  TRY_ASSIGN(lock_, lock_data_folder(settings_));
  TRY_ASSIGN(database_, open_store(settings_, control, StoreUse::serving));
  node_ = std::make_unique<cluster::Node>(*database_, clock_, settings_.node_label(),
                                          settings_.store_is_embedded());
  TRY_ASSIGN(vault_, wait_for_store([this] { return open_vault(settings_, *database_); }));
  finish_erasures(settings_, *database_, *vault_, clock_.now());
  TRY_ASSIGN(changes_, cluster::ChangeCount::open(settings_.changes_path()));
  accounts_ = std::make_unique<accounts::Accounts>(*database_, *vault_, clock_,
                                                   [this] { return changes_->value(); });
  TRY_ASSIGN(auto tables, storage::read_catalogue(embedded::migrations()));
  privacy_ = std::make_unique<privacy::Privacy>(*database_, *node_, *vault_, *accounts_, clock_,
                                                std::move(tables), numbers::rest_unread);
  api_ = std::make_unique<api::Api>(*database_, clock_, *accounts_, settings_.public_url());
  requests_ = std::make_unique<requests::RequestLog>(*database_);
  TRY_ASSIGN(outgoing_http_, OutgoingHttp::make(settings_, outgoing_.executor()));
  webhooks_ = std::make_unique<webhooks::Webhooks>(*database_, *node_, *accounts_,
                                                   outgoing_http_->sender(), clock_, control);
  numbers_ = std::make_unique<numbers::Numbers>(*database_, *vault_, *webhooks_, clock_);
  messaging_ = std::make_unique<messaging::Messaging>(*database_, *node_, *vault_, *accounts_,
                                                      *webhooks_, outgoing_http_->media(), clock_,
                                                      control, settings_.public_url());
  overdue_parts_ = std::make_unique<messaging::OverdueParts>(*database_, *vault_, *accounts_,
                                                             *webhooks_, clock_);
  TRY_ASSIGN(intelligence_,
             NumberIntelligence::make(settings_, *database_, *accounts_, *outgoing_http_));
  spoken_codes_ = std::make_unique<verify::SpokenCodes>(*database_, *accounts_, clock_,
                                                        outgoing_http_->documents());
  TRY_ASSIGN(telephony_,
             Telephony::make(settings_, {*database_, *node_, *vault_, *accounts_, *webhooks_,
                                         *messaging_, *outgoing_http_, *spoken_codes_, clock_,
                                         control, workers_.executor()}));
  spoken_codes_->speak_by(telephony_->speech());
  TRY_ASSIGN(carriers_,
             Carriers::make(settings_, *messaging_, outgoing_http_->resolver(), clock_, control));
  TRY_ASSIGN(http_carriers_, HttpCarriers::make(settings_, *messaging_, outgoing_http_->resolver(),
                                                clock_, control, outgoing_.executor()));
  verification_ = std::make_unique<Verification>(
      settings_,
      verify::Parts{*database_, *vault_, *accounts_, *webhooks_, intelligence_->guard(),
                    *messaging_, telephony_->voice(), clock_},
      *outgoing_http_, *node_, control);
  if (auto* codes = carriers_->simulated_codes()) verification_->add_simulated(*codes);
  requests_->mount(*api_);
  numbers_->mount(*api_);
  webhooks_->mount(*api_);
  messaging_->mount(*api_);
  optouts::mount_opt_outs(*api_, *vault_, clock_);
  senders::mount_sender_pools(*api_, *vault_, clock_);
  smpp_access::mount_smpp_credentials(*api_, clock_);
  carriers_->mount(*api_);
  telephony_->mount(*api_);
  verification_->mount(*api_);
  intelligence_->mount(*api_, clock_);
  site_ = std::make_unique<Site>([this] {
    if (stopping_) return std::string("this process is ending");
    auto reason = carriers_->not_ready_because();
    return reason.empty() ? http_carriers_->not_ready_because() : reason;
  });
  TRY_ASSIGN(listener_, HttpListener::make(settings_, clock_, *api_, *site_, *http_carriers_,
                                           *messaging_, control, sockets_));
  TRY_ASSIGN(smpp_listener_, SmppListener::make(settings_, control, *database_, *node_, *accounts_,
                                                *messaging_, clock_));
  return {};
}

Result<std::string> Application::start() {
  TRY(wait_for_store([this] { return node_->join(); }));
  // From here on nobody takes from the store what this version needs; somebody may have before.
  TRY(wait_for_store(
      [this] { return storage::pending_migrations(*database_, embedded::migrations()); }));
  TRY(listener_->start());
  Result<> smpp_started;
  run_and_wait(control_.executor(), [](Application& self, Result<>& result) -> net::Task<> {
    self.carriers_->start();
    self.http_carriers_->start();
    result = self.smpp_listener_->start();
    if (result) result = self.telephony_->start();
    co_return;
  }(*this, smpp_started));
  started_ = true;
  TRY(smpp_started);
  tasks_.spawn("work", work());
  tasks_.spawn("request_log", write_request_log());
  tasks_.spawn("beat", beat());
  tasks_.spawn("privacy", keep_promises());
  log::info("serve.started");
  return listener_->addresses();
}

void Application::call_every(std::chrono::microseconds interval, std::function<void()> call) {
  watched_.spawn("watched", [](auto pause, auto repeated) -> net::Task<> {
    while (true) {
      repeated();
      co_await net::sleep_for(pause);
    }
  }(interval, std::move(call)));
}

net::Task<> Application::work() {
  constexpr std::chrono::milliseconds tick{100};
  int ticks = 0;
  while (true) {
    messaging_->tick();
    telephony_->tick();
    verification_->tick();
    if (ticks % 10 == 0) co_await webhooks_->load_due();
    if (ticks % 10 == 5) co_await intelligence_->write();
    if (ticks % 100 == 0) {
      co_await overdue_parts_->end();
      co_await messaging_->end_overdue_submits();
    }
    ++ticks;
    co_await net::sleep_for(tick);
  }
}

// Every tenth of a second, if it takes no longer.
net::Task<> Application::write_request_log() {
  constexpr std::chrono::milliseconds often{100};
  while (true) {
    const auto begun = std::chrono::steady_clock::now();
    co_await requests_->write();
    const auto took = std::chrono::steady_clock::now() - begun;
    co_await net::sleep_for(
        std::max(often - std::chrono::ceil<std::chrono::milliseconds>(took), often / 10));
  }
}

net::Task<> Application::beat() {
  while (true) {
    co_await net::sleep_for(cluster::Node::beat_every);
    co_await node_->beat();
  }
}

net::Task<> Application::keep_promises() {
  while (true) {
    if (co_await privacy_->round()) co_await numbers_->end_rests();
    co_await net::sleep_for(std::chrono::minutes(1));
  }
}

void Application::stop() {
  started_ = false;
  run_and_wait(control_.executor(), [](Application& self) -> net::Task<> {
    self.stopping_ = true;
    self.carriers_->release_watchers();
    self.telephony_->release_watchers();
    co_await self.listener_->drain();
    co_await self.smpp_listener_->stop();
    self.tasks_.cancel();
    co_await self.tasks_.wait();
    co_await self.requests_->finish();
    co_await self.verification_->stop();
    co_await self.telephony_->stop();
    co_await self.intelligence_->stop();
    co_await self.messaging_->stop();
    co_await self.webhooks_->stop();
    co_await self.carriers_->stop();
    co_await self.http_carriers_->stop();
    co_await self.node_->leave();
    self.watched_.cancel();
    co_await self.watched_.wait();
  }(*this));
  listener_->stop();
}

}  // namespace cloudvno::app
