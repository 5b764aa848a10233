// The languages. A text begins with the code's announcement and fits one SMS, so that it also fits
// the preview of a telephone.
#include "domain/verify/phrases.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::verify {
namespace {

constexpr std::array table{
    Phrases{"en", "Your verification code is {code}. Do not share it with anyone.",
            "Your verification code",
            "Your verification code is:", "Press any key to hear it again."},
    Phrases{"ar", "رمز التحقق الخاص بك هو {code}. لا تشاركه مع أحد.", "رمز التحقق الخاص بك",
            "رمز التحقق الخاص بك هو:", "اضغط أي زر لسماعه مرة أخرى."},
    Phrases{"bg", "Вашият код за потвърждение е {code}. Не го споделяйте.",
            "Вашият код за потвърждение",
            "Вашият код за потвърждение е:", "Натиснете произволен клавиш, за да го чуете отново."},
    Phrases{"bn", "আপনার যাচাইকরণ কোড {code}। এটি কাউকে জানাবেন না।", "আপনার যাচাইকরণ কোড",
            "আপনার যাচাইকরণ কোড:", "আবার শুনতে যেকোনো বোতাম টিপুন।"},
    Phrases{"ca", "El teu codi de verificació és {code}. No el comparteixis.",
            "El teu codi de verificació",
            "El teu codi de verificació és:", "Prem qualsevol tecla per tornar-lo a escoltar."},
    Phrases{"cs", "Váš ověřovací kód je {code}. S nikým ho nesdílejte.", "Váš ověřovací kód",
            "Váš ověřovací kód je:", "Stisknutím libovolné klávesy ho uslyšíte znovu."},
    Phrases{"da", "Din bekræftelseskode er {code}. Del den ikke med nogen.", "Din bekræftelseskode",
            "Din bekræftelseskode er:", "Tryk på en vilkårlig tast for at høre den igen."},
    Phrases{"de", "Ihr Bestätigungscode lautet {code}. Geben Sie ihn nicht weiter.",
            "Ihr Bestätigungscode", "Ihr Bestätigungscode lautet:",
            "Drücken Sie eine beliebige Taste, um ihn noch einmal zu hören."},
    Phrases{
        "el", "Ο κωδικός επαλήθευσης είναι {code}. Μην τον κοινοποιήσετε.", "Ο κωδικός επαλήθευσης",
        "Ο κωδικός επαλήθευσης είναι:", "Πατήστε οποιοδήποτε πλήκτρο για να τον ακούσετε ξανά."},
    Phrases{"es", "Tu código de verificación es {code}. No lo compartas con nadie.",
            "Tu código de verificación",
            "Tu código de verificación es:", "Pulsa cualquier tecla para escucharlo de nuevo."},
    Phrases{"et", "Sinu kinnituskood on {code}. Ära jaga seda kellegagi.", "Sinu kinnituskood",
            "Sinu kinnituskood on:", "Uuesti kuulamiseks vajuta suvalist klahvi."},
    Phrases{"fa", "کد تأیید شما {code} است. آن را با کسی در میان نگذارید.", "کد تأیید شما",
            "کد تأیید شما:", "برای شنیدن دوباره، یک کلید را فشار دهید."},
    Phrases{"fi", "Vahvistuskoodisi on {code}. Älä jaa sitä kenellekään.", "Vahvistuskoodisi",
            "Vahvistuskoodisi on:", "Kuule se uudelleen painamalla mitä tahansa näppäintä."},
    Phrases{"fr", "Votre code de vérification est {code}. Ne le partagez pas.",
            "Votre code de vérification",
            "Votre code de vérification est :", "Appuyez sur une touche pour le réécouter."},
    Phrases{"he", "קוד האימות שלך הוא {code}. אין לשתף אותו עם אף אחד.", "קוד האימות שלך",
            "קוד האימות שלך הוא:", "לשמיעה חוזרת, יש להקיש על מקש כלשהו."},
    Phrases{"hi", "आपका सत्यापन कोड {code} है। इसे किसी को न बताएं।", "आपका सत्यापन कोड",
            "आपका सत्यापन कोड है:", "दोबारा सुनने के लिए कोई भी बटन दबाएं।"},
    Phrases{"hr", "Vaš kod za potvrdu je {code}. Nemojte ga dijeliti.", "Vaš kod za potvrdu",
            "Vaš kod za potvrdu je:", "Pritisnite bilo koju tipku da ga ponovno čujete."},
    Phrases{"hu", "Az ellenőrző kódja: {code}. Ne ossza meg senkivel.", "Az ellenőrző kódja",
            "Az ellenőrző kódja:", "Nyomjon meg egy gombot az ismétléshez."},
    Phrases{"id", "Kode verifikasi Anda adalah {code}. Jangan berikan kepada siapa pun.",
            "Kode verifikasi Anda",
            "Kode verifikasi Anda adalah:", "Tekan tombol apa saja untuk mendengarnya lagi."},
    Phrases{"it", "Il tuo codice di verifica è {code}. Non condividerlo con nessuno.",
            "Il tuo codice di verifica",
            "Il tuo codice di verifica è:", "Premi un tasto qualsiasi per riascoltarlo."},
    Phrases{"ja", "認証コードは {code} です。誰にも教えないでください。", "認証コード",
            "認証コードは次のとおりです。", "もう一度聞くには、いずれかのキーを押してください。"},
    Phrases{"ko", "인증 코드는 {code}입니다. 다른 사람에게 알려주지 마세요.", "인증 코드",
            "인증 코드는 다음과 같습니다.", "다시 들으려면 아무 키나 누르세요."},
    Phrases{"lt", "Jūsų patvirtinimo kodas yra {code}. Niekam jo neatskleiskite.",
            "Jūsų patvirtinimo kodas", "Jūsų patvirtinimo kodas yra:",
            "Paspauskite bet kurį klavišą, kad išgirstumėte dar kartą."},
    Phrases{"lv", "Jūsu apstiprinājuma kods ir {code}. Neizpaudiet to nevienam.",
            "Jūsu apstiprinājuma kods", "Jūsu apstiprinājuma kods ir:",
            "Nospiediet jebkuru taustiņu, lai to dzirdētu vēlreiz."},
    Phrases{"ms", "Kod pengesahan anda ialah {code}. Jangan kongsikannya.", "Kod pengesahan anda",
            "Kod pengesahan anda ialah:", "Tekan mana-mana kekunci untuk mendengarnya semula."},
    Phrases{"nb", "Bekreftelseskoden din er {code}. Ikke del den med noen.",
            "Bekreftelseskoden din",
            "Bekreftelseskoden din er:", "Trykk på en tast for å høre den igjen."},
    Phrases{"nl", "Je verificatiecode is {code}. Deel deze met niemand.", "Je verificatiecode",
            "Je verificatiecode is:", "Druk op een toets om hem opnieuw te horen."},
    Phrases{"pl", "Twój kod weryfikacyjny to {code}. Nie udostępniaj go nikomu.",
            "Twój kod weryfikacyjny",
            "Twój kod weryfikacyjny to:", "Naciśnij dowolny klawisz, aby usłyszeć go ponownie."},
    Phrases{"pt", "O seu código de verificação é {code}. Não o partilhe com ninguém.",
            "O seu código de verificação",
            "O seu código de verificação é:", "Prima qualquer tecla para o ouvir novamente."},
    Phrases{"pt-BR", "Seu código de verificação é {code}. Não o compartilhe com ninguém.",
            "Seu código de verificação",
            "Seu código de verificação é:", "Pressione qualquer tecla para ouvi-lo novamente."},
    Phrases{"ro", "Codul dvs. de verificare este {code}. Nu îl divulgați nimănui.",
            "Codul dvs. de verificare",
            "Codul dvs. de verificare este:", "Apăsați orice tastă pentru a-l auzi din nou."},
    Phrases{"ru", "Ваш код подтверждения: {code}. Никому его не сообщайте.",
            "Ваш код подтверждения",
            "Ваш код подтверждения:", "Нажмите любую клавишу, чтобы прослушать его ещё раз."},
    Phrases{"sk", "Váš overovací kód je {code}. S nikým ho nezdieľajte.", "Váš overovací kód",
            "Váš overovací kód je:", "Stlačením ľubovoľného klávesu ho budete počuť znova."},
    Phrases{"sl", "Vaša potrditvena koda je {code}. Ne delite je z nikomer.",
            "Vaša potrditvena koda",
            "Vaša potrditvena koda je:", "Pritisnite katero koli tipko, da jo slišite znova."},
    Phrases{"sr", "Ваш код за верификацију је {code}. Не делите га ни са ким.",
            "Ваш код за верификацију",
            "Ваш код за верификацију је:", "Притисните било који тастер да га чујете поново."},
    Phrases{"sv", "Din verifieringskod är {code}. Dela den inte med någon.", "Din verifieringskod",
            "Din verifieringskod är:", "Tryck på valfri knapp för att höra den igen."},
    Phrases{"sw", "Nambari yako ya uthibitishaji ni {code}. Usimpe mtu yeyote.",
            "Nambari yako ya uthibitishaji",
            "Nambari yako ya uthibitishaji ni:", "Bonyeza kitufe chochote kuisikia tena."},
    Phrases{"ta", "உங்கள் சரிபார்ப்புக் குறியீடு {code}. யாரிடமும் பகிர வேண்டாம்.",
            "உங்கள் சரிபார்ப்புக் குறியீடு",
            "உங்கள் சரிபார்ப்புக் குறியீடு:", "மீண்டும் கேட்க ஏதேனும் ஒரு விசையை அழுத்தவும்."},
    Phrases{"th", "รหัสยืนยันของคุณคือ {code} ห้ามบอกผู้อื่น", "รหัสยืนยันของคุณ", "รหัสยืนยันของคุณคือ",
            "กดปุ่มใดก็ได้เพื่อฟังอีกครั้ง"},
    Phrases{"tl", "Ang iyong verification code ay {code}. Huwag itong ibahagi.",
            "Ang iyong verification code",
            "Ang iyong verification code ay:", "Pindutin ang anumang key para marinig ito muli."},
    Phrases{"tr", "Doğrulama kodunuz: {code}. Kimseyle paylaşmayın.", "Doğrulama kodunuz",
            "Doğrulama kodunuz:", "Tekrar dinlemek için herhangi bir tuşa basın."},
    Phrases{"uk", "Ваш код підтвердження: {code}. Нікому його не повідомляйте.",
            "Ваш код підтвердження",
            "Ваш код підтвердження:", "Натисніть будь-яку клавішу, щоб почути його ще раз."},
    Phrases{"ur", "آپ کا تصدیقی کوڈ {code} ہے۔ اسے کسی کو نہ بتائیں۔", "آپ کا تصدیقی کوڈ",
            "آپ کا تصدیقی کوڈ ہے:", "دوبارہ سننے کے لیے کوئی بھی بٹن دبائیں۔"},
    Phrases{"vi", "Mã xác minh của bạn là {code}. Không chia sẻ mã này với ai.",
            "Mã xác minh của bạn", "Mã xác minh của bạn là:", "Nhấn phím bất kỳ để nghe lại."},
    Phrases{"zh", "您的验证码是 {code}。请勿告诉他人。", "您的验证码", "您的验证码是：",
            "按任意键重听一遍。"},
    Phrases{"zh-TW", "您的驗證碼是 {code}。請勿告訴他人。", "您的驗證碼", "您的驗證碼是：",
            "按任意鍵重聽一遍。"},
};

constexpr char fold(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '_' ? '-' : c;
}

bool is_same_tag(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, fold, fold);
}

