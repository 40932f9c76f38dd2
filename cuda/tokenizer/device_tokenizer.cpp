// The class around the kernels: tables on the device, and the order of the launches.
#include <algorithm>
#include <bit>

#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/prefix_sum_device.h"
#include "tokenizer/tokenizer_device.h"

namespace seed {
namespace {

std::vector<MergeSlot> merge_slots(const Tokenizer& tokenizer) {
    std::vector<MergeSlot> slots(std::bit_ceil(2 * tokenizer.merges().size() + 1),
                                 MergeSlot{no_pair, 0, 0});
    const unsigned last_slot = unsigned(slots.size() - 1);
    for (const auto& [left, right] : tokenizer.merges()) {
        const Tokenizer::Merge& merge = *tokenizer.find_merge(left, right);
        unsigned slot = first_slot(pair_word(left, right), last_slot);
        while (slots[slot].pair != no_pair) slot = (slot + 1) & last_slot;
        slots[slot] = {pair_word(left, right), merge.rank, merge.product};
    }
    return slots;
}

std::vector<TokenId> byte_ids(const Tokenizer& tokenizer) {
    std::vector<TokenId> ids;
    for (int byte = 0; byte < 256; ++byte) ids.push_back(tokenizer.byte_id(char(byte)));
    return ids;
}

// A special token has no bytes: decoding leaves it out.
std::string plain_text(const Tokenizer& tokenizer, TokenId id) {
    return tokenizer.is_special(id) ? "" : tokenizer.token_text(id);
}

std::vector<Index> first_bytes(const Tokenizer& tokenizer) {
    std::vector<Index> first = {0};
    for (TokenId id = 0; id < tokenizer.vocab_size(); ++id) {
        first.push_back(first.back() + Index(plain_text(tokenizer, id).size()));
    }
    return first;
}

std::vector<std::uint8_t> all_bytes(const Tokenizer& tokenizer) {
    std::string bytes;
    for (TokenId id = 0; id < tokenizer.vocab_size(); ++id) bytes += plain_text(tokenizer, id);
    return {bytes.begin(), bytes.end()};
}

template <class T>
DeviceView<T> row_of(const DeviceBuffer<T>& buffer) {
    return {buffer.data(), 1, buffer.size()};
}

Index last_of(const DeviceBuffer<Index>& sums) {
    Index last = 0;
    copy_from_device(&last, sums.data() + sums.size() - 1, sizeof last);
    return last;
}

}  // namespace

DeviceTokenizer::DeviceTokenizer(const Tokenizer& tokenizer)
    : vocab_size_(tokenizer.vocab_size()),
      slots_(merge_slots(tokenizer)),
      byte_ids_(byte_ids(tokenizer)),
      first_byte_(first_bytes(tokenizer)),
      bytes_(all_bytes(tokenizer)) {}

MergeTable DeviceTokenizer::merges() const {
    return {slots_.data(), unsigned(slots_.size() - 1), byte_ids_.data()};
}

// [encode.device]
std::vector<TokenId> DeviceTokenizer::encode(std::string_view text) const {
    std::vector<Index> first = {0};
    for (std::string_view word : split_pre_tokens(text)) {
        first.push_back(first.back() + Index(word.size()));
    }
    const std::vector<std::uint8_t> host_bytes(text.begin(), text.end());
    const DeviceBuffer<std::uint8_t> bytes(host_bytes);
    const DeviceBuffer<TokenId> symbols(bytes.size());
    encode_words_warp_per_word(row_of(symbols), row_of(bytes), first, merges());

    // Move the tokens together
    const DeviceBuffer<Index> kept(symbols.size()), places(symbols.size() + 1);
    mark_tokens_thread_per_symbol(row_of(kept), row_of(symbols));
    prefix_sum(row_of(places), row_of(kept));
    const DeviceBuffer<TokenId> ids(last_of(places));
    compact_tokens_thread_per_symbol(row_of(ids), row_of(symbols), row_of(places));
    return ids.download();
}
// [/encode.device]

// [decode.device]
std::string DeviceTokenizer::decode(std::span<const TokenId> ids) const {
    for (TokenId id : ids) {
        require(id >= 0 && id < vocab_size_, "token id: expected 0 ... {}, got {}", vocab_size_ - 1,
                id);
    }
    const DeviceBuffer<TokenId> device_ids(ids);
    const DeviceBuffer<Index> lengths(device_ids.size()), places(device_ids.size() + 1);
    token_lengths_thread_per_token(row_of(lengths), row_of(device_ids), token_bytes());
    prefix_sum(row_of(places), row_of(lengths));
    const DeviceBuffer<std::uint8_t> text(last_of(places));
    decode_tokens_thread_per_byte(row_of(text), row_of(device_ids), row_of(places), token_bytes());
    const std::vector<std::uint8_t> bytes = text.download();
    return {bytes.begin(), bytes.end()};
}
// [/decode.device]

}  // namespace seed
