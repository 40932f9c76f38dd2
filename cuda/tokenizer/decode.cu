#include "core/grid.h"
#include "simt/simt.h"
#include "tokenizer/tokenizer_device.h"

namespace seed {
namespace {

constexpr int threads = 128;

}  // namespace

// [decode.lengths]
static __global__ void token_lengths(Index* lengths, const TokenId* ids, Index count,
                                     TokenBytes table) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n < count) lengths[n] = table.first[ids[n] + 1] - table.first[ids[n]];
}
// [/decode.lengths]

// [decode.thread_per_token]
// The CPU's loop over the tokens, once it is known where each begins.
static __global__ void decode_whole_tokens(std::uint8_t* text, const TokenId* ids,
                                           const Index* places, Index count, TokenBytes table) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= count) return;
    const std::uint8_t* token = table.bytes + table.first[ids[n]];
    for (Index i = places[n]; i < places[n + 1]; ++i) text[i] = token[i - places[n]];
}
// [/decode.thread_per_token]

// [decode.thread_per_byte]
// The last of `count` tokens that begins at or before byte i: behind it, all begin later. Of tokens
// at the same place all but the last are empty.
static __device__ Index token_at(Index i, const Index* places, Index count) {
    Index low = 0, high = count;
    while (high - low > 1) {
        const Index middle = (low + high) / 2;
        if (places[middle] <= i) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

// Neighbouring threads write neighbouring bytes, and a long token costs no thread more than a short
// one does; the price is a binary search for each byte.
static __global__ void decode_bytes(std::uint8_t* text, const TokenId* ids, const Index* places,
                                    Index count, Index bytes, TokenBytes table) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= bytes) return;
    const Index n = token_at(i, places, count);
    text[i] = table.bytes[table.first[ids[n]] + i - places[n]];
}
// [/decode.thread_per_byte]

void token_lengths_thread_per_token(DeviceView<Index> lengths, DeviceView<const TokenId> ids,
                                    const TokenBytes& table) {
    require_shape(ids, 1, ids.cols, "token_lengths: ids");
    require_shape(lengths, 1, ids.cols, "token_lengths: lengths");
    if (ids.cols == 0) return;
    simt::launch<token_lengths>({blocks_for(ids.cols, threads), threads}, lengths.data, ids.data,
                                ids.cols, table);
}

static void check_text(DeviceView<std::uint8_t> text, DeviceView<const TokenId> ids,
                       DeviceView<const Index> places) {
    require_shape(text, 1, text.cols, "decode_tokens: text");
    require_shape(ids, 1, ids.cols, "decode_tokens: ids");
    require_shape(places, 1, ids.cols + 1, "decode_tokens: places");
}

void decode_tokens_thread_per_token(DeviceView<std::uint8_t> text, DeviceView<const TokenId> ids,
                                    DeviceView<const Index> places, const TokenBytes& table) {
    check_text(text, ids, places);
    if (text.cols == 0) return;
    simt::launch<decode_whole_tokens>({blocks_for(ids.cols, threads), threads}, text.data, ids.data,
                                      places.data, ids.cols, table);
}

void decode_tokens_thread_per_byte(DeviceView<std::uint8_t> text, DeviceView<const TokenId> ids,
                                   DeviceView<const Index> places, const TokenBytes& table) {
    check_text(text, ids, places);
    if (text.cols == 0) return;
    simt::launch<decode_bytes>({blocks_for(text.cols, threads), threads}, text.data, ids.data,
                               places.data, ids.cols, text.cols, table);
}

}  // namespace seed
