// Looking up headers.
#include "protocol/sip/message.hpp"

namespace cloudvno::sip {

std::string_view SipMessage::header(std::string_view name) const {
  for (const Header& header : headers)
    if (equal_words(header.name, name)) return header.value;
  return {};
}

bool SipMessage::has(std::string_view name) const {
  for (const Header& header : headers)
    if (equal_words(header.name, name)) return true;
  return false;
}

std::vector<std::string_view> SipMessage::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& header : headers)
    if (equal_words(header.name, name)) values.push_back(header.value);
  return values;
}

bool SipMessage::lists(std::string_view name, std::string_view word) const {
  for (const Header& header : headers)
    if (equal_words(header.name, name) && lists_word(header.value, word)) return true;
  return false;
}

std::string_view SipMessage::sdp() const {
  std::string_view type = header("Content-Type");
  return equal_words(trim(type.substr(0, type.find(';'))), "application/sdp") ? body
                                                                              : std::string_view();
}

}  // namespace cloudvno::sip