const Phrases* find(std::string_view tag) {
  const auto found = std::ranges::find_if(
      table, [&](const auto& phrases) { return is_same_tag(phrases.language, tag); });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Phrases> all_phrases() {
  return table;
}

const Phrases& phrases_of(std::string_view locale) {
  if (const auto* phrases = find(locale)) return *phrases;
  const auto primary = locale.substr(0, locale.find_first_of("-_"));
  if (is_same_tag(primary, "no") || is_same_tag(primary, "nn")) return *find("nb");
  if (is_same_tag(primary, "fil")) return *find("tl");
  if (is_same_tag(primary, "iw")) return *find("he");  // the code that he had before 1989
  if (is_same_tag(locale, "zh-HK") || is_same_tag(locale, "zh-Hant")) return *find("zh-TW");
  const auto* phrases = find(primary);
  return phrases ? *phrases : table.front();
}

bool is_locale(std::string_view text) {
  constexpr std::size_t longest = 35;  // RFC 5646 section 4.4.1
  return text.size() >= 2 && text.size() <= longest && std::ranges::all_of(text, [](char c) {
           const char folded = fold(c);
           return (folded >= 'a' && folded <= 'z') || (folded >= '0' && folded <= '9') ||
                  folded == '-';
         });
}

}  // namespace cloudvno::verify
