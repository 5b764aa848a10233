// Content types of answers.
#include "protocol/twiml/content_type.hpp"

#include <gtest/gtest.h>

namespace cloudvno::twiml {
namespace {

TEST(ContentType, ReadsTypeAndCharset) {
  const auto read = parse_content_type("Text/XML; Charset=\"UTF-8\"; x=y");
  EXPECT_EQ(read.type, "text/xml");
  EXPECT_EQ(read.charset, "utf-8");
  EXPECT_EQ(parse_content_type("text/plain;charset=ISO-8859-1").charset, "iso-8859-1");
  EXPECT_EQ(parse_content_type(" text/plain ; q=1 ; charset = latin1 ").charset, "latin1");
}

TEST(ContentType, KnowsTheTypesThatCarryTwiml) {
  for (const auto* type : {"text/xml", "application/xml", "text/html", "APPLICATION/XML;v=1"}) {
    EXPECT_TRUE(parse_content_type(type).is_twiml()) << type;
  }
  for (const auto* type : {"text/plain", "application/json", "text/xmlx", "xml", "", ";", "="}) {
    EXPECT_FALSE(parse_content_type(type).is_twiml()) << type;
  }
}

TEST(ContentType, TakesAnyText) {
  for (const auto* header :
       {"", ";;;", "charset=x", "a;charset", "a;charset=", "a;charset=\"", "\xFF"}) {
    EXPECT_EQ(parse_content_type(header).charset.find('='), std::string::npos) << header;
  }
}

}  // namespace
}  // namespace cloudvno::twiml
