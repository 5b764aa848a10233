// The documents of calls that speak a code: made when the call asks for them, so that no code is
// kept with a call.
#pragma once

#include "domain/accounts/accounts.hpp"
#include "domain/verify/verification.hpp"
#include "domain/voice/documents.hpp"
#include "domain/voice/speech.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::verify {

// Where the call of a verification finds its document: a URL that only we make, because it ends
// with a keyed hash, and that leads nowhere else (".invalid": RFC 2606 section 2).
std::string document_url(const vault::Keys& keys, const AccountSid& account,
                         const VerificationSid& sid);

// Stands in front of the documents of customers' applications, which answer all other URLs.
class SpokenCodes final : public voice::Documents {
 public:
  SpokenCodes(storage::Database& database, accounts::Accounts& accounts, const Clock& clock,
              voice::Documents& others)
      : database_(database), accounts_(accounts), clock_(clock), others_(others) {}

  // Where a language is not spoken here, English is: a code that nobody hears helps nobody. Before
  // the first call.
  void speak_by(voice::Speech& speech) { speech_ = &speech; }

  net::Task<std::expected<http::Response, voice::DocumentFailure>> fetch(
      voice::DocumentRequest request) override;

 private:
  net::Task<bool> speaks(std::string_view language);

  storage::Database& database_;
  accounts::Accounts& accounts_;
  const Clock& clock_;
  voice::Documents& others_;
  voice::Speech* speech_ = nullptr;
};

}  // namespace cloudvno::verify
