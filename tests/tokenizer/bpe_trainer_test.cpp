#include "tokenizer/bpe_trainer.h"

#include <map>

#include "core/parallel.h"
#include "core/require.h"
#include "tests/support/catch.h"
#include "tests/tokenizer/random_text.h"
#include "tokenizer/pre_tokenizer.h"

using namespace seed;

namespace {

using Ids = std::vector<TokenId>;
using Words = std::map<Ids, std::int64_t>;  // a word's symbols -> how many times it occurs

std::map<TokenPair, std::int64_t> count_pairs(const Words& words) {
    std::map<TokenPair, std::int64_t> counts;
    for (const auto& [word, count] : words) {
        for (std::size_t i = 0; i + 1 < word.size(); ++i) counts[{word[i], word[i + 1]}] += count;
    }
    return counts;
}

Ids merged(const Ids& word, TokenPair pair, TokenId product) {
    Ids result;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const bool here = i + 1 < word.size() && TokenPair(word[i], word[i + 1]) == pair;
        result.push_back(here ? product : word[i]);
        i += here;
    }
    return result;
}

// The definition of BPE training: count everything anew before every merge.
Tokenizer train_by_definition(const std::vector<std::string>& texts, const BpeOptions& options) {
    VocabularyBuilder vocabulary;
    Words words;
    for (const std::string& text : texts) {
        for (std::string_view pre_token : split_pre_tokens(text)) {
            Ids word;
            for (char byte : pre_token) word.push_back(vocabulary.byte_id(byte));
            ++words[word];
        }
    }
    while (vocabulary.size() < options.vocab_size) {
        TokenPair best;
        std::int64_t best_count = 0;
        // The map is sorted by pair: the first of equal counts has the smallest ids
        for (const auto& [pair, count] : count_pairs(words)) {
            if (count > best_count) best = pair, best_count = count;
        }
        if (best_count < options.min_count) break;
        const TokenId product = vocabulary.add_merge(best);
        Words next;
        for (const auto& [word, count] : words) next[merged(word, best, product)] += count;
        words = next;
    }
    return Tokenizer(vocabulary.vocabulary());
}

}  // namespace

TEST_CASE("the merges of low low low lower lowest are those worked by hand") {
    const std::vector<std::string> texts{"low low low lower lowest"};
    const Tokenizer tokenizer = train_bpe(texts, {.vocab_size = 300});
    CHECK(spelled_merges(tokenizer) ==
          std::vector<std::string>{"l o", "lo w", "Ġ low", "Ġlow e"});  // counts 5, 5, 4, 2
    CHECK(tokenizer.token_text(262) == " lowe");
    CHECK(tokenizer.encode(" lowlow") == Ids{261, 260});
    CHECK(tokenizer.encode(" lowest") == Ids{262, tokenizer.byte_id('s'), tokenizer.byte_id('t')});
}

TEST_CASE("of pairs with equal counts the one with the smaller ids is merged") {
    for (const char* text : {"ab cd ab cd", "cd ab cd ab"}) {
        const std::vector<std::string> texts{text};
        const Tokenizer tokenizer = train_bpe(texts, {.vocab_size = 260});
        CHECK(tokenizer.token_text(259) == "ab");
    }
    const std::vector<std::string> texts{"xb xa xb xa"};
    CHECK(train_bpe(texts, {.vocab_size = 260}).token_text(259) == " x");
    CHECK(train_bpe(texts, {.vocab_size = 260, .min_count = 4}).merges().empty());
}

TEST_CASE("a merge whose bytes are a token already makes that token, not the newest") {
    VocabularyBuilder vocabulary;
    const TokenId a = vocabulary.byte_id('a'), b = vocabulary.byte_id('b');
    const TokenId aa = vocabulary.add_merge({a, a}), aaa = vocabulary.add_merge({aa, a});
    const TokenId newest = vocabulary.add_merge({a, b});
    CHECK(vocabulary.add_merge({a, aa}) == aaa);
    CHECK(vocabulary.size() == newest + 1);
}

TEST_CASE("a pair that overlaps itself is counted at every place") {
    // "aaa" holds (a, a) at two places, enough for min_count = 2.
    const std::vector<std::string> texts{"aaa"};
    CHECK(train_bpe(texts, {.vocab_size = 300}).merges().size() == 1);
    CHECK(train_bpe(texts, {.vocab_size = 300, .min_count = 3}).merges().empty());
}

TEST_CASE("training gives what the definition gives") {
    for (int letters : {1, 2, 3, 4, 8}) {
        for (int min_count : {1, 2, 5}) {
            const BpeOptions options{.vocab_size = 330, .min_count = min_count};
            const auto texts = random_texts(10 * letters + min_count, 12, letters);
            const Tokenizer expected = train_by_definition(texts, options);
            CHECK(spelled_merges(train_bpe(texts, options)) == spelled_merges(expected));
        }
    }
}

TEST_CASE("learning never makes the same bytes twice") {
    for (int letters : {1, 2, 3}) {
        const auto texts = random_texts(20 + letters, 40, letters);
        const Tokenizer tokenizer = train_bpe(texts, {.vocab_size = 700});
        CHECK(int(tokenizer.merges().size()) == tokenizer.vocab_size() - base_vocabulary_size);
    }
}

TEST_CASE("neither threads nor the order of the texts change the merges") {
    auto texts = random_texts(5, 300, 6);
    const BpeOptions options{.vocab_size = 600};
    const auto expected = train_bpe(texts, options).merges();
    for (int threads : {1, 2, 7}) {
        set_thread_count(threads);
        CHECK(train_bpe(texts, options).merges() == expected);
    }
    set_thread_count(0);
    std::reverse(texts.begin(), texts.end());
    CHECK(train_bpe(texts, options).merges() == expected);
}

TEST_CASE("training stops at the vocabulary size, or when no pair is frequent enough") {
    const auto texts = random_texts(6, 20, 4);
    CHECK(train_bpe(texts, {.vocab_size = 259}).merges().empty());
    CHECK(train_bpe(texts, {.vocab_size = 300}).vocab_size() == 300);
    CHECK(train_bpe(std::vector<std::string>{"abc"}, {.vocab_size = 300}).vocab_size() == 259);
    CHECK(train_bpe(std::vector<std::string>{}, {.vocab_size = 300}).vocab_size() == 259);
    CHECK(train_bpe(std::vector<std::string>{"", "\xff\xff"}, {}).vocab_size() == 259);
}

TEST_CASE("options out of range are errors") {
    const std::vector<std::string> texts{"a"};
    CHECK_THROWS_AS(train_bpe(texts, {.vocab_size = 258}), Error);
    CHECK_THROWS_AS(train_bpe(texts, {.vocab_size = 300, .min_count = 0}), Error);
}

TEST_CASE("words are counted over all texts and sorted") {
    const std::vector<std::string> texts{"b a", "b b", ""};
    const auto words = count_words(texts);
    REQUIRE(words.size() == 3);
    CHECK((words[0].bytes == " a" && words[0].count == 1));
    CHECK((words[1].bytes == " b" && words[1].count == 1));
    CHECK((words[2].bytes == "b" && words[2].count == 2));
}
