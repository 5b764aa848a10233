// The table of names.
#include "connectors/speech/named_voices.hpp"

#include <array>

namespace cloudvno::speech {
namespace {

struct Row {
  std::string_view language;
  std::string_view women;
  std::string_view men;
};

// Each name once; of names that speak two languages the one they are used for most.
constexpr std::array rows{
    Row{"en-US", "Joanna Salli Kendra Kimberly Ivy Ruth Danielle Tiffany",
        "Matthew Joey Justin Kevin Gregory Stephen Patrick"},
    Row{"en-GB", "Amy Emma", "Brian Arthur"},
    Row{"en-GB-WLS", "", "Geraint"},
    Row{"en-AU", "Nicole Olivia", "Russell"},
    Row{"en-IN", "Raveena Kajal", ""},
    Row{"en-IE", "Niamh", ""},
    Row{"en-NZ", "Aria", ""},
    Row{"en-ZA", "Ayanda", ""},
    Row{"en-SG", "Jasmine", ""},
    Row{"de-DE", "Marlene Vicki", "Hans Daniel"},
    Row{"de-AT", "Hannah", ""},
    Row{"de-CH", "Sabrina", ""},
    Row{"fr-FR", "Celine Lea", "Mathieu Remi"},
    Row{"fr-CA", "Chantal Gabrielle", "Liam"},
    Row{"fr-BE", "Isabelle", ""},
    Row{"es-ES", "Conchita Lucia Alba", "Enrique Sergio Raul"},
    Row{"es-MX", "Mia", "Andres"},
    Row{"es-US", "Penelope Lupe", "Miguel Pedro"},
    Row{"it-IT", "Carla Bianca Beatrice", "Giorgio Adriano Lorenzo"},
    Row{"pt-BR", "Camila Vitoria", "Ricardo Thiago"},
    Row{"pt-PT", "Ines", "Cristiano"},
    Row{"nl-NL", "Lotte Laura", "Ruben"},
    Row{"nl-BE", "Lisa", ""},
    Row{"pl-PL", "Ewa Maja Ola", "Jacek Jan"},
    Row{"ru-RU", "Tatyana", "Maxim"},
    Row{"sv-SE", "Astrid Elin", ""},
    Row{"nb-NO", "Liv Ida", ""},
    Row{"da-DK", "Naja Sofie", "Mads"},
    Row{"fi-FI", "Suvi", ""},
    Row{"is-IS", "Dora", "Karl"},
    Row{"tr-TR", "Filiz Burcu", ""},
    Row{"ro-RO", "Carmen", ""},
    Row{"cy-GB", "Gwyneth", ""},
    Row{"ca-ES", "Arlet", ""},
    Row{"cs-CZ", "Jitka", ""},
    Row{"hi-IN", "Aditi", ""},
    Row{"ja-JP", "Mizuki Kazuha Tomoko", "Takumi"},
    Row{"ko-KR", "Seoyeon Jihye", ""},
    Row{"cmn-CN", "Zhiyu", ""},
    Row{"yue-CN", "Hiujin", ""},
    Row{"arb", "Zeina", ""},
    Row{"ar-AE", "Hala", "Zayd"},
};

bool holds(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const auto end = std::min(names.find(' '), names.size());
    if (names.substr(0, end) == name) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

bool is_letters(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

// "de-DE" of "de-DE-Standard-A".
std::string leading_tag(std::string_view name) {
  const auto first = name.find('-');
  if (first == std::string_view::npos || !is_letters(name.substr(0, first), 2, 3)) return {};
  const auto second = std::min(name.find('-', first + 1), name.size());
  if (!is_letters(name.substr(first + 1, second - first - 1), 2, 2)) return {};
  return std::string(name.substr(0, second));
}

}  // namespace

std::optional<NamedVoice> find_named_voice(std::string_view voice) {
  constexpr std::string_view polly = "Polly.";
  constexpr std::string_view google = "Google.";
  if (voice.starts_with(google)) {
    auto tag = leading_tag(voice.substr(google.size()));
    if (tag.empty()) return std::nullopt;
    return NamedVoice{std::move(tag), Gender::female};
  }
  if (!voice.starts_with(polly)) return std::nullopt;
  voice.remove_prefix(polly.size());
  const auto name = voice.substr(0, voice.find('-'));
  for (const auto& row : rows) {
    if (holds(row.women, name)) return NamedVoice{std::string(row.language), Gender::female};
    if (holds(row.men, name)) return NamedVoice{std::string(row.language), Gender::male};
  }
  return std::nullopt;
}

}  // namespace cloudvno::speech
