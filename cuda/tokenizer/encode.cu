#include "core/grid.h"
#include "simt/simt.h"
#include "tokenizer/tokenizer_device.h"

namespace seed {
namespace {

constexpr int threads = 128;

// A pair that may be merged: rank << 32 | position. The smallest is the one that BPE takes next.
using Candidate = unsigned long long;
constexpr Candidate no_candidate = ~Candidate{0};

}  // namespace

// [encode.candidate]
// The better of `best` and the pair at positions i and i + 1.
static __device__ Candidate better(Candidate best, const MergeTable& merges, const TokenId* word,
                                   Index i) {
    const MergeSlot* merge = find_merge(merges, word[i], word[i + 1]);
    if (merge == nullptr) return best;
    const Candidate candidate = Candidate(merge->rank) << 32 | Candidate(i);
    return candidate < best ? candidate : best;
}
// [/encode.candidate]

// [encode.thread_per_word]
// One thread merges a word by itself: find the best pair, replace it, close the gap.
static __global__ void encode_in_thread(TokenId* symbols, const std::uint8_t* bytes,
                                        const Index* first, Index words, MergeTable merges) {
    const Index w = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (w >= words) return;
    TokenId* word = symbols + first[w];
    Index n = first[w + 1] - first[w];
    for (Index i = 0; i < n; ++i) word[i] = merges.byte_ids[bytes[first[w] + i]];
    while (true) {
        Candidate best = no_candidate;
        for (Index i = 0; i + 1 < n; ++i) best = better(best, merges, word, i);
        if (best == no_candidate) return;
        const Index left = Index(best & 0xffffffffu);
        word[left] = find_merge(merges, word[left], word[left + 1])->product;
        for (Index i = left + 1; i + 1 < n; ++i) word[i] = word[i + 1];
        word[--n] = no_token;
    }
}
// [/encode.thread_per_word]

// [encode.warp_min]
static __device__ Candidate warp_min(Candidate candidate) {
    for (int d = 16; d > 0; d /= 2) {
        const Candidate other = __shfl_xor_sync(0xffffffffu, candidate, d);
        if (other < candidate) candidate = other;
    }
    return candidate;
}
// [/encode.warp_min]

// [encode.warp_per_word]
// Moves word[left + 2] ... word[n - 1] one place to the left, 32 at a time: all lanes have read
// before one writes.
static __device__ void close_gap(TokenId* word, Index left, Index n, int lane) {
    // [exercise close_gap]
    for (Index begin = left + 1; begin < n; begin += 32) {
        const Index i = begin + lane;
        const TokenId moved = i + 1 < n ? word[i + 1] : no_token;
        __syncwarp();
        if (i < n) word[i] = moved;
    }
    __syncwarp();
    // [/exercise close_gap]
}

// The 32 lanes of a warp share a word: each looks at every 32nd pair, and a reduction finds the
// best of all. Merges are still one at a time: the product may make a pair of lower rank.
static __global__ void encode_in_warp(TokenId* symbols, const std::uint8_t* bytes,
                                      const Index* first, Index words, MergeTable merges) {
    const Index w = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const int lane = int(threadIdx.x % 32);
    if (w >= words) return;  // a whole warp
    TokenId* word = symbols + first[w];
    Index n = first[w + 1] - first[w];
    for (Index i = lane; i < n; i += 32) word[i] = merges.byte_ids[bytes[first[w] + i]];
    __syncwarp();
    while (true) {
        Candidate best = no_candidate;
        for (Index i = lane; i + 1 < n; i += 32) best = better(best, merges, word, i);
        best = warp_min(best);
        if (best == no_candidate) return;  // in all lanes alike
        __syncwarp();                      // all have read: a shuffle orders no memory
        const Index left = Index(best & 0xffffffffu);
        if (lane == 0) word[left] = find_merge(merges, word[left], word[left + 1])->product;
        close_gap(word, left, n, lane);
        --n;
    }
}
// [/encode.warp_per_word]

// [encode.compact]
static __global__ void mark_tokens(Index* kept, const TokenId* symbols, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) kept[i] = symbols[i] != no_token;
}

// The number of tokens before this one is its place.
static __global__ void compact_tokens(TokenId* ids, const TokenId* symbols, const Index* places,
                                      Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size && symbols[i] != no_token) ids[places[i]] = symbols[i];
}
// [/encode.compact]

// The number of words.
static Index check_words(DeviceView<TokenId> symbols, DeviceView<const std::uint8_t> bytes,
                         std::span<const Index> first) {
    require_shape(bytes, 1, symbols.cols, "encode_words: bytes");
    require_shape(symbols, 1, symbols.cols, "encode_words: symbols");
    require(symbols.cols < Index{1} << 32, "encode_words: expected less than 2^32 bytes, got {}",
            symbols.cols);
    require(!first.empty() && first.front() == 0 && first.back() == symbols.cols,
            "encode_words: expected words that cover {} bytes, got others", symbols.cols);
    for (std::size_t w = 1; w < first.size(); ++w) {
        require(first[w - 1] <= first[w],
                "encode_words: expected ascending words, got {} before {}", first[w - 1], first[w]);
    }
    return Index(first.size()) - 1;
}

void encode_words_thread_per_word(DeviceView<TokenId> symbols, DeviceView<const std::uint8_t> bytes,
                                  std::span<const Index> first, const MergeTable& merges) {
    const Index words = check_words(symbols, bytes, first);
    if (words == 0) return;
    const DeviceBuffer<Index> device_first(first);
    simt::launch<encode_in_thread>({blocks_for(words, threads), threads}, symbols.data, bytes.data,
                                   device_first.data(), words, merges);
}

void encode_words_warp_per_word(DeviceView<TokenId> symbols, DeviceView<const std::uint8_t> bytes,
                                std::span<const Index> first, const MergeTable& merges) {
    const Index words = check_words(symbols, bytes, first);
    if (words == 0) return;
    const DeviceBuffer<Index> device_first(first);
    simt::launch<encode_in_warp>({blocks_for(32 * words, threads), threads}, symbols.data,
                                 bytes.data, device_first.data(), words, merges);
}

void mark_tokens_thread_per_symbol(DeviceView<Index> kept, DeviceView<const TokenId> symbols) {
    require_shape(kept, 1, symbols.cols, "mark_tokens: kept");
    require_shape(symbols, 1, symbols.cols, "mark_tokens: symbols");
    if (symbols.cols == 0) return;
    simt::launch<mark_tokens>({blocks_for(symbols.cols, threads), threads}, kept.data, symbols.data,
                              symbols.cols);
}

void compact_tokens_thread_per_symbol(DeviceView<TokenId> ids, DeviceView<const TokenId> symbols,
                                      DeviceView<const Index> places) {
    require_shape(ids, 1, ids.cols, "compact_tokens: ids");
    require_shape(symbols, 1, symbols.cols, "compact_tokens: symbols");
    require_shape(places, 1, symbols.cols + 1, "compact_tokens: places");
    if (symbols.cols == 0) return;
    simt::launch<compact_tokens>({blocks_for(symbols.cols, threads), threads}, ids.data,
                                 symbols.data, places.data, symbols.cols);
}

}  // namespace seed
