// SQL of the request log.
#include "domain/requests/request_store.hpp"

#include <fmt/format.h>

#include <map>

namespace cloudvno::requests {
namespace {

vault::Place client_place(const RequestId& id) {
  return {"request_log", "client_sealed", id.view()};
}

// Takes the text up to the next line feed.
std::string next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

void insert_requests(storage::Transaction& tx, std::span<const PendingRequest> pending) {
  std::map<AccountSid, bool> stands;
  for (const auto& [request, keys] : pending) {
    const auto [known, is_new] = stands.emplace(request.account, true);
    if (is_new) {
      known->second =
          tx.query("SELECT 1 FROM account WHERE sid = $1 AND status <> 'erased'", request.account)
              ->next();
    }
    if (!known->second) continue;
    tx.run(
        "INSERT INTO request_log (sid, account_sid, live, api_key_sid, method, route, status, "
        "received_at, duration_us, client_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
        "ON CONFLICT DO NOTHING",
        request.id, request.account, request.live, request.key, request.method, request.route,
        request.status, request.received, request.duration.count(),
        keys->seal(client_place(request.id),
                   fmt::format("{}\n{}\n{}", request.network, request.browser, request.system)));
  }
}

Result<std::vector<LoggedRequest>> list_requests(storage::Transaction& tx, const vault::Keys& keys,
                                                 const api::Conditions& conditions,
                                                 const api::PageQuery& page) {
  std::vector<LoggedRequest> requests;
  const auto where = conditions.where(tx, "request_log");
  const auto rows = tx.query_text(
      fmt::format("SELECT sid, account_sid, live, api_key_sid, method, route, status, received_at, "
                  "duration_us, client_sealed FROM request_log{}{}",
                  where.text, api::page_order(page)),
      where.parameters);
  while (rows->next()) {
    LoggedRequest request;
    request.id = rows->sid<RequestId>(0);
    request.account = rows->sid<AccountSid>(1);
    request.live = rows->boolean(2);
    request.key = rows->sid<ApiKeySid>(3);
    request.method = rows->text(4);
    request.route = rows->text(5);
    request.status = static_cast<int>(rows->integer(6));
    request.received = rows->time(7);
    request.duration = Micros(rows->integer(8));
    TRY_ASSIGN(const auto client, keys.open(client_place(request.id), rows->bytes(9)));
    std::string_view left = client;
    request.network = next_line(left);
    request.browser = next_line(left);
    request.system = next_line(left);
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace cloudvno::requests
