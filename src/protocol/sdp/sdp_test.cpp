// Session descriptions: what is read, and what is answered.
#include "protocol/sdp/sdp.hpp"

#include <gmock/gmock.h>

namespace cloudvno::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An offer as desk phones write them: two media, dynamic payload types, hold at session level.
constexpr std::string_view phone_offer =
    "v=0\r\n"
    "o=- 1 1 IN IP4 192.0.2.9\r\n"
    "s=call\r\n"
    "c=IN IP4 192.0.2.9\r\n"
    "t=0 0\r\n"
    "m=audio 49170 RTP/AVP 96 8 0 97\r\n"
    "a=rtpmap:96 opus/48000/2\r\n"
    "a=fmtp:96 useinbandfec=1\r\n"
    "a=rtpmap:97 telephone-event/8000\r\n"
    "a=fmtp:97 0-16\r\n"
    "a=ptime:30\r\n"
    "a=sendonly\r\n"
    "m=video 49172 RTP/AVP 31\r\n"
    "c=IN IP4 192.0.2.10\r\n";

Local us() {
  Local local;
  local.address = "198.51.100.1";
  local.port = 20'000;
  local.session_id = 7;
  local.version = 1;
  local.codecs = telephone_codecs();
  return local;
}

TEST(Sdp, ReadsAnOffer) {
  auto offer = parse(phone_offer);
  ASSERT_TRUE(offer && offer->audio);
  EXPECT_EQ(offer->audio->address, "192.0.2.9");
  EXPECT_EQ(offer->audio->port, 49'170);
  EXPECT_EQ(offer->audio->ptime_ms, 30);
  EXPECT_EQ(offer->audio->direction, Direction::sendonly);
  EXPECT_THAT(
      offer->audio->codecs,
      ElementsAre(Codec{96, "opus", 48'000, "useinbandfec=1"}, Codec{8, "PCMA", 8'000, ""},
                  Codec{0, "PCMU", 8'000, ""}, Codec{97, "telephone-event", 8'000, "0-16"}));
}

TEST(Sdp, AnswersInTheOffersOrderAndRefusesOtherMedia) {
  auto answer = write_answer(*parse(phone_offer), us());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text,
            "v=0\r\no=- 7 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
            "m=audio 20000 RTP/AVP 8 0 97\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\n"
            "a=ptime:20\r\na=recvonly\r\n"
            "m=video 0 RTP/AVP 31\r\n");
  EXPECT_EQ(answer->chosen.direction, Direction::sendonly);
}

TEST(Sdp, ReadsWhatItOffers) {
  Local local = us();
  local.direction = Direction::sendonly;
  auto offer = parse(write_offer(local));
  ASSERT_TRUE(offer && offer->audio);
  EXPECT_EQ(offer->audio->codecs, telephone_codecs());
  EXPECT_EQ(offer->audio->direction, Direction::sendonly);
}

TEST(Sdp, TakesANullAddressForHold) {
  auto offer = parse("v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n");
  auto answer = write_answer(*offer, us());
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->text, HasSubstr("a=recvonly"));
}

TEST(Sdp, AnswersIPv6) {
  Local local = us();
  local.address = "2001:db8::1";
  auto offer = parse("v=0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::9\r\n");
  ASSERT_TRUE(offer && offer->audio);
  EXPECT_EQ(offer->audio->address, "2001:db8::9");
  EXPECT_THAT(write_answer(*offer, local)->text, HasSubstr("c=IN IP6 2001:db8::1"));
}

TEST(Sdp, FindsNoAnswerWithoutACommonVoiceCodec) {
  EXPECT_FALSE(write_answer(*parse("v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 18 101\r\n"
                                   "a=rtpmap:101 telephone-event/8000\r\n"),
                            us()));
  EXPECT_FALSE(write_answer(*parse("v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 0 RTP/AVP 0\r\n"), us()));
}

TEST(Sdp, RefusesWhatIsNoDescription) {
  std::string many = "v=0\r\nc=IN IP4 192.0.2.9\r\n";
  for (int at = 0; at < 17; ++at) many += "m=audio 0 RTP/AVP 0\r\n";
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string("v=0\r\nm=audio x RTP/AVP 0\r\n"),
        std::string("v=0\r\nm=audio 70000 RTP/AVP 0\r\n"), std::string("v=0\r\nnonsense\r\n"),
        std::string("v=0\r\nm=audio 4000 RTP/AVP 0\r\n"), many, std::string(20'000, 'v')})
    EXPECT_FALSE(parse(text)) << text.substr(0, 60);
}

}  // namespace
}  // namespace cloudvno::sdp
