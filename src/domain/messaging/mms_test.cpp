// Whole lives of MMS: fetched, kept, sent, received, shown and forgotten.
#include <gmock/gmock.h>

#include "domain/messaging/media_store.hpp"
#include "domain/messaging/testing/messaging_test_base.hpp"
#include "domain/privacy/legal_hold.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* cat = "https://app.example/cat.png";
constexpr const char* song = "https://app.example/song.mp3";

class Mms : public testing::MessagingTest {
 protected:
  Mms() {
    // Of several pieces, and of every byte.
    std::string picture;
    for (int i = 0; i < 150'000; ++i) picture.push_back(static_cast<char>(i % 256));
    media_.items[cat] = {"image/png", std::move(picture)};
    media_.items[song] = {"audio/mpeg", "la la"};
  }
  static std::string path(const json::value& message, std::string_view tail = {}) {
    return fmt::format("/v1/messages/{}{}", std::string(message.at("sid").as_string()), tail);
  }
  json::value read(const json::value& message) {
    return json::parse(request("GET", path(message)).body);
  }
  json::array media_of(const json::value& message) {
    return json::parse(request("GET", path(message, "/media")).body).at("data").as_array();
  }
  void until_ticking(std::function<bool()> condition) {
    until([&] {
      messaging_->tick();
      return condition();
    });
  }
  void until_state(const json::value& message, std::string_view state) {
    until_ticking([&] { return status_of(message) == state; });
  }
  std::int64_t rows(std::string_view table) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
          const auto found = tx.query_text(fmt::format("SELECT COUNT(*) FROM {}", table), {});
          return found->next() ? found->integer(0) : -1;
        })
        .value();
  }
  json::value deliver(json::object extra = {}) {
    extra["media_url"] = cat;
    const auto message = send(std::move(extra));
    until_ticking([&] { return carrier_.waiting.size() == 1; });
    carrier_.accept_next();
    until_state(message, "sent");
    receipt(fmt::format("id{}", carrier_.last_id), ReceiptState::delivered);
    until_state(message, "delivered");
    return message;
  }
  void call_at(std::string_view url, std::string answer = {}) {
    ASSERT_EQ(request("POST", "/v1/incoming_phone_numbers/" + from_, {{"sms_url", url}}).status,
              200);
    if (answer.empty()) return;
    sender_.response.status = 200;
    sender_.response.headers.add("Content-Type", "text/xml");
    sender_.response.body = std::move(answer);
  }
  InboundPart inbound_mms(std::string text) {
    InboundPart part{
        *PhoneNumber::parse("+12015550100"), *PhoneNumber::parse(from_), std::move(text), {}};
    for (const auto* url : {cat, song}) {
      part.media.push_back(std::make_shared<const MediaItem>(media_.items[url]));
    }
    return part;
  }
};

TEST_F(Mms, GoesWithItsMediaOnceTheyWereFetched) {
  media_.holds = true;
  const auto message = send({{"body", ""}, {"media_url", json::array{cat, song}}});
  EXPECT_EQ(std::string(message.at("sid").as_string()).substr(0, 2), "MM");
  EXPECT_EQ(message.at("status").as_string(), "queued");
  EXPECT_EQ(message.at("num_media").as_int64(), 2);
  EXPECT_EQ(message.at("num_segments").as_int64(), 1);
  EXPECT_TRUE(message.at("encoding").is_null());
  EXPECT_EQ(message.at("media").as_array()[1].as_string(), path(message, "/media/1"));
  until_ticking([&] { return media_.under_way == 1; });
  EXPECT_EQ(media_of(message)[0].at("status").as_string(), "pending");
  EXPECT_EQ(request("GET", path(message, "/media/0")).status, 404);
  EXPECT_THAT(carrier_.submissions, IsEmpty());
  media_.release();
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  const auto& submission = carrier_.submissions[0];
  ASSERT_THAT(submission.media, SizeIs(2));
  EXPECT_EQ(submission.media[0]->content, media_.items[cat].content);
  EXPECT_EQ(submission.media[1]->content_type, "audio/mpeg");
  carrier_.accept_next();
  until_state(message, "sent");
  receipt("id1", ReceiptState::delivered);
  EXPECT_EQ(status_of(message), "delivered");
}

