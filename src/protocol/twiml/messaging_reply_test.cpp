// Answers to inbound messages.
#include "protocol/twiml/messaging_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloudvno::twiml {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

MessagingReply reply(const std::string& inside) {
  return parse_messaging_reply("text/xml", "<Response>" + inside + "</Response>").value();
}

Message message(const std::string& element) {
  const auto read = reply(element);
  EXPECT_THAT(read.warnings, IsEmpty());
  return std::get<Message>(read.verbs.at(0));
}

Redirect redirect(const std::string& element) {
  return std::get<Redirect>(reply(element).verbs.at(0));
}

int fault_of(std::string_view type, std::string_view body) {
  const auto read = parse_messaging_reply(type, body);
  return read ? 0 : read.error().code;
}

// | Message | to (inbound From) | from (inbound To) | action none | method POST | statusCallback
// none |
TEST(MessagingReply, LeavesAbsentAttributesOfMessageToTheirDefaults) {
  const auto read = message("<Message>Hello</Message>");
  EXPECT_EQ(read.body, "Hello");
  EXPECT_EQ(read.to, std::nullopt);
  EXPECT_EQ(read.from, std::nullopt);
  EXPECT_EQ(read.action, std::nullopt);
  EXPECT_EQ(read.method, Method::post);
  EXPECT_EQ(read.status_callback, std::nullopt);
  EXPECT_THAT(read.media, IsEmpty());
}

TEST(MessagingReply, ReadsEveryAttributeOfMessage) {
  const auto read = message(
      "<Message to='+15550100' from='+15550101' action='/next?a=1&amp;b=2' method='GET' "
      "statusCallback='https://app.example/status'>Hello</Message>");
  EXPECT_EQ(read.to, "+15550100");
  EXPECT_EQ(read.from, "+15550101");
  EXPECT_EQ(read.action, "/next?a=1&b=2");
  EXPECT_EQ(read.method, Method::get);
  EXPECT_EQ(read.status_callback, "https://app.example/status");
}

TEST(MessagingReply, TellsAnEmptyActionFromNone) {
  EXPECT_EQ(message("<Message action=''>x</Message>").action, "");
}

// | Message content | plain text, or Body (<= 1600 chars) and Media (URL, <= 10) |
TEST(MessagingReply, ReadsBodyAndMediaOfMessage) {
  const auto read = message(R"(
    <Message>
      <Body> Look &amp; see: <![CDATA[<3]]> </Body>
      <Media>https://app.example/1.jpg</Media>
      <Media> https://app.example/2.jpg </Media>
    </Message>)");
  EXPECT_EQ(read.body, "Look & see: <3");
  EXPECT_THAT(read.media, ElementsAre("https://app.example/1.jpg", "https://app.example/2.jpg"));
}

TEST(MessagingReply, TakesMediaBesidePlainTextAndAlone) {
  const auto beside = message("<Message>Look<Media>https://app.example/1</Media></Message>");
  EXPECT_EQ(beside.body, "Look");
  EXPECT_THAT(beside.media, SizeIs(1));
  EXPECT_THAT(message("<Message><Media>https://app.example/1</Media></Message>").media, SizeIs(1));
}

TEST(MessagingReply, KeepsLineEndsInsideABody) {
  EXPECT_EQ(message("<Message>\n one\r\n two\n</Message>").body, "one\n two");
}

TEST(MessagingReply, TakesTenMediaAndWarnsOfMore) {
  std::string media;
  for (int i = 0; i < 10; ++i) media += "<Media>https://app.example/m</Media>";
  EXPECT_THAT(message("<Message>" + media + "</Message>").media, SizeIs(10));
  const auto more = reply("<Message>" + media + "<Media>https://app.example/11</Media></Message>");
  EXPECT_THAT(std::get<Message>(more.verbs.at(0)).media, SizeIs(10));
  ASSERT_THAT(more.warnings, SizeIs(1));
  EXPECT_EQ(more.warnings[0].code, code::schema_warning);
}

