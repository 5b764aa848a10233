// Documents that speak a code.
#include "domain/verify/spoken_codes.hpp"

#include <fmt/format.h>

#include "domain/verify/code.hpp"
#include "domain/verify/phrases.hpp"
#include "domain/verify/text.hpp"
#include "domain/verify/verification_store.hpp"

namespace cloudvno::verify {
namespace {

constexpr std::string_view base = "https://verification.invalid/";
constexpr std::size_t sid_length = 34;

http::Response answer_with(std::string document) {
  http::Response response;
  response.status = 200;
  response.headers.add("Content-Type", "text/xml");
  response.body = std::move(document);
  return response;
}

}  // namespace

std::string document_url(const vault::Keys& keys, const AccountSid& account,
                         const VerificationSid& sid) {
  return fmt::format("{}{}/{}/{}", base, account.view(), sid.view(),
                     to_hex(keys.blind_index("verification.document", sid.view())));
}

net::Task<bool> SpokenCodes::speaks(std::string_view language) {
  if (!speech_ || language == "en") co_return true;
  co_return (co_await speech_->speak({"0", {}, std::string(language)})).has_value();
}

net::Task<std::expected<http::Response, voice::DocumentFailure>> SpokenCodes::fetch(
    voice::DocumentRequest request) {
  const std::string_view url(request.url);
  if (!url.starts_with(base)) co_return co_await others_.fetch(std::move(request));
  const voice::DocumentFailure gone{11200, "The verification is gone", false};
  const auto rest = url.substr(base.size());
  if (rest.size() <= 2 * (sid_length + 1)) co_return std::unexpected(gone);
  const auto account_sid = AccountSid::parse(rest.substr(0, sid_length));
  const auto sid = VerificationSid::parse(rest.substr(sid_length + 1, sid_length));
  if (!account_sid || !sid) co_return std::unexpected(gone);
  const auto account = co_await accounts_.find(*account_sid);
  if (!account) co_return std::unexpected(gone);
  const auto& keys = *(*account)->keys;
  if (!equal_in_constant_time(as_bytes(url), as_bytes(document_url(keys, *account_sid, *sid)))) {
    co_return std::unexpected(gone);
  }
  const auto verification =
      co_await database_.read([&](storage::Transaction& tx) -> Result<Verification> {
        return find_verification(tx, keys, *account_sid, *sid);
      });
  if (!verification) {
    co_return std::unexpected(
        voice::DocumentFailure{11200, "The verification cannot be read", true});
  }
  // Between the order of the call and its answer the code may have come to its end.
  if (verification->is_over(clock_.now())) co_return answer_with("<Response><Hangup/></Response>");
  auto spoken = verification->request;
  if (!co_await speaks(phrases_of(spoken.locale).language)) spoken.locale = "en";
  co_return answer_with(
      spoken_document(spoken, derive_code(keys, *sid, verification->request.code_length)));
}

}  // namespace cloudvno::verify
