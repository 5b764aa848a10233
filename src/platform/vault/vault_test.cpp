// Seals, blind indexes, wrapped keys and the root key file.
#include "platform/vault/vault.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "base/random.hpp"

namespace cloudvno::vault {
namespace {

constexpr Place body{"message", "body_sealed", "SM01"};

Key key_of(std::uint8_t filler) {
  Key key;
  key.fill(filler);
  return key;
}

TEST(Keys, OpenWhatTheySealed) {
  const Keys keys(key_of(1));
  for (const std::size_t size : {0, 1, 15, 16, 17, 1000, 100'000}) {
    const std::string text(size, 'x');
    const auto sealed = keys.seal(body, text);
    EXPECT_EQ(sealed.size(), size + 29);
    EXPECT_EQ(keys.open(body, sealed), text);
  }
}

TEST(Keys, SealADefaultStringViewAsTheEmptyText) {
  const Keys keys(key_of(1));
  EXPECT_EQ(keys.open(body, keys.seal(body, {})), "");
}

TEST(Keys, DoNotOpenWhatMovedToAnotherPlace) {
  const Keys keys(key_of(1));
  const auto sealed = keys.seal(body, "Hello");
  EXPECT_FALSE(keys.open({"message", "body_sealed", "SM02"}, sealed));
  EXPECT_FALSE(keys.open({"message", "to_sealed", "SM01"}, sealed));
  EXPECT_FALSE(keys.open({"call", "body_sealed", "SM01"}, sealed));
  // Moving a letter over a border gives another place as well.
  EXPECT_FALSE(keys.open({"messageb", "ody_sealed", "SM01"}, sealed));
  EXPECT_FALSE(keys.open({"message", "body_sealedS", "M01"}, sealed));
}

TEST(Keys, DoNotOpenWhatAnotherAccountSealed) {
  const Keys ours(key_of(1));
  const Keys theirs(key_of(2));
  EXPECT_FALSE(theirs.open(body, ours.seal(body, "Hello")));
}

TEST(Keys, DoNotOpenAfterAnyFlippedBit) {
  const Keys keys(key_of(1));
  const auto sealed = keys.seal(body, "Hello");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(keys.open(body, changed)) << "bit " << bit;
  }
}

TEST(Keys, DoNotOpenWhatWasCut) {
  const Keys keys(key_of(1));
  const auto sealed = keys.seal(body, "Hello");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(keys.open(body, ByteView(sealed).first(size))) << size;
  }
}

TEST(Keys, NameThePlaceButNotTheTextInAnError) {
  const Keys keys(key_of(1));
  const auto opened = keys.open(body, as_bytes("Hello"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::internal_error);
  EXPECT_EQ(opened.error().detail, "a sealed value does not open: message.body_sealed of SM01");
}

TEST(Keys, NeverUseANonceTwice) {
  const Keys keys(key_of(1));
  std::set<Bytes> nonces;
  for (int i = 0; i < 20'000; ++i) {
    const auto sealed = keys.seal(body, "x");
    nonces.insert({sealed.begin() + 1, sealed.begin() + 13});
  }
  EXPECT_EQ(nonces.size(), 20'000u);
}

TEST(Keys, GiveTheSameBlindIndexForTheSameValueAndPurpose) {
  const Keys keys(key_of(1));
  const Keys again(key_of(1));
  const auto index = keys.blind_index("message.to", "+15550100");
  EXPECT_EQ(index.size(), 16u);
  EXPECT_EQ(index, again.blind_index("message.to", "+15550100"));
  // Made with another library; must never change, or what is stored would not be found.
  EXPECT_EQ(to_hex(index), "ac998d52dee5aa779f3b89479ecd0202");
}

TEST(Keys, GiveAnotherBlindIndexForAnotherValuePurposeOrAccount) {
  const Keys keys(key_of(1));
  const auto index = keys.blind_index("message.to", "+15550100");
  EXPECT_NE(index, keys.blind_index("message.to", "+15550101"));
  EXPECT_NE(index, keys.blind_index("message.from", "+15550100"));
  EXPECT_NE(index, keys.blind_index("message.to+", "15550100"));
  EXPECT_NE(index, Keys(key_of(2)).blind_index("message.to", "+15550100"));
}

TEST(Keys, OpenValuesOfEarlierReleases) {
  // Made with another library, nonce 00 to 0b.
  const auto sealed =
      from_hex("01000102030405060708090a0bcd725878e099639780ce49310db3db8b6038150328");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(Keys(key_of(1)).open(body, *sealed), "Hello");
}

TEST(Keys, SealUnderTheNewestVersionAndOpenAll) {
  const std::array one{DataKey{1, key_of(1)}};
  const std::array both{DataKey{1, key_of(1)}, DataKey{2, key_of(2)}};
  const Keys before(one);
  const Keys during(both);
  const auto old_sealed = before.seal(body, "old");
  const auto new_sealed = during.seal(body, "new");
  EXPECT_EQ(old_sealed[0], 1);
  EXPECT_EQ(new_sealed[0], 2);
  EXPECT_EQ(during.open(body, old_sealed), "old");
  EXPECT_EQ(during.open(body, new_sealed), "new");
  EXPECT_FALSE(before.open(body, new_sealed));
}

TEST(Keys, AreUsedByManyThreadsAtOnce) {
  const Keys keys(key_of(1));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const auto text = fmt::format("{} {}", t, i);
        if (keys.open(body, keys.seal(body, text)) != text) ++wrong;
        if (keys.blind_index("a.b", text) != keys.blind_index("a.b", text)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Vault, UnwrapsTheKeyThatItMade) {
  const Vault vault(key_of(7));
  const auto wrapped = vault.make_wrapped_key("AC01");
  EXPECT_EQ(wrapped.size(), 66u);
  const auto first = vault.unwrap("AC01", wrapped);
  const auto second = Vault(key_of(7)).unwrap("AC01", wrapped);
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->open(body, (*first)->seal(body, "Hello")), "Hello");
}

TEST(Vault, MakesAnotherKeyEachTime) {
  const Vault vault(key_of(7));
  const auto first = vault.unwrap("AC01", vault.make_wrapped_key("AC01"));
  const auto second = vault.unwrap("AC01", vault.make_wrapped_key("AC01"));
  ASSERT_TRUE(first && second);
  EXPECT_FALSE((*second)->open(body, (*first)->seal(body, "Hello")));
}

TEST(Vault, RefusesAKeyOfAnotherOwner) {
  const Vault vault(key_of(7));
  EXPECT_FALSE(vault.unwrap("AC02", vault.make_wrapped_key("AC01")));
}

TEST(Vault, SaysWhenAKeyWasWrappedUnderAnotherRootKey) {
  const auto wrapped = Vault(key_of(7)).make_wrapped_key("AC01");
  const auto opened = Vault(key_of(8)).unwrap("AC01", wrapped);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, testing::HasSubstr("another root key"));
}

TEST(Vault, RefusesAWrappedKeyWithAnyFlippedBitOrAnotherLength) {
  const Vault vault(key_of(7));
  const auto wrapped = vault.make_wrapped_key("AC01");
  for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
    auto changed = wrapped;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(vault.unwrap("AC01", changed)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < wrapped.size(); ++size) {
    EXPECT_FALSE(vault.unwrap("AC01", ByteView(wrapped).first(size))) << size;
  }
}

TEST(Vault, UnwrapsSeveralVersionsOfOneKey) {
  const Vault vault(key_of(7));
  const std::vector<Bytes> wrapped = {vault.make_wrapped_key("AC01"),
                                      vault.make_wrapped_key("AC01", 2)};
  const auto before = vault.unwrap("AC01", wrapped[0]);
  const auto during = vault.unwrap("AC01", wrapped);
  ASSERT_TRUE(before && during);
  EXPECT_EQ((*during)->seal(body, "x")[0], 2);
  EXPECT_EQ((*during)->open(body, (*before)->seal(body, "Hello")), "Hello");
  EXPECT_FALSE(vault.unwrap("AC01", std::span<const Bytes>()));
}

TEST(Vault, DerivesTheInstanceKeysFromTheRootKeyAlone) {
  const auto index = Vault(key_of(7)).instance().blind_index("number.e164", "+15550100");
  EXPECT_EQ(index, Vault(key_of(7)).instance().blind_index("number.e164", "+15550100"));
  EXPECT_NE(index, Vault(key_of(8)).instance().blind_index("number.e164", "+15550100"));
}

TEST(Vault, KeepsTheInstanceKeysWhenTheyAreTakenAlong) {
  const Vault before(key_of(7));
  const auto wrapped = before.wrap_instance();
  EXPECT_EQ(Vault::root_key_of(wrapped), before.current_root_key());
  Vault same(key_of(7));
  ASSERT_TRUE(same.use_instance(wrapped));
  EXPECT_EQ(same.instance().blind_index("a.b", "x"), before.instance().blind_index("a.b", "x"));
  Vault other(key_of(8));
  EXPECT_FALSE(other.use_instance(wrapped));
}

TEST(Vault, KeepsTheBlindIndexOfAnAccountThatTurnsItsKey) {
  const Vault vault(key_of(7));
  const auto first = vault.make_wrapped_key("AC01");
  const auto index = vault.wrap_index_key("AC01", first);
  ASSERT_TRUE(index);
  const auto second = vault.make_wrapped_key("AC01", 2);
  const auto before = vault.unwrap("AC01", first);
  const auto during = vault.unwrap("AC01", std::vector<Bytes>{*index, first, second});
  const auto after = vault.unwrap("AC01", std::vector<Bytes>{*index, second});
  ASSERT_TRUE(before && during && after);
  const auto wanted = (*before)->blind_index("a.b", "x");
  EXPECT_EQ((*during)->blind_index("a.b", "x"), wanted);
  EXPECT_EQ((*after)->blind_index("a.b", "x"), wanted);
  EXPECT_EQ((*after)->version(), 2);
  EXPECT_FALSE((*after)->open(body, (*before)->seal(body, "old")));
  EXPECT_FALSE(vault.unwrap("AC01", std::vector<Bytes>{*index}));
}

class RootKeyFile : public testing::Test {
 protected:
  void SetUp() override {
    auto pattern = (std::filesystem::temp_directory_path() / "vault-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ / "root.key";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view text, int mode = 0600) {
    std::ofstream(path_, std::ios::binary) << text;
    ASSERT_EQ(::chmod(path_.c_str(), static_cast<mode_t>(mode)), 0);
  }
  std::string error() {
    const auto vault = Vault::open(path_, false);
    return vault ? "" : vault.error().detail;
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(RootKeyFile, IsMadeForItsOwnerAloneAndReadAgain) {
  const auto first = Vault::open(path_, true);
  ASSERT_TRUE(first) << first.error().detail;
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(status.st_size, 65);
  const auto again = Vault::open(path_, true);
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)->unwrap("AC01", (*first)->make_wrapped_key("AC01")));
  // Nothing else is left behind.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(RootKeyFile, IsNotMadeUnlessAsked) {
  EXPECT_THAT(error(), testing::HasSubstr("No such file"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(RootKeyFile, IsTheSameForAllWhoMakeItAtOnce) {
  std::vector<std::thread> threads;
  std::array<std::unique_ptr<Vault>, 8> vaults;
  for (auto& vault : vaults) {
    threads.emplace_back([&] {
      if (auto opened = Vault::open(path_, true)) vault = std::move(*opened);
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(vaults[0]);
  const auto wrapped = vaults[0]->make_wrapped_key("AC01");
  for (auto& vault : vaults) {
    ASSERT_TRUE(vault);
    EXPECT_TRUE(vault->unwrap("AC01", wrapped));
  }
}

TEST_F(RootKeyFile, IsRefusedWhenOthersCanReadIt) {
  for (const int mode : {0640, 0604, 0660, 0610}) {
    write(std::string(64, 'a') + "\n", mode);
    EXPECT_THAT(error(), testing::HasSubstr("chmod 600 ")) << mode;
  }
}

TEST_F(RootKeyFile, IsRefusedWhenItIsNotAKey) {
  write(std::string(64, 'a'));
  EXPECT_EQ(error(), "");
  for (const auto* text :
       {"", "abc\n", "zz", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefa",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n\n",
        "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"}) {
    write(text);
    EXPECT_THAT(error(), testing::HasSubstr("64 hex digits")) << text;
    if (*text != '\0') EXPECT_THAT(error(), testing::Not(testing::HasSubstr(text)));
  }
}

TEST_F(RootKeyFile, HoldsSeveralKeysOfWhichOneWraps) {
  const auto vault = std::move(*Vault::open(path_, true));
  const auto first = vault->current_root_key();
  const auto wrapped = vault->make_wrapped_key("AC01");
  const auto second = vault->add_root_key();
  ASSERT_TRUE(second);
  EXPECT_EQ(vault->current_root_key(), first);
  EXPECT_THAT(vault->root_keys(), testing::ElementsAre(first, *second));
  ASSERT_TRUE(vault->use_root_key(*second));
  EXPECT_TRUE(vault->unwrap("AC01", wrapped));
  const auto again = vault->wrap_again("AC01", wrapped);
  ASSERT_TRUE(again);
  EXPECT_EQ(Vault::root_key_of(*again), *second);
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(status.st_size, 130);
}

TEST_F(RootKeyFile, OpensNothingMoreUnderAKeyThatWasDropped) {
  const auto vault = std::move(*Vault::open(path_, true));
  const auto elsewhere = std::move(*Vault::open(path_, false));
  const auto first = vault->current_root_key();
  const auto wrapped = vault->make_wrapped_key("AC01");
  const auto second = vault->add_root_key();
  ASSERT_TRUE(second && vault->use_root_key(*second));
  const auto again = vault->wrap_again("AC01", wrapped);
  // A vault that knew the file before reads it anew when it meets a key that it does not know.
  EXPECT_TRUE(elsewhere->unwrap("AC01", *again));
  ASSERT_TRUE(vault->drop_root_key(first));
  EXPECT_FALSE(vault->unwrap("AC01", wrapped));
  ASSERT_TRUE(elsewhere->reload());
  EXPECT_FALSE(elsewhere->unwrap("AC01", wrapped));
  EXPECT_TRUE(vault->unwrap("AC01", *again));
  EXPECT_FALSE(vault->drop_root_key(*second)) << "the last key";
  EXPECT_FALSE(vault->use_root_key(first));
  const auto later = std::move(*Vault::open(path_, false));
  EXPECT_TRUE(later->unwrap("AC01", *again));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(RootKeyFile, IsRefusedWhenItHoldsMoreKeysThanFit) {
  std::string text;
  for (int i = 0; i < 9; ++i) text += std::string(64, 'a') + "\n";
  write(text);
  EXPECT_THAT(error(), testing::HasSubstr("64 hex digits"));
}

TEST_F(RootKeyFile, IsRefusedWhenItIsAFolder) {
  std::filesystem::create_directory(path_);
  EXPECT_NE(error(), "");
}

}  // namespace
}  // namespace cloudvno::vault
