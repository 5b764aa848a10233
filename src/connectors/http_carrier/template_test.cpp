// Templates: what stands, what is filled in, how it is written, and what is refused at the start.
#include "connectors/http_carrier/template.hpp"

namespace cloudvno::http_carrier {
namespace {

std::string render(std::string_view text, Place place, std::string value = "a&\"<é\n+1") {
  return Template::parse(text).value().render(place,
                                              [&](Placeholder) -> std::string { return value; });
}
std::string fault(std::string_view text) {
  const auto parsed = Template::parse(text);
  return parsed ? "" : parsed.error();
}

TEST(Template, WritesAValueAsItsPlaceWantsIt) {
  EXPECT_EQ(render("x={text}&y", Place::url), "x=a%26%22%3C%C3%A9%0A%2B1&y");
  EXPECT_EQ(render(R"({"t":"{text}"})", Place::json), R"({"t":"a&\"<é\u000a+1"})");
  EXPECT_EQ(render("<t>{text}</t>", Place::xml), "<t>a&amp;&#34;&lt;é&#10;+1</t>");
  EXPECT_EQ(render("{text}", Place::header), "a&\"<é +1");
  EXPECT_EQ(render("{text}", Place::plain), "a&\"<é\n+1");
}

TEST(Template, WritesAValueAsItsSuffixSays) {
  EXPECT_EQ(render("{to:digits}", Place::json, "+1 201"), "1201");
  EXPECT_EQ(render("{text:hex-ucs2}", Place::url, "Aé😀"), "004100E9D83DDE00");
  EXPECT_EQ(render("{data:hex}", Place::url, std::string("\0\xAB", 2)), "00AB");
  EXPECT_EQ(render("{text:base64}", Place::json, "hello"), "aGVsbG8=");
  EXPECT_EQ(render("{text:base64}", Place::url, "hello"), "aGVsbG8%3D");
  EXPECT_EQ(render("{text:base64:raw}", Place::url, "hello"), "aGVsbG8=");
  EXPECT_EQ(render("{text:url}", Place::json, "a b\""), "a%20b%22");
}

TEST(Template, LeavesBracesOfJsonAlone) {
  EXPECT_EQ(render(R"({"a":{"b":[{}]}, "c":{ "d":1}})", Place::json),
            R"({"a":{"b":[{}]}, "c":{ "d":1}})");
  EXPECT_EQ(render("{{to} {{{to}", Place::plain, "x"), "{to} {x");
  EXPECT_EQ(render("{", Place::plain), "{");
}

TEST(Template, SaysWhatIsWrongWithIt) {
  EXPECT_THAT(fault("{txt}"), ::testing::HasSubstr("there is no placeholder {txt}, only from, to"));
  EXPECT_THAT(fault("{text"), ::testing::HasSubstr("no closing brace"));
  EXPECT_THAT(fault("{text }"), ::testing::HasSubstr("no closing brace"));
  EXPECT_THAT(fault("{text:}"), ::testing::HasSubstr("cannot be written as \"\""));
  EXPECT_THAT(fault("{text:html}"), ::testing::HasSubstr("only as raw, url, json"));
}

TEST(Template, KnowsWhichPlaceholderDoesNotSayHowItIsWritten) {
  EXPECT_EQ(Template::parse("{from:json}{to:digits}").value().leaves_open(), "{to}");
  EXPECT_EQ(Template::parse("{from:json} {{x").value().leaves_open(), "");
  EXPECT_EQ(Template::parse("http://a/{to}").value().fixed_beginning(), "http://a/");
  EXPECT_TRUE(Template::parse("{to}").value().uses(Placeholder::to));
  EXPECT_FALSE(Template::parse("to").value().uses(Placeholder::to));
}

// A value can never end the quotes that it stands in.
TEST(Template, KeepsWhateverTextInsideItsPlace) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  const auto json = render("{text}", Place::json, all);
  EXPECT_EQ(json.find("\x01"), std::string::npos);
  std::size_t bare = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '\\')
      ++i;
    else if (json[i] == '"')
      ++bare;
  }
  EXPECT_EQ(bare, 0u);
  const auto xml = render("{text}", Place::xml, all);
  EXPECT_EQ(xml.find_first_of("<>\"'"), std::string::npos);
  const auto url = render("{text}", Place::url, all);
  EXPECT_EQ(url.find_first_of("&=?#/ +\"<>"), std::string::npos);
  EXPECT_EQ(render("{text}", Place::header, all).find_first_of("\r\n"), std::string::npos);
}

}  // namespace
}  // namespace cloudvno::http_carrier