TEST_F(Mms, ShowsItsMediaToItsOwnerOnlyAndAsFiles) {
  const auto message = deliver();
  const auto all = media_of(message);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].at("content_type").as_string(), "image/png");
  EXPECT_EQ(all[0].at("size").as_int64(), 150'000);
  const auto file = request("GET", path(message, "/media/0"));
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, media_.items[cat].content);
  EXPECT_EQ(file.headers.value("Content-Type"), "image/png");
  EXPECT_EQ(file.headers.value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(file.headers.value("Content-Disposition"), "attachment");
  EXPECT_THAT(std::string(file.headers.value("Content-Security-Policy")), HasSubstr("sandbox"));
  for (const auto* tail : {"/media/1", "/media/00", "/media/-1", "/media/x", "/media/10"}) {
    EXPECT_EQ(request("GET", path(message, tail)).status, 404) << tail;
  }
  for (const auto* tail : {"/media", "/media/0"}) {
    EXPECT_EQ(request("GET", path(message, tail), {}, other_.test_key).status, 404);
    EXPECT_EQ(request("GET", path(message, tail), {}, test_.live_key).status, 404);
  }
}

TEST_F(Mms, FailsAtOnceWhereTheTypeIsNotOfMms) {
  media_.items[cat].content_type = "text/html";
  const auto message = send({{"media_url", cat}, {"status_callback", "https://app.example/s"}});
  until_state(message, "failed");
  EXPECT_EQ(read(message).at("error_code").as_int64(), 12300);
  EXPECT_THAT(media_.fetched, SizeIs(1));
  until([&] { return !sender_.sent.empty(); });
  EXPECT_EQ(field(sender_.sent[0], "ErrorCode"), "12300");
  EXPECT_EQ(rows("media"), 0) << "the URL is kept no longer than it is of use";
  EXPECT_EQ(rows("outbound_queue"), 0);
}

TEST_F(Mms, TriesAUrlThreeTimes) {
  media_.items.clear();
  const auto message = send({{"media_url", cat}});
  for (std::size_t tries = 1; tries <= 3; ++tries) {
    until_ticking([&] { return media_.fetched.size() == tries; });
    if (tries < 3) EXPECT_EQ(status_of(message), "queued");
    clock_.advance(seconds(25));
  }
  until_state(message, "failed");
  EXPECT_EQ(read(message).at("error_code").as_int64(), 11200);
  EXPECT_THAT(media_.fetched, SizeIs(3));
}

TEST_F(Mms, GoesWhenAUrlAnswersAtTheSecondTry) {
  auto kept = std::exchange(media_.items, {});
  send({{"media_url", cat}});
  until_ticking([&] { return media_.fetched.size() == 1; });
  media_.items = std::move(kept);
  clock_.advance(seconds(6));
  until_ticking([&] { return carrier_.submissions.size() == 1; });
}

TEST_F(Mms, HoldsFiveMebibytesInAll) {
  media_.items[cat].content.assign(most_media_bytes - 5, 'x');
  send({{"media_url", json::array{cat, song}}});
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  media_.items[cat].content.push_back('x');
  const auto message = send({{"media_url", json::array{cat, song}}, {"to", recipient(1)}});
  until_state(message, "failed");
  EXPECT_EQ(read(message).at("error_code").as_int64(), 30019);
}

TEST_F(Mms, EndsWithItsValidityWhileItWaits) {
  media_.items.clear();
  const auto message = send({{"media_url", cat}, {"validity_period", 10}});
  until_ticking([&] { return media_.fetched.size() == 1; });
  clock_.advance(seconds(11));
  until_state(message, "failed");
  EXPECT_EQ(read(message).at("error_code").as_int64(), 30036);
}

