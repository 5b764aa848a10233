// Loading TwiML documents.
#include "protocol/twiml/document.hpp"

#include <gtest/gtest.h>

namespace cloudvno::twiml {
namespace {

int code_of(std::string_view body) {
  const auto root = load_document(body);
  return root ? 0 : root.error().code;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Document, KeepsElementsAttributesAndTextsInOrder) {
  const auto root = load_document(R"(<?xml version="1.0" encoding="UTF-8"?>
    <Response><Say voice="woman" loop="">One <break time="1s"/> two</Say><Hangup/></Response>)");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->children.size(), 2u);
  const auto& say = root->children[0];
  EXPECT_EQ(say.name, "Say");
  EXPECT_EQ(say.attribute("voice"), "woman");
  EXPECT_EQ(say.attribute("loop"), "");
  EXPECT_EQ(say.attribute("Voice"), std::nullopt);
  ASSERT_EQ(say.children.size(), 3u);
  EXPECT_EQ(say.children[0].text, "One ");
  EXPECT_EQ(say.children[1].name, "break");
  EXPECT_EQ(say.children[2].text, " two");
  EXPECT_EQ(say.own_text(), "One  two");
  EXPECT_EQ(root->children[1].name, "Hangup");
}

TEST(Document, ReadsEntitiesAndCdataAsOneText) {
  const auto root = load_document(
      "<Response>a &amp; b &lt;&#65;&#x20AC;<!-- not shown --><![CDATA[<c> & d]]></Response>");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->children.size(), 1u);
  EXPECT_EQ(root->own_text(), "a & b <A€<c> & d");
}

TEST(Document, KeepsTheSpaceBetweenTwoElements) {
  const auto root = load_document("<Response><w>one</w> <w>two</w></Response>");
  ASSERT_EQ(root->children.size(), 3u);
  EXPECT_EQ(root->children[1].text, " ");
}

TEST(Document, ReadsABareAmpersandAsItself) {
  EXPECT_EQ(load_document("<Response>?a=1&b=2&nbsp;</Response>")->own_text(), "?a=1&b=2&nbsp;");
}

TEST(Document, ExpandsNoEntityOfADocumentTypeDeclaration) {
  const auto root = load_document(
      "<!DOCTYPE Response [<!ENTITY a \"boom\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>"
      "<Response>&a;&b;</Response>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->own_text(), "&a;&b;");
}

TEST(Document, RefusesWhatIsNotWellFormed) {
  for (const auto* body :
       {"", "   ", "plain", "<Response>", "<Response></Say></Response>", "<Response", "<Response/",
        "<Response a=1/>", "<Response a='1' a='2'/>", "<Response/><Response/>", "x<Response/>",
        "<Response/>x", "<![CDATA[x]]><Response/>", "<Response><!-- </Response>",
        "<Response>\x01</Response>", "<Response>\xFF</Response>", "<Response a='\xC3'/>",
        "<Response>&#1;</Response>", "{\"json\": true}"}) {
    EXPECT_EQ(code_of(body), code::malformed_document) << body;
  }
}

TEST(Document, TellsTheLineOfAMistakeAndNothingOfTheContent) {
  const auto root = load_document("<Response>\n  <Message>secret</Massage>\n</Response>");
  ASSERT_FALSE(root);
  EXPECT_NE(root.error().text.find("line 2"), std::string::npos) << root.error().text;
  EXPECT_EQ(root.error().text.find("secret"), std::string::npos);
}

TEST(Document, RefusesAnyOtherRoot) {
  for (const auto* body :
       {"<response/>", "<html><body/></html>", "<Responses/>", "<x:Response/>"}) {
    EXPECT_EQ(code_of(body), code::wrong_root) << body;
  }
}

TEST(Document, Takes64KilobytesAndNotOneMore) {
  const std::string frame = "<Response></Response>";
  const auto body = [&](std::size_t bytes) {
    return "<Response>" + std::string(bytes - frame.size(), 'a') + "</Response>";
  };
  EXPECT_EQ(code_of(body(65'536)), 0);
  EXPECT_EQ(code_of(body(65'537)), code::document_too_large);
}

TEST(Document, LimitsDepthElementsAndAttributes) {
  EXPECT_EQ(code_of("<Response>" + repeated("<a>", 31) + repeated("</a>", 31) + "</Response>"), 0);
  EXPECT_EQ(code_of("<Response>" + repeated("<a>", 32) + repeated("</a>", 32) + "</Response>"),
            code::malformed_document);
  EXPECT_EQ(
      code_of("<Response>" + repeated("<a>", 8'000) + repeated("</a>", 8'000) + "</Response>"),
      code::malformed_document);
  EXPECT_EQ(code_of("<Response>" + repeated("<a/>", 1'999) + "</Response>"), 0);
  EXPECT_EQ(code_of("<Response>" + repeated("<a/>", 2'000) + "</Response>"),
            code::malformed_document);
  std::string attributes;
  for (int i = 0; i < 64; ++i) attributes += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(code_of("<Response" + attributes + "/>"), 0);
  EXPECT_EQ(code_of("<Response" + attributes + " b=''/>"), code::malformed_document);
}

TEST(Document, ReadsTheEncodingThatItDeclares) {
  EXPECT_EQ(load_document("<?xml version='1.0' encoding='ISO-8859-1'?><Response>\xE9</Response>")
                ->own_text(),
            "é");
  EXPECT_EQ(load_document("<Response>\xE9</Response>", true)->own_text(), "é");
  EXPECT_EQ(load_document("\xEF\xBB\xBF<Response>é</Response>")->own_text(), "é");
  std::string utf16 = "\xFE\xFF";
  for (const char c : std::string_view("<Response>a</Response>")) utf16 += {'\0', c};
  EXPECT_EQ(load_document(utf16)->own_text(), "a");
}

}  // namespace
}  // namespace cloudvno::twiml
