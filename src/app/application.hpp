// The composition root: builds every room in order, starts, drains, stops. One member a room, in
// the order in which they depend on one another; members are destroyed from the last to the first.
#pragma once

#include <memory>
#include <vector>

#include "app/listening_sockets.hpp"
#include "app/settings.hpp"
#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/api/api.hpp"
#include "domain/messaging/messaging.hpp"
#include "domain/messaging/overdue_parts.hpp"
#include "domain/numbers/numbers.hpp"
#include "domain/privacy/privacy.hpp"
#include "domain/requests/request_log.hpp"
#include "domain/verify/spoken_codes.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/cluster/change_count.hpp"
#include "platform/cluster/node.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::app {

class Site;
class Carriers;
class HttpCarriers;
class OutgoingHttp;
class HttpListener;
class SmppListener;
class NumberIntelligence;
class Telephony;
class Verification;

class Application {
 public:
  // Opens the store (migrating it) and the vault (making its key), and builds the rooms. Nothing
  // listens yet.
  static Result<std::unique_ptr<Application>> build(Settings settings, ListeningSockets sockets);
  ~Application();

  // Binds the sockets and starts the background work. The text says where it listens, one line an
  // address.
  Result<std::string> start();
  // Between start and stop: what listens.
  ListeningSockets& sockets() { return sockets_; }
  // Calls it on the control thread, again and again, as long as that thread is well, until stop()
  // has done its work.
  void call_every(std::chrono::microseconds interval, std::function<void()> call);
  // Ends what runs, in order, waiting at most half a minute: requests, messages at carriers,
  // callbacks, the store.
  void stop();

  // `lost` is called when another process took over this one's work: end it with stop().
  void on_lease_lost(std::function<void()> lost) { node_->on_lost(std::move(lost)); }

  const api::Api& api() const { return *api_; }

 private:
  Application(Settings settings, ListeningSockets sockets);
  Result<> open();
  net::Task<> work();  // what is to be done now and then
  net::Task<> write_request_log();
  net::Task<> beat();
  net::Task<> keep_promises();

  Settings settings_;
  ListeningSockets sockets_;
  std::shared_ptr<void> lock_;
  SystemClock clock_;
  net::Loop control_{"control"};
  net::Loop outgoing_{"outgoing"};
  net::Loop workers_{"workers"};  // speech and sounds
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<cluster::Node> node_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<cluster::ChangeCount> changes_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<privacy::Privacy> privacy_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<requests::RequestLog> requests_;
  std::unique_ptr<OutgoingHttp> outgoing_http_;
  std::unique_ptr<webhooks::Webhooks> webhooks_;
  std::unique_ptr<numbers::Numbers> numbers_;
  std::unique_ptr<messaging::Messaging> messaging_;
  std::unique_ptr<messaging::OverdueParts> overdue_parts_;
  std::unique_ptr<verify::SpokenCodes> spoken_codes_;
  std::unique_ptr<NumberIntelligence> intelligence_;
  std::unique_ptr<Telephony> telephony_;
  std::unique_ptr<Carriers> carriers_;
  std::unique_ptr<Verification> verification_;
  std::unique_ptr<HttpCarriers> http_carriers_;
  std::unique_ptr<Site> site_;
  std::unique_ptr<HttpListener> listener_;
  std::unique_ptr<SmppListener> smpp_listener_;
  net::TaskGroup tasks_{control_.executor(), "application"};
  net::TaskGroup watched_{control_.executor(), "watched"};
  bool started_ = false;
  bool stopping_ = false;  // on the control thread
};

}  // namespace cloudvno::app
