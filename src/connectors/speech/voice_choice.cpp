// Languages by their tags (RFC 5646), and the voices of flite and espeak-ng.
#include "connectors/speech/voice_choice.hpp"

#include <array>
#include <ranges>

#include "connectors/speech/named_voices.hpp"

namespace cloudvno::speech {
namespace {

struct Mapping {
  std::string_view tag;
  std::string_view voice;
};

// Tags, or beginnings of tags, whose voice has another name. The longest that fits counts.
constexpr std::array mappings{
    Mapping{"pt-br", "pt-br"},  Mapping{"fr-be", "fr-be"},  Mapping{"fr-ch", "fr-ch"},
    Mapping{"fr", "fr-fr"},     Mapping{"es-mx", "es-419"}, Mapping{"es-us", "es-419"},
    Mapping{"es-ar", "es-419"}, Mapping{"es-co", "es-419"}, Mapping{"es-cl", "es-419"},
    Mapping{"es-pe", "es-419"}, Mapping{"es-ve", "es-419"}, Mapping{"es-419", "es-419"},
    Mapping{"zh", "cmn"},       Mapping{"zh-hk", "yue"},    Mapping{"zh-mo", "yue"},
    Mapping{"zh-yue", "yue"},   Mapping{"no", "nb"},        Mapping{"nn", "nb"},
    Mapping{"arb", "ar"},       Mapping{"iw", "he"},        Mapping{"in", "id"},
    Mapping{"vi", "vi"},
};

// What espeak-ng 1.51 speaks under the language's own code.
constexpr std::string_view languages =
    " af am an ar as az ba be bg bn bpy bs ca cmn cs cv cy da de el eo es et eu fa fi ga gd gn grc "
    "gu hak haw he hi hr ht hu hy hyw ia id io is it ja jbo ka kk kl kn ko kok ku ky la lb lfn lt "
    "ltg lv mi mk ml mr ms mt my nb nci ne nl nog om or pa pap pl pt quc ro ru sd shn si sk sl smj "
    "sq sr sv sw ta te th tk tn tr tt ug uk ur uz vi yue ";

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = '-';  // as POSIX writes it
  }
  return out;
}

bool begins(std::string_view tag, std::string_view part) {
  return tag.starts_with(part) && (tag.size() == part.size() || tag[part.size()] == '-');
}

std::string_view espeak_voice(std::string_view tag) {
  const Mapping* best = nullptr;
  for (const auto& mapping : mappings) {
    if (begins(tag, mapping.tag) && (!best || mapping.tag.size() > best->tag.size())) {
      best = &mapping;
    }
  }
  if (best) return best->voice;
  const auto primary = tag.substr(0, tag.find('-'));
  const auto is_code = [](char c) { return c >= 'a' && c <= 'z'; };
  if (primary.size() < 2 || primary.size() > 3 || !std::ranges::all_of(primary, is_code)) return {};
  return languages.contains(fmt::format(" {} ", primary)) ? primary : std::string_view();
}

// A British man has a voice of his own; the other English voices are American.
std::string_view flite_voice(std::string_view tag, Gender gender) {
  if (gender == Gender::female) return "slt";
  return begins(tag, "en-gb") ? "awb" : "rms";
}

}  // namespace

Result<VoiceChoice> choose_voice(std::string_view voice, std::string_view language) {
  const auto named = find_named_voice(voice);
  const auto gender = named ? named->gender : voice == "man" ? Gender::male : Gender::female;
  const auto tag = lower(!language.empty() ? language : named ? named->language : "en-US");
  using enum VoiceChoice::Engine;
  if (begins(tag, "en")) return VoiceChoice{flite, std::string(flite_voice(tag, gender))};
  const auto found = espeak_voice(tag);
  if (found.empty()) {
    return fail(Errc::invalid_parameter, "No voice here speaks this language", "language");
  }
  // Its voices are men's; a variant makes a woman's of each.
  return VoiceChoice{espeak, std::string(found) + (gender == Gender::female ? "+f2" : "")};
}

}  // namespace cloudvno::speech