TEST_F(Mms, RefusesWhatCannotBeAnMms) {
  const auto refused = [&](json::object extra, std::string key = {}) {
    json::object body{{"from", from_}, {"to", "+12015550100"}};
    for (auto& [name, value] : extra) body[name] = value;
    const auto answer = json::parse(request("POST", "/v1/messages", body, std::move(key)).body);
    return std::string(answer.at("error").at("code").as_string());
  };
  EXPECT_EQ(refused({}), "missing_parameter");
  EXPECT_EQ(refused({{"media_url", ""}}), "missing_parameter");
  EXPECT_EQ(refused({{"media_url", "ftp://app.example/x"}}), "invalid_parameter");
  EXPECT_EQ(refused({{"media_url", "https://me:secret@app.example/x"}}), "invalid_parameter");
  EXPECT_EQ(refused({{"media_url", json::array(11, cat)}}), "invalid_parameter");
  EXPECT_EQ(refused({{"media_url", json::array{1}}}), "invalid_parameter");
  db_->transact_now([&](storage::Transaction& tx) -> Result<> {
       tx.run("UPDATE incoming_number SET mms = $1", false);
       return {};
     })
      .value();
  EXPECT_EQ(refused({{"media_url", cat}}), "number_not_mms_capable");
}

TEST_F(Mms, GoesOnlyToACarrierThatTakesSoManyMedia) {
  // The carrier of the account's live number takes none, and no other one is there for it.
  const auto number = PhoneNumber::parse("+12065550142").value();
  db_->transact_now([&](storage::Transaction& tx) {
       return numbers::assign_carrier_number(tx, vault_, *test_.account.keys, test_.account.sid,
                                             number, "acme", "US", clock_.now());
     })
      .value();
  db_->transact_now([&](storage::Transaction& tx) -> Result<> {
       tx.run("UPDATE incoming_number SET mms = $1", true);
       return {};
     })
      .value();
  const json::object body{
      {"from", number.e164()}, {"to", "+14155550199"}, {"media_url", json::array{cat, cat}}};
  const auto ask = [&] { return request("POST", "/v1/messages", body, test_.live_key); };
  EXPECT_THAT(ask().body, HasSubstr("no_carrier"));
  end();
  live_carrier_.traits().most_media = 1;
  start();
  EXPECT_THAT(ask().body, HasSubstr("no_carrier"));
  end();
  live_carrier_.traits().most_media = 2;
  start();
  EXPECT_EQ(ask().status, 201);
  until_ticking([&] { return live_carrier_.submissions.size() == 1; });
  EXPECT_THAT(live_carrier_.submissions[0].media, SizeIs(2));
  live_carrier_.accept_next();
}

TEST_F(Mms, FetchesTheRestAfterARestart) {
  const auto message = send({{"media_url", json::array{cat, song}}});
  media_.items.erase(song);
  until_ticking([&] { return media_.fetched.size() == 2; });
  media_.items[song] = {"audio/mpeg", "la la"};
  media_.holds = true;
  clock_.advance(seconds(6));
  until_ticking([&] { return media_.under_way == 1; });
  end();  // in the middle
  media_.release();
  media_.under_way = 0;
  start();
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  EXPECT_THAT(media_.fetched, ElementsAre(cat, song, song, song));
  EXPECT_THAT(carrier_.submissions[0].media, SizeIs(2));
  carrier_.accept_next();
  until_state(message, "sent");
  EXPECT_FALSE(read(message).at("possible_duplicate").as_bool());
}

TEST_F(Mms, GoesAgainMarkedAfterACrash) {
  const auto message = send({{"media_url", cat}});
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  end();
  start();
  until_ticking([&] { return carrier_.submissions.size() == 2; });
  ASSERT_THAT(carrier_.submissions[1].media, SizeIs(1));
  carrier_.accept_next();
  until_state(message, "sent");
  EXPECT_TRUE(read(message).at("possible_duplicate").as_bool());
}

