#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

#include "core/require.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/pre_tokenizer.h"

namespace seed {
namespace {

// A token as an error message shows it.
std::string shown_as(std::string_view bytes) {
    return fmt::format("\"{}\"", to_printable(bytes.substr(0, 40)));
}

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary)
    : vocabulary_(std::move(vocabulary)), is_special_(vocabulary_.tokens.size(), false) {
    for (TokenId id : vocabulary_.special) {
        require_id(id);
        is_special_[id] = true;
    }
    const TokenIndex id_of = index_tokens();
    find_named_tokens(id_of);
    rank_merges(id_of);
    require_every_token_is_made();
}

Tokenizer Tokenizer::from_merges(const std::vector<TokenPair>& merges) {
    VocabularyBuilder builder;
    for (TokenPair pair : merges) builder.add_merge(pair);
    return Tokenizer(builder.vocabulary());
}

Tokenizer::TokenIndex Tokenizer::index_tokens() const {
    TokenIndex id_of;
    for (TokenId id = 0; id < vocab_size(); ++id) {
        const std::string& token = vocabulary_.tokens[id];
        require(!token.empty(), "vocabulary: expected no empty token, token {} is empty", id);
        const auto [entry, is_new] = id_of.try_emplace(token, id);
        if (!is_new) {
            fail("vocabulary: expected distinct tokens, {} has the ids {} and {}", shown_as(token),
                 entry->second, id);
        }
    }
    return id_of;
}

void Tokenizer::find_named_tokens(const TokenIndex& id_of) {
    const auto find = [&](std::string_view token, bool special) {
        const auto found = id_of.find(token);
        require(found != id_of.end() && is_special_[found->second] == special,
                "vocabulary: expected the {} {}, found none",
                special ? "special token" : "single byte", shown_as(token));
        return found->second;
    };
    mask_id_ = find(mask_name, true);
    eos_id_ = find(eos_name, true);
    pad_id_ = find(pad_name, true);
    for (int byte = 0; byte < 256; ++byte) {
        byte_ids_[byte] = find(std::string(1, char(byte)), false);
    }
}

void Tokenizer::rank_merges(const TokenIndex& id_of) {
    for (int rank = 0; rank < int(merges().size()); ++rank) {
        const auto [left, right] = merges()[rank];
        const bool plain = !is_special(left) && !is_special(right);
        const auto product = id_of.find(token_text(left) + token_text(right));
        if (!plain || product == id_of.end() || is_special(product->second)) {
            fail("merge {}: expected two plain tokens that make a third, got {} and {}", rank,
                 shown_as(token_text(left)), shown_as(token_text(right)));
        }
        const Merge merge{rank, product->second};
        if (!merge_of_.emplace(TokenPair(left, right), merge).second) {
            fail("merge {}: expected a new pair, {} and {} were merged before", rank,
                 shown_as(token_text(left)), shown_as(token_text(right)));
        }
    }
}

void Tokenizer::require_every_token_is_made() const {
    std::vector<bool> is_made = is_special_;
    for (TokenId id : byte_ids_) is_made[id] = true;
    for (const auto& [pair, merge] : merge_of_) is_made[merge.product] = true;
    for (TokenId id = 0; id < vocab_size(); ++id) {
        if (is_made[id]) continue;
        fail("vocabulary: expected a merge that makes token {}, {}", id, shown_as(token_text(id)));
    }
}

// [bpe.encode]
std::vector<TokenId> Tokenizer::encode(std::string_view text) const {
    struct Range {
        std::size_t begin, end;
    };
    std::vector<TokenId> ids;
    std::unordered_map<std::string_view, Range> seen;  // pre-token -> where its ids are in `ids`
    std::vector<TokenId> symbols;
    for (std::string_view pre_token : split_pre_tokens(text)) {
        const auto known = seen.find(pre_token);
        if (known != seen.end()) {
            for (std::size_t i = known->second.begin; i < known->second.end; ++i) {
                ids.push_back(ids[i]);
            }
            continue;
        }
        symbols.clear();
        for (char byte : pre_token) symbols.push_back(byte_id(byte));
        merge_by_rank(symbols);
        seen[pre_token] = {ids.size(), ids.size() + symbols.size()};
        ids.insert(ids.end(), symbols.begin(), symbols.end());
    }
    return ids;
}
// [/bpe.encode]

std::vector<TokenId> Tokenizer::encode_pre_token(std::string_view pre_token) const {
    std::vector<TokenId> symbols;
    for (char byte : pre_token) symbols.push_back(byte_id(byte));
    merge_by_rank(symbols);
    return symbols;
}

// [bpe.merge_by_rank]
void Tokenizer::merge_by_rank(std::vector<TokenId>& symbols) const {
    // [exercise merge_by_rank]
    // Link the symbols: a merged pair lives on at its left position, the right one is unlinked.
    constexpr TokenId gone = -1;
    const std::size_t n = symbols.size();
    std::vector<std::size_t> next(n), previous(n);
    std::iota(next.begin(), next.end(), std::size_t{1});  // n: no next one
    for (std::size_t i = 0; i < n; ++i) previous[i] = i == 0 ? n : i - 1;

    // Queue every adjacent pair that has a rank: lowest rank first, then leftmost
    using Candidate = std::pair<int, std::size_t>;  // rank, left position
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto offer = [&](std::size_t left) {
        if (left == n || next[left] == n) return;
        const Merge* merge = find_merge(symbols[left], symbols[next[left]]);
        if (merge) queue.emplace(merge->rank, left);
    };
    for (std::size_t i = 0; i < n; ++i) offer(i);

    while (!queue.empty()) {
        const auto [rank, left] = queue.top();
        queue.pop();
        // Skip a candidate whose pair is no longer there: one of the two was merged meanwhile
        const std::size_t right = next[left];
        if (right == n || TokenPair(symbols[left], symbols[right]) != merges()[rank]) continue;
        // Replace the pair and offer the two pairs that the product makes with its neighbours
        symbols[left] = find_merge(symbols[left], symbols[right])->product;
        symbols[right] = gone;
        next[left] = next[right];
        if (next[left] != n) previous[next[left]] = left;
        offer(previous[left]);
        offer(left);
    }
    std::erase(symbols, gone);
    // [/exercise merge_by_rank]
}
// [/bpe.merge_by_rank]

// [bpe.decode]
std::string Tokenizer::decode(std::span<const TokenId> ids) const {
    std::string text;
    for (TokenId id : ids) {
        if (!is_special(id)) text += token_text(id);
    }
    return text;
}
// [/bpe.decode]

const std::string& Tokenizer::token_text(TokenId id) const {
    require_id(id);
    return vocabulary_.tokens[id];
}

bool Tokenizer::is_special(TokenId id) const {
    require_id(id);
    return is_special_[id];
}

const Tokenizer::Merge* Tokenizer::find_merge(TokenId left, TokenId right) const {
    const auto found = merge_of_.find({left, right});
    return found == merge_of_.end() ? nullptr : &found->second;
}

void Tokenizer::require_id(TokenId id) const {
    require(id >= 0 && id < vocab_size(), "token id: expected 0 ... {}, got {}", vocab_size() - 1,
            id);
}

}  // namespace seed
