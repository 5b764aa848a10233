// The ways of a code besides a plain SMS.
#include "domain/verify/testing/verify_test_base.hpp"

namespace cloudvno::verify {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class VerifyChannels : public testing::VerifyTest {};

TEST_F(VerifyChannels, TellsWhatBecameOfTheMessage) {
  const auto sent = send();
  const auto path = "/v1/verify/" + std::string(sent.at("sid").as_string());
  until([&] { return get(path).at("delivery_status") == "sent"; });
  bool taken = false;
  messaging_->on_receipt(carrier_, {"id1", messaging::ReceiptState::undelivered, 30003},
                         [&](messaging::Intake) { taken = true; });
  until([&] { return taken; });
  EXPECT_EQ(get(path).at("delivery_status"), "undelivered");
  EXPECT_TRUE(get(path).at("delivery_error").is_string());
  EXPECT_EQ(send({}, 200).at("delivery_error"), json::value(nullptr));
}

TEST_F(VerifyChannels, SpeaksTheCodeAndAgainAfterAKey) {
  const auto sent = send({{"channel", "voice"}, {"locale", "de"}});
  const auto code = code_of(sent);
  until([&] { return !phone_.peers.empty(); });
  auto& peer = phone_.peer(0);
  EXPECT_EQ(peer.order.to, handset);
  phone_.answer(peer);
  const auto digits = [&] {
    std::string heard;
    for (const auto& spoken : speech_.spoken) {
      EXPECT_EQ(spoken.language, "de");
      if (spoken.text.size() == 1) heard += spoken.text;
    }
    return heard;
  };
  until([&] {
    clock_.advance(500ms);
    return digits().size() >= 2 * code.size();
  });
  EXPECT_EQ(digits(), code + code);
  phone_.press(peer, "1");
  until([&] {
    clock_.advance(100ms);
    return digits().size() >= 3 * code.size();
  });
  EXPECT_TRUE(digits().starts_with(code + code + code));
  phone_.hang_up(peer);
  settle();
  EXPECT_TRUE(get("/v1/calls").at("data").as_array().empty());
  EXPECT_TRUE(app_.asked.empty());
  EXPECT_EQ(check(code).at("valid"), true);
  EXPECT_EQ(events(), (std::vector<std::string>{"verification.created", "verification.approved"}));
}

TEST_F(VerifyChannels, SpeaksEnglishWhereTheLanguageIsNotSpokenHere) {
  class EnglishOnly final : public voice::Speech {
   public:
    net::Task<Result<voice::SoundPtr>> speak(voice::SpeechRequest request) override {
      if (request.language == "en") co_return nullptr;
      co_return fail(Errc::invalid_parameter);
    }
  } english;
  documents_->speak_by(english);
  const auto sent = send({{"channel", "voice"}, {"locale", "de"}});
  until([&] { return !phone_.peers.empty(); });
  phone_.answer(phone_.peer(0));
  until([&] { return !speech_.spoken.empty(); });
  EXPECT_EQ(speech_.spoken.front().language, "en");
}

TEST_F(VerifyChannels, BringsMailOutOfTheStoreUntilItIsTaken) {
  using enum Brought::Result;
  email_.answers = {{try_again, "The relay did not answer."}, {done, {}}};
  const auto sent = send({{"to", "Ada@Example.com"}, {"channel", "email"}, {"locale", "fr"}});
  const auto code = code_of(sent);
  until([&] { return email_.brought.size() == 1; });
  settle();
  const auto path = "/v1/verify/" + std::string(sent.at("sid").as_string());
  EXPECT_EQ(get(path).at("delivery_error"), "The relay did not answer.");
  end();
  start();
  clock_.advance(5s);
  until([&] { return email_.brought.size() == 2; });
  settle();
  EXPECT_EQ(get(path).at("delivery_error"), json::value(nullptr));
  const auto& mail = email_.brought.back();
  EXPECT_EQ(mail.to, "ada@example.com");
  EXPECT_EQ(mail.code, code);
  EXPECT_EQ(mail.subject, "Votre code de vérification");
  EXPECT_TRUE(mail.text.contains(code));
  pass(60s);
  EXPECT_EQ(email_.brought.size(), 2u);
  EXPECT_EQ(check(code, {{"to", "ADA@example.com"}}).at("valid"), true);
  EXPECT_TRUE(guard_.judged.empty() && guard_.approved.empty());
}

TEST_F(VerifyChannels, AreNotHeldUpByAnotherThatHangs) {
  email_.hangs = true;
  for (int i = 0; i < 40; ++i) {
    send({{"to", fmt::format("person{}@example.com", i)}, {"channel", "email"}});
  }
  settle();
  EXPECT_EQ(email_.brought.size(), Deliveries::most_of_account);
  send({{"channel", "whatsapp"}});
  until([&] { return whatsapp_.brought.size() == 1; });
}

TEST_F(VerifyChannels, TellsWhyAChannelRefused) {
  using enum Brought::Result;
  whatsapp_.answers = {{refused, "The number has no WhatsApp."}};
  const auto sent = send({{"channel", "whatsapp"}});
  until([&] { return whatsapp_.brought.size() == 1; });
  EXPECT_EQ(whatsapp_.brought[0].from, from_);
  settle();
  EXPECT_EQ(get("/v1/verify/" + std::string(sent.at("sid").as_string())).at("delivery_error"),
            "The number has no WhatsApp.");
  // Another channel, the same code.
  const auto again = send({{"channel", "sms"}}, 200);
  EXPECT_EQ(again.at("channel"), "sms");
  EXPECT_TRUE(last_text().contains(whatsapp_.brought[0].code));
}

}  // namespace
}  // namespace cloudvno::verify
