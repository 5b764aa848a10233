// Mails as they go out.
#include "platform/email/mail.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace cloudvno::email {
namespace {

const Time now = from_micros(1'700'000'000'000'000);

TEST(Mail, HasTheHeadersThatRelaysWant) {
  const auto text = print_mail({"Acme", "no-reply@acme.example"},
                               {"ada@example.com", "Your code", "It is 1234.\n"}, "id1", now);
  EXPECT_TRUE(text.starts_with("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n")) << text;
  EXPECT_TRUE(text.contains("\r\nFrom: \"Acme\" <no-reply@acme.example>\r\n"));
  EXPECT_TRUE(text.contains("\r\nTo: ada@example.com\r\n"));
  EXPECT_TRUE(text.contains("\r\nSubject: Your code\r\n"));
  EXPECT_TRUE(text.contains("\r\nMessage-ID: <id1@acme.example>\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n" + to_base64(as_bytes("It is 1234.\n")) + "\r\n"));
}

TEST(Mail, EncodesWhatIsNotAscii) {
  const auto text =
      print_mail({{}, "a@b.c"}, {"x@y.z", "رمز التحقق الخاص بك هو رمز التحقق", "x"}, "id", now);
  EXPECT_TRUE(text.contains("Subject: =?UTF-8?B?"));
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    EXPECT_LE(end - at, 78u);
    for (auto i = at; i < end; ++i) EXPECT_LT(static_cast<unsigned char>(text[i]), 0x80);
    at = end + 2;
  }
  EXPECT_FALSE(
      print_mail({{}, "a@b.c"}, {"x@y.z", "one\r\nBcc: all", "x"}, "id", now).contains("\r\nBcc"));
}

TEST(Sender, IsReadAsItIsConfigured) {
  EXPECT_EQ(parse_sender("Acme Inc <a@b.c>")->name, "Acme Inc");
  EXPECT_EQ(parse_sender("Acme Inc <a@b.c>")->address, "a@b.c");
  EXPECT_EQ(parse_sender("a@b.c")->address, "a@b.c");
  for (const auto* text : {"", "a", "@b", "a@", "Acme <a@b", "a b@c.d", "A\r\nB <a@b.c>"}) {
    EXPECT_FALSE(parse_sender(text)) << text;
  }
}

}  // namespace
}  // namespace cloudvno::email
