// A byte-level BPE tokenizer, as GPT-2 and Qwen2 use it: text is cut into pre-tokens; a pre-token
// starts as its bytes, one token each; then, again and again, the adjacent pair of lowest rank
// (leftmost first) is replaced by the token it makes, until no adjacent pair has a rank.
//
// Lossless: decode(encode(text)) == text for any byte string, empty, with NULs or not UTF-8.
// Text is data: encode never yields a special token; "<|eos|>" in a text is seven plain characters.
// Source of the method: Sennrich, Haddow, Birch, "Neural machine translation of rare words with
// subword units" (ACL 2016); on bytes: Radford et al., GPT-2 (2019).
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/vocabulary.h"

namespace seed {

class Tokenizer {
public:
    // Takes tables with the ids in any order. Throws unless tokens are distinct and not empty, all
    // 256 single bytes and the three special tokens are there, no merge is repeated, and the
    // merges make all other tokens and nothing else.
    explicit Tokenizer(Vocabulary vocabulary);

    // Our own order of ids: special tokens (mask 0, eos 1, pad 2), the 256 bytes in the order of
    // their printable code points, then the products of the merges in order.
    static Tokenizer from_merges(const std::vector<TokenPair>& merges);

    std::vector<TokenId> encode(std::string_view text) const;
    // The same of a text that is one pre-token, and is not cut.
    std::vector<TokenId> encode_pre_token(std::string_view pre_token) const;

    // The bytes of the tokens; special tokens are left out. Throws for an id out of range.
    std::string decode(std::span<const TokenId> ids) const;

    // The bytes of one token, which may be part of a character; the name of a special token.
    const std::string& token_text(TokenId id) const;

    int vocab_size() const { return int(vocabulary_.tokens.size()); }
    TokenId mask_id() const { return mask_id_; }
    TokenId eos_id() const { return eos_id_; }
    TokenId pad_id() const { return pad_id_; }
    bool is_special(TokenId id) const;

    TokenId byte_id(char byte) const { return byte_ids_[std::uint8_t(byte)]; }
    const std::vector<TokenPair>& merges() const { return vocabulary_.merges; }
    const Vocabulary& vocabulary() const { return vocabulary_; }

    // A merge's place in merges() and the token that it makes.
    struct Merge {
        int rank;
        TokenId product;
    };
    // The merge of two adjacent tokens; nullptr if they are never merged.
    const Merge* find_merge(TokenId left, TokenId right) const;

private:
    using TokenIndex = std::unordered_map<std::string_view, TokenId>;
    TokenIndex index_tokens() const;
    void find_named_tokens(const TokenIndex& id_of);
    void rank_merges(const TokenIndex& id_of);
    void require_every_token_is_made() const;
    void require_id(TokenId id) const;
    void merge_by_rank(std::vector<TokenId>& symbols) const;

    Vocabulary vocabulary_;
    std::vector<bool> is_special_;
    std::array<TokenId, 256> byte_ids_{};
    TokenId mask_id_ = 0, eos_id_ = 0, pad_id_ = 0;
    std::unordered_map<TokenPair, Merge, TokenPairHash> merge_of_;
};

}  // namespace seed