TEST(MessagingReply, Takes1600CharactersAndLeavesALongerMessageOut) {
  std::string body;
  for (int i = 0; i < 1'600; ++i) body += "€";
  EXPECT_EQ(message("<Message>" + body + "</Message>").body, body);
  const auto longer = reply("<Message>" + body + "!</Message><Message>next</Message>");
  ASSERT_THAT(longer.verbs, SizeIs(1));
  EXPECT_EQ(std::get<Message>(longer.verbs[0]).body, "next");
  ASSERT_THAT(longer.warnings, SizeIs(1));
  EXPECT_EQ(longer.warnings[0].code, code::wrong_message_body);
}

TEST(MessagingReply, LeavesAMessageOutThatHasNothingToSend) {
  for (const auto* element : {"<Message/>", "<Message>  </Message>", "<Message><Body/></Message>",
                              "<Message><Media></Media></Message>"}) {
    const auto read = reply(element);
    EXPECT_THAT(read.verbs, IsEmpty()) << element;
    ASSERT_THAT(read.warnings, SizeIs(1)) << element;
    EXPECT_EQ(read.warnings[0].code, code::wrong_message_body) << element;
  }
}

// | Redirect | URL | method POST |
TEST(MessagingReply, ReadsRedirect) {
  EXPECT_EQ(redirect("<Redirect> /other </Redirect>").url, "/other");
  EXPECT_EQ(redirect("<Redirect>/other</Redirect>").method, Method::post);
  EXPECT_EQ(redirect("<Redirect method='get'>/other</Redirect>").method, Method::get);
  EXPECT_EQ(redirect("<Redirect/>").url, "");
}

TEST(MessagingReply, KeepsTheOrderOfVerbs) {
  const auto read =
      reply("<Message>1</Message><Message>2</Message><Redirect>3</Redirect><Message>4</Message>");
  ASSERT_THAT(read.verbs, SizeIs(4));
  EXPECT_EQ(std::get<Message>(read.verbs[1]).body, "2");
  EXPECT_EQ(std::get<Redirect>(read.verbs[2]).url, "3");
  EXPECT_EQ(std::get<Message>(read.verbs[3]).body, "4");
}

TEST(MessagingReply, WarnsOfWhatItIgnores) {
  const auto read = reply(
      "stray<Say>no</Say><message>no</message>"
      "<Message colour='red' To='+1'><Body size='3'>yes</Body><Image/></Message>"
      "<Redirect action='x'>/next</Redirect>");
  EXPECT_THAT(read.verbs, SizeIs(2));
  std::vector<std::string> texts;
  for (const auto& warning : read.warnings) {
    EXPECT_EQ(warning.code, code::schema_warning);
    texts.push_back(warning.text);
  }
  EXPECT_THAT(texts, ElementsAre("Response has no element Say; it was ignored",
                                 "Response has no element message; it was ignored",
                                 "Response takes no text; it was ignored",
                                 "Message has no attribute colour; it was ignored",
                                 "Message has no attribute To; it was ignored",
                                 "Message has no element Image; it was ignored",
                                 "Body has no attribute size; it was ignored",
                                 "Redirect has no attribute action; it was ignored"));
}

TEST(MessagingReply, WarnsOfAMethodThatIsNone) {
  const auto read = reply("<Message method='PUT'>x</Message>");
  EXPECT_EQ(std::get<Message>(read.verbs.at(0)).method, Method::post);
  ASSERT_THAT(read.warnings, SizeIs(1));
  EXPECT_EQ(read.warnings[0].code, code::schema_warning);
}

TEST(MessagingReply, SaysNothingOfNamespaceDeclarations) {
  const auto read = parse_messaging_reply(
      "text/xml",
      "<Response xmlns='urn:x' xmlns:xsi='urn:y' xsi:schemaLocation='z'><Message>x</Message>"
      "</Response>");
  EXPECT_THAT(read->warnings, IsEmpty());
}

TEST(MessagingReply, WarnsTwentyTimesAtMostAndBriefly) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "<" + std::string(200, 'x') + "/>";
  const auto read = reply(many);
  EXPECT_THAT(read.warnings, SizeIs(20));
  EXPECT_LT(read.warnings[0].text.size(), 100u);
}

TEST(MessagingReply, TakesPlainTextAsTheReply) {
  const auto read = parse_messaging_reply("text/plain; charset=utf-8", "Thanks, <ok> & bye\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<Message>(read->verbs.at(0)).body, "Thanks, <ok> & bye");
  EXPECT_EQ(std::get<Message>(
                parse_messaging_reply("text/plain; charset=iso-8859-1", "caf\xE9")->verbs.at(0))
                .body,
            "café");
}

TEST(MessagingReply, RefusesAPlainTextThatCannotBeSent) {
  EXPECT_EQ(fault_of("text/plain", std::string(1'601, 'a')), code::wrong_message_body);
  EXPECT_EQ(fault_of("text/plain", "caf\xE9"), code::wrong_message_body);
}

TEST(MessagingReply, TakesNothingAsNoReply) {
  for (const auto* type : {"", "text/xml", "text/plain", "application/json"}) {
    for (const auto* body : {"", " \r\n"}) {
      const auto read = parse_messaging_reply(type, body);
      ASSERT_TRUE(read) << type;
      EXPECT_THAT(read->verbs, IsEmpty());
      EXPECT_THAT(read->warnings, IsEmpty());
    }
  }
  EXPECT_THAT(parse_messaging_reply("text/xml", "<Response/>")->verbs, IsEmpty());
}

// | text/xml, application/xml, text/html = TwiML | text/plain = reply | others: 12300 |
TEST(MessagingReply, TakesTwimlByItsContentTypesOnly) {
  for (const auto* type : {"text/xml", "application/xml", "text/html", "text/xml; charset=utf-8"}) {
    EXPECT_EQ(fault_of(type, "<Response/>"), 0) << type;
  }
  for (const auto* type : {"", "application/json", "audio/mpeg", "image/png", "text/css"}) {
    EXPECT_EQ(fault_of(type, "<Response/>"), 12300) << type;
  }
}

TEST(MessagingReply, NamesFaultsByTheirCodes) {
  EXPECT_EQ(fault_of("text/xml", "<Response><Message>x</Response>"), 12100);
  EXPECT_EQ(fault_of("text/html", "<html></html>"), 12102);
  EXPECT_EQ(fault_of("text/xml", std::string(65'537, ' ')), 11750);
  EXPECT_EQ(fault_of("text/plain", std::string(65'537, 'a')), 11750);
}

}  // namespace
}  // namespace cloudvno::twiml
