#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <limits>

#include "core/require.h"
#include "tests/support/catch.h"
#include "tests/tokenizer/random_text.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/merge_trace.h"
#include "tokenizer/pre_tokenizer.h"

using namespace seed;

namespace {

using Ids = std::vector<TokenId>;

// The definition of BPE encoding, word for word, on the list of merges.
Ids encode_by_definition(const Tokenizer& tokenizer, std::string_view text) {
    Ids ids;
    for (std::string_view word : split_pre_tokens(text)) {
        std::vector<std::string> parts;
        for (char byte : word) parts.emplace_back(1, byte);
        bool merged = true;
        while (merged) {
            merged = false;
            for (const auto& [left, right] : tokenizer.merges()) {
                const Ids pair{left, right};
                for (std::size_t i = 0; i + 1 < parts.size() && !merged; ++i) {
                    merged = parts[i] == tokenizer.token_text(left) &&
                             parts[i + 1] == tokenizer.token_text(right);
                    if (merged) parts[i] += parts[i + 1], parts.erase(parts.begin() + i + 1);
                }
                if (merged) break;
            }
        }
        for (const std::string& part : parts) {
            TokenId id = tokenizer.vocab_size() - 1;
            while (tokenizer.token_text(id) != part) --id;
            ids.push_back(id);
        }
    }
    return ids;
}

TokenPair letters(const Tokenizer& bytes, char left, char right) {
    return {bytes.byte_id(left), bytes.byte_id(right)};
}

}  // namespace

TEST_CASE("the special tokens come first, then the bytes by code point, then the merges") {
    const Tokenizer bytes = Tokenizer::from_merges({});
    CHECK(bytes.vocab_size() == 259);
    CHECK(bytes.mask_id() == 0);
    CHECK(bytes.eos_id() == 1);
    CHECK(bytes.pad_id() == 2);
    CHECK((bytes.is_special(0) && bytes.is_special(2) && !bytes.is_special(3)));
    CHECK(bytes.token_text(0) == "<|mask|>");
    CHECK(bytes.token_text(3) == "!");
    CHECK(bytes.byte_id(' ') == 3 + 188 + 32);
    const Tokenizer one = Tokenizer::from_merges({letters(bytes, 'a', 'b')});
    CHECK(one.vocab_size() == 260);
    CHECK(one.token_text(259) == "ab");
}

TEST_CASE("the merge of lowest rank goes first, whatever its place") {
    const Tokenizer bytes = Tokenizer::from_merges({});
    const TokenPair ab = letters(bytes, 'a', 'b'), bc = letters(bytes, 'b', 'c');
    CHECK(Tokenizer::from_merges({ab, bc}).encode("abc") == Ids{259, bc.second});
    CHECK(Tokenizer::from_merges({bc, ab}).encode("abc") == Ids{ab.first, 259});
}

TEST_CASE("equal merges go from left to right") {
    const Tokenizer bytes = Tokenizer::from_merges({});
    const TokenPair aa = letters(bytes, 'a', 'a');
    CHECK(Tokenizer::from_merges({aa}).encode("aaa") == Ids{259, aa.first});
    CHECK(Tokenizer::from_merges({aa}).encode("aaaa") == Ids{259, 259});
}

TEST_CASE("two merges that make the same bytes share one id") {
    const Tokenizer bytes = Tokenizer::from_merges({});
    const TokenPair ab = letters(bytes, 'a', 'b'), bc = letters(bytes, 'b', 'c');
    const Tokenizer both =
        Tokenizer::from_merges({ab, bc, {259, bc.second}, {ab.first, 260}});
    CHECK(both.vocab_size() == 262);
    CHECK(both.merges().size() == 4);
    CHECK(both.encode("abc") == Ids{261});
}

TEST_CASE("a merge never crosses the border of a pre-token") {
    const Tokenizer bytes = Tokenizer::from_merges({});
    const Tokenizer merged = Tokenizer::from_merges({letters(bytes, 'a', ' ')});
    CHECK(merged.encode("a b").size() == 3);
}

TEST_CASE("encode gives what the definition gives") {
    for (int letter_count : {1, 2, 3, 5}) {
        const auto texts = random_texts(letter_count, 30, letter_count);
        const Tokenizer tokenizer = train_bpe(texts, {.vocab_size = 320});
        for (const std::string& text : random_texts(100 + letter_count, 20, letter_count)) {
            const Ids ids = tokenizer.encode(text);
            CHECK(ids == encode_by_definition(tokenizer, text));
            const MergeTrace trace = trace_merges(tokenizer, text);
            CHECK(ids == (trace.steps.empty() ? trace.bytes : trace.steps.back().tokens));
            for (const MergeStep& step : trace.steps) {
                CHECK(tokenizer.merges()[std::size_t(step.rank)] ==
                      TokenPair{step.left, step.right});
            }
        }
    }
}

TEST_CASE("decode gives back any bytes") {
    const auto texts = random_texts(1, 20, 4);
    const Tokenizer tokenizer = train_bpe(texts, {.vocab_size = 300});
    RandomStream random({2}, 0);
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (int i = random.between(0, 200); i > 0; --i) {
            text += round % 2 ? char('a' + random.below(5)) : char(random.below(256));
        }
        CHECK(tokenizer.decode(tokenizer.encode(text)) == text);
    }
    CHECK(tokenizer.encode("").empty());
}

TEST_CASE("the name of a special token in a text is plain text") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const Ids ids = tokenizer.encode("<|eos|>");
    CHECK(ids.size() == 7);
    CHECK(std::ranges::none_of(ids, [&](TokenId id) { return tokenizer.is_special(id); }));
}

TEST_CASE("decode leaves special tokens out") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    CHECK(tokenizer.decode(Ids{0, tokenizer.byte_id('x'), 1, 2}) == "x");
}

TEST_CASE("ids out of range are errors") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    CHECK_THROWS_AS(tokenizer.decode(Ids{259}), Error);
    CHECK_THROWS_AS(tokenizer.decode(Ids{-1}), Error);
    CHECK_THROWS_AS(tokenizer.token_text(std::numeric_limits<TokenId>::max()), Error);
    CHECK_THROWS_AS(tokenizer.is_special(-1), Error);
}

TEST_CASE("merges of unknown, special or already merged tokens are errors") {
    CHECK_THROWS_AS(Tokenizer::from_merges({{259, 10}}), Error);
    CHECK_THROWS_AS(Tokenizer::from_merges({{-1, 10}}), Error);
    CHECK_THROWS_AS(Tokenizer::from_merges({{10, 1}}), Error);
    CHECK_THROWS_AS(Tokenizer::from_merges({{10, 11}, {10, 11}}), Error);
}

TEST_CASE("a pre-token of a million bytes is encoded in time") {
    const auto texts = random_texts(3, 50, 2);
    const Tokenizer tokenizer = train_bpe(texts, {.vocab_size = 400});
    RandomStream random({4}, 0);
    std::string text(1'000'000, 'a');
    for (char& letter : text) letter = char('a' + random.below(2));
    const Ids ids = tokenizer.encode(text);
    CHECK(ids.size() < text.size() / 3);
    CHECK(tokenizer.decode(ids) == text);
}
