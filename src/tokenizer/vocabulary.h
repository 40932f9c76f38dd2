// The tables that define a tokenizer: what each token id stands for and which pairs are merged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace seed {

using TokenId = std::int32_t;
using TokenPair = std::pair<TokenId, TokenId>;

// For hash tables keyed by pairs: both ids in one word, and a hash of it.
struct TokenPairHash {
    std::size_t operator()(TokenPair pair) const {
        const std::uint64_t word = std::uint64_t(pair.first) << 32 | std::uint32_t(pair.second);
        // Multiply by 2^64 over the golden ratio; the high bits are the well mixed ones.
        return word * 0x9E3779B97F4A7C15u >> 16;
    }
};

inline constexpr std::string_view mask_name = "<|mask|>";
inline constexpr std::string_view eos_name = "<|eos|>";
inline constexpr std::string_view pad_name = "<|pad|>";

struct Vocabulary {
    std::vector<std::string> tokens;  // by id: the token's bytes, or a special token's name
    std::vector<TokenId> special;     // ids of the special tokens
    std::vector<TokenPair> merges;    // by rank: the pair of ids that is merged
};

// Builds a vocabulary in the order of our own files: mask 0, eos 1, pad 2, the 256 bytes in the
// order of their printable code points, then what the merges make.
class VocabularyBuilder {
public:
    VocabularyBuilder();

    // Appends a merge and returns the id of the token it makes: a new id, unless an earlier merge
    // made the same bytes in another way (ab + c after a + bc). Throws if a part is not an id so
    // far or is a special token.
    TokenId add_merge(TokenPair pair);

    TokenId byte_id(char byte) const { return id_of_.at(std::string(1, byte)); }
    int size() const { return int(vocabulary_.tokens.size()); }
    const Vocabulary& vocabulary() const { return vocabulary_; }

private:
    Vocabulary vocabulary_;
    std::unordered_map<std::string, TokenId> id_of_;  // by the token's bytes
};

// The number of tokens before the first merge: 3 + 256.
inline constexpr int base_vocabulary_size = 259;

}  // namespace seed