TEST_F(Mms, ASilentServerHoldsUpItsOwnersMmsOnly) {
  media_.holds = true;
  for (int i = 0; i < 20; ++i) send({{"media_url", cat}, {"to", recipient(i)}});
  until_ticking([&] { return media_.under_way == MediaFetches::most_of_account; });
  const auto text = send({{"to", recipient(30)}});
  until_ticking([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until_state(text, "sent");
  EXPECT_EQ(media_.most_under_way, MediaFetches::most_of_account);
  media_.release();
  carrier_.answers_at_once = true;
  until_ticking([&] { return carrier_.submissions.size() == 21; });
}

TEST_F(Mms, OtherAccountsAreFetchedForBehindManyOfOne) {
  media_.holds = true;
  const json::object item{{"to", recipient(1)}, {"media_url", cat}};
  const json::array many(40, item);
  EXPECT_EQ(request("POST", "/v1/messages/batch", {{"from", from_}, {"messages", many}}).status,
            201);
  const auto theirs = db_->transact_now([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *other_.account.keys, other_.account.sid,
                                           clock_.now());
  });
  clock_.advance(seconds(1));
  const json::object body{
      {"from", theirs->front().number.e164()}, {"to", recipient(2)}, {"media_url", song}};
  EXPECT_EQ(request("POST", "/v1/messages", body, other_.test_key).status, 201);
  until_ticking([&] { return media_.under_way == MediaFetches::most_of_account + 1; });
  EXPECT_THAT(media_.fetched, Contains(song));
  media_.release();
}

TEST_F(Mms, IsForgottenWithItsText) {
  const auto message = deliver();
  const auto redacted = json::parse(request("POST", path(message), {{"body", ""}}).body);
  EXPECT_EQ(redacted.at("num_media").as_int64(), 0);
  EXPECT_THAT(redacted.at("media").as_array(), IsEmpty());
  EXPECT_TRUE(redacted.at("encoding").is_null());
  EXPECT_THAT(media_of(message), IsEmpty());
  EXPECT_EQ(request("GET", path(message, "/media/0")).status, 404);
  EXPECT_EQ(rows("media") + rows("media_piece"), 0);
}

TEST_F(Mms, IsDeletedWithItsMedia) {
  const auto message = deliver();
  EXPECT_EQ(rows("media_piece"), 3);
  EXPECT_EQ(request("DELETE", path(message)).status, 204);
  EXPECT_EQ(rows("media") + rows("media_piece"), 0);
}

TEST_F(Mms, KeepsNoMediaWhereItAskedNotTo) {
  const auto message = deliver({{"content_retention", "discard"}});
  EXPECT_EQ(read(message).at("num_media").as_int64(), 0);
  EXPECT_EQ(rows("media") + rows("media_piece"), 0);
  const auto obfuscated = deliver({{"address_retention", "obfuscate"}, {"to", recipient(2)}});
  EXPECT_EQ(read(obfuscated).at("num_media").as_int64(), 1);
  EXPECT_EQ(rows("media"), 1) << "its media are not addresses";
}

TEST_F(Mms, KeepsItsMediaUnderALegalHold) {
  const privacy::LegalHold hold{
      HoldSid::make(clock_.now()), test_.account.sid, "", "case 7", clock_.now(), {}};
  db_->transact_now([&](storage::Transaction& tx) -> Result<> {
       return privacy::insert_hold(tx, *test_.account.keys, hold);
     })
      .value();
  const auto message = deliver({{"content_retention", "discard"}});
  EXPECT_EQ(request("GET", path(message, "/media/0")).status, 200);
  EXPECT_THAT(request("POST", path(message), {{"body", ""}}).body, HasSubstr("legal_hold"));
  media_.items[song].content_type = "text/html";
  const auto failed = send({{"media_url", song}, {"to", recipient(1)}});
  until_state(failed, "failed");
  EXPECT_EQ(rows("media"), 2) << "the URL of what was not fetched too";
}

TEST_F(Mms, ThatIsScheduledIsFetchedWhenItIsDue) {
  const auto at = to_iso8601(clock_.now() + minutes(10));
  const auto message = send({{"media_url", cat}, {"send_at", at}});
  const auto canceled = send({{"media_url", cat}, {"send_at", at}});
  EXPECT_EQ(request("POST", path(canceled), {{"status", "canceled"}}).status, 200);
  EXPECT_EQ(rows("media"), 1) << "nobody will fetch that one";
  messaging_->tick();
  EXPECT_THAT(media_.fetched, IsEmpty());
  clock_.advance(minutes(11));
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  EXPECT_THAT(carrier_.submissions[0].media, SizeIs(1));
  carrier_.accept_next();
  until_state(message, "sent");
}

TEST_F(Mms, MayBeOneOfABatch) {
  const json::array messages{json::object{{"to", recipient(1)}, {"media_url", song}},
                             json::object{{"to", recipient(2)}, {"body", "text"}}};
  const auto answer = json::parse(
      request("POST", "/v1/messages/batch", {{"from", from_}, {"messages", messages}}).body);
  const auto& first = answer.at("data").as_array()[0].at("message");
  EXPECT_EQ(std::string(first.at("sid").as_string()).substr(0, 2), "MM");
  carrier_.answers_at_once = true;
  until_ticking([&] { return carrier_.submissions.size() == 2; });
}

TEST_F(Mms, ThatComesInIsKeptAndTold) {
  call_at("https://app.example/sms");
  EXPECT_EQ(inbound(inbound_mms("look")), Intake::kept);
  until([&] { return sender_.sent.size() == 1; });
  const auto& told = sender_.sent[0];
  const auto sid = field(told, "MessageSid");
  EXPECT_EQ(sid.substr(0, 2), "MM");
  EXPECT_EQ(field(told, "Body"), "look");
  EXPECT_EQ(field(told, "NumMedia"), "2");
  EXPECT_EQ(field(told, "NumSegments"), "1");
  EXPECT_EQ(field(told, "MediaUrl0"), fmt::format("https://host/v1/messages/{}/media/0", sid));
  EXPECT_EQ(field(told, "MediaContentType0"), "image/png");
  EXPECT_EQ(field(told, "MediaContentType1"), "audio/mpeg");
  EXPECT_EQ(request("GET", fmt::format("/v1/messages/{}/media/0", sid)).body,
            media_.items[cat].content);
}

TEST_F(Mms, MayBeAReply) {
  call_at("https://app.example/sms",
          "<Response><Message>meow<Media>/cat.png</Media></Message></Response>");
  EXPECT_EQ(inbound(inbound_mms("")), Intake::kept);
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  EXPECT_EQ(carrier_.submissions[0].text, "meow");
  ASSERT_THAT(carrier_.submissions[0].media, SizeIs(1));
  EXPECT_EQ(carrier_.submissions[0].media[0]->content, media_.items[cat].content);
}

TEST_F(Mms, GoesAgainWithItsMediaAfterATemporaryError) {
  const auto message = send({{"media_url", cat}});
  until_ticking([&] { return carrier_.submissions.size() == 1; });
  carrier_.answer_next({SubmitResult::temporary, {}, 0});
  clock_.advance(seconds(6));
  until_ticking([&] { return carrier_.submissions.size() == 2; });
  ASSERT_THAT(carrier_.submissions[1].media, SizeIs(1)) << "read anew for each try";
  carrier_.accept_next();
  until_state(message, "sent");
}

TEST(MmsType, IsReadFromTheContentType) {
  EXPECT_EQ(mms_type("image/png"), "image/png");
  EXPECT_EQ(mms_type("IMAGE/JPEG ; q=1"), "image/jpeg");
  for (const auto* other : {"", ";", "text/html", "image/svg+xml", "image/png x", "image"}) {
    EXPECT_FALSE(mms_type(other)) << other;
  }
}

}  // namespace
}  // namespace cloudvno::messaging
