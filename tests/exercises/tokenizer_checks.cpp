// Chapter 1.
#include "tests/exercises/code_check.h"
#include "tokenizer/tokenizer.h"

namespace seed {
namespace {

using Encode = std::vector<TokenId>(const Tokenizer&, std::string_view);

// The definition, word by word: of all pairs that have a rank the lowest, of these the leftmost.
std::vector<TokenId> merged(std::vector<TokenId> symbols, const std::vector<TokenPair>& merges,
                            TokenId first_product) {
    for (std::size_t rank = 0; rank < merges.size();) {
        std::size_t at = 0;
        while (at + 1 < symbols.size() && TokenPair(symbols[at], symbols[at + 1]) != merges[rank]) {
            ++at;
        }
        if (at + 1 >= symbols.size()) {
            ++rank;
            continue;
        }
        symbols[at] = first_product + TokenId(rank);
        symbols.erase(symbols.begin() + std::ptrdiff_t(at) + 1);
        rank = 0;
    }
    return symbols;
}

std::string listed(const std::vector<TokenId>& ids) {
    return fmt::format("{}", fmt::join(ids, " "));
}

// Words over three letters, and merges of what is there so far
void check_merge_by_rank(const Student<Encode>& encode, RandomKey key) {
    RandomStream stream(key, 0);
    for (int round = 0; round < 12; ++round) {
        VocabularyBuilder builder;
        std::vector<std::string> texts{"a", "b", "c"};
        std::vector<TokenId> ids;
        for (const std::string& text : texts) ids.push_back(builder.byte_id(text[0]));
        const auto letters = ids;
        std::vector<TokenPair> merges;
        while (merges.size() < 8) {
            const auto left = stream.below(std::uint32_t(ids.size()));
            const auto right = stream.below(std::uint32_t(ids.size()));
            const std::string text = texts[left] + texts[right];
            if (std::find(texts.begin(), texts.end(), text) != texts.end()) continue;
            merges.emplace_back(ids[left], ids[right]);
            texts.push_back(text), ids.push_back(builder.add_merge(merges.back()));
        }
        const TokenId first_product = ids[3];
        const Tokenizer tokenizer = Tokenizer::from_merges(merges);
        for (const std::uint32_t length :
             {1u, 2u, 3u, 4u, 4u, 5u, 5u, 6u, 6u, 7u, 8u, 9u + stream.below(20), 60u}) {
            std::string word;
            std::vector<TokenId> symbols;
            for (std::uint32_t i = 0; i < length; ++i) {
                const std::uint32_t letter = stream.below(3);
                word += texts[letter], symbols.push_back(letters[letter]);
            }
            const std::vector<TokenId> got = encode(tokenizer, word);
            const std::vector<TokenId> expected = merged(symbols, merges, first_product);
            std::string rules;
            for (std::size_t rank = 0; rank < merges.size(); ++rank) {
                rules += fmt::format(" {}={}+{}", first_product + TokenId(rank), merges[rank].first,
                                     merges[rank].second);
            }
            require(got == expected,
                    "the symbols {} with the merges{} (best rank first):\nexpected {}\n     got {}",
                    listed(symbols), rules, listed(expected), listed(got));
        }
    }
}

const RegisterCodeCheck merge_by_rank{
    "merge_by_rank",
    "+[](const seed::Tokenizer& t, std::string_view w) { return t.encode_pre_token(w); }",
    check_merge_by_rank};

}  // namespace
}  // namespace seed
