// tokenizer/tokenizer.h on the device.
//
// Encoding: the host cuts the text into pre-tokens (a regex), the device merges each by rank, and
// what is left of all of them is moved together. Decoding: the prefix sum of the tokens' lengths
// says where each token's bytes go.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/device_array.h"
#include "tokenizer/pair_table.cuh"
#include "tokenizer/tokenizer.h"

namespace seed {

// The bytes of all tokens on the device: those of token v are bytes[first[v]] ...
// bytes[first[v + 1] - 1]; none for a special token.
struct TokenBytes {
    const std::uint8_t* bytes;
    const Index* first;  // (V + 1)
};

class DeviceTokenizer {
public:
    explicit DeviceTokenizer(const Tokenizer& tokenizer);

    // As those of Tokenizer, bit for bit.
    std::vector<TokenId> encode(std::string_view text) const;
    std::string decode(std::span<const TokenId> ids) const;

    MergeTable merges() const;
    TokenBytes token_bytes() const { return {bytes_.data(), first_byte_.data()}; }

private:
    Index vocab_size_;
    DeviceBuffer<MergeSlot> slots_;
    DeviceBuffer<TokenId> byte_ids_;
    DeviceBuffer<Index> first_byte_;
    DeviceBuffer<std::uint8_t> bytes_;
};

// The ladder of encoding. bytes (1, S) holds words one after another: word w is bytes first[w] ...
// first[w + 1] - 1. In symbols (1, S) each word's ids stand where the word begins; the places
// behind them, up to the next word, become no_token.
inline constexpr TokenId no_token = -1;
void encode_words_thread_per_word(DeviceView<TokenId> symbols, DeviceView<const std::uint8_t> bytes,
                                  std::span<const Index> first, const MergeTable& merges);
void encode_words_warp_per_word(DeviceView<TokenId> symbols, DeviceView<const std::uint8_t> bytes,
                                std::span<const Index> first, const MergeTable& merges);

// kept (1, S): 1 where there is a token, 0 at no_token.
void mark_tokens_thread_per_symbol(DeviceView<Index> kept, DeviceView<const TokenId> symbols);
// ids (1, n): the tokens in their order; places (1, S + 1) is the prefix sum of `kept`.
void compact_tokens_thread_per_symbol(DeviceView<TokenId> ids, DeviceView<const TokenId> symbols,
                                      DeviceView<const Index> places);

// lengths (1, n): the number of bytes of each token.
void token_lengths_thread_per_token(DeviceView<Index> lengths, DeviceView<const TokenId> ids,
                                    const TokenBytes& table);
// The ladder of decoding. text (1, bytes): the tokens' bytes; places (1, n + 1) is the prefix sum
// of their lengths.
void decode_tokens_thread_per_token(DeviceView<std::uint8_t> text, DeviceView<const TokenId> ids,
                                    DeviceView<const Index> places, const TokenBytes& table);
void decode_tokens_thread_per_byte(DeviceView<std::uint8_t> text, DeviceView<const TokenId> ids,
                                   DeviceView<const Index> places, const TokenBytes& table);

}  // namespace seed
