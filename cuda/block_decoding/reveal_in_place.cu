#include <cmath>

#include "block_decoding/reveal_in_place_device.h"
#include "core/grid.h"
#include "simt/simt.h"

namespace seed {

static constexpr int threads = 128;
static constexpr int lanes = 32;
static constexpr int warps_per_block = threads / lanes;  // 4 rows at a time
static constexpr Index most_rows = 4096;                 // 12 bytes each: 48 KiB

// TextsInPlace, the logits and the rule as a kernel's argument.
struct InPlace {
    std::int32_t *ids, *masked;
    double* probabilities;
    const Index *begin, *calls;
    const std::uint64_t* keys;
    const float* logits;
    Index texts, positions, rows;  // B, T, R
    int vocabulary;
    bool by_count;
    double threshold, temperature;
    Index steps;

    // Positions that text b's block has, and where in (B, T) the first of them stands.
    __device__ Index count(Index b) const {
        const Index left = positions - begin[b];
        return left < rows ? left : rows;
    }
    __device__ Index first(Index b) const { return b * positions + begin[b]; }
    __device__ const float* row(Index b, Index r) const {
        return logits + (b * rows + r) * vocabulary;  // (V)
    }
    // What the rule count reveals of so many masked positions.
    __device__ Index share(Index b, Index left) const {
        const Index calls_left = steps - calls[b] > 1 ? steps - calls[b] : 1;
        return (left + calls_left - 1) / calls_left;
    }
};

// [reveal_in_place.choice]
// What is known of a row of logits when a part of it has passed by: the online softmax's two
// numbers, and the best token. The mask token has -inf, and adds nothing.
struct Choice {
    double largest = -INFINITY, sum = 0;  // of exp(z[v] - largest)
    double score = -INFINITY;
    int token = 0;

    __device__ void take(double z, double score_of_token, int v) {
        if (z == -INFINITY) return;
        const double old = largest;
        largest = fmax(old, z);
        sum = z > old ? sum * exp(old - z) + 1 : sum + exp(z - old);
        if (score_of_token > score) score = score_of_token, token = v;
    }
    // Two parts become one; a part without tokens has the sum 0.
    __device__ void join(const Choice& other) {
        const double old = largest;
        largest = fmax(old, other.largest);
        const double own = sum > 0 ? sum * exp(old - largest) : 0;
        sum = own + (other.sum > 0 ? other.sum * exp(other.largest - largest) : 0);
        const bool wins = other.score > score || (other.score == score && other.token < token);
        if (wins) score = other.score, token = other.token;
    }
    __device__ double probability(const float* z) const {
        return exp(double(z[token]) - (largest + log(sum)));
    }
};

// A row's tokens first, first + stride, ... in one pass.
static __device__ Choice choice_of(const InPlace& s, Index b, Index r, int first, int stride) {
    const float* z = s.row(b, r);
    const bool draws = s.temperature > 0;
    const RandomKey key{draws ? s.keys[s.first(b) + s.calls[b]] : 0};
    Choice choice;
    for (int v = first; v < s.vocabulary; v += stride) {
        double score = double(z[v]);
        if (draws) {
            const std::uint64_t position = std::uint64_t(s.begin[b] + r);
            const double u = fmax(uniform_double(key, position, std::uint32_t(v)), 0x1p-54);
            score = score / s.temperature - log(-log(u));
        }
        choice.take(double(z[v]), score, v);
    }
    return choice;
}
// [/reveal_in_place.choice]

// [reveal_in_place.thread_per_text]
// The first of the most probable positions that are still masked.
static __device__ Index most_probable(const InPlace& s, Index b) {
    Index best = -1;
    for (Index i = s.first(b); i < s.first(b) + s.count(b); ++i) {
        const bool better = best < 0 || s.probabilities[i] > s.probabilities[best];
        if (s.masked[i] != 0 && better) best = i;
    }
    return best;
}

static __device__ void reveal(const InPlace& s, Index i, std::int32_t token) {
    s.ids[i] = token;
    s.masked[i] = 0;
}

static __global__ void reveal_in_thread(InPlace s, std::int32_t* tokens) {
    const Index b = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (b >= s.texts) return;
    const Index first = s.first(b);
    std::int32_t* token_at = tokens + b * s.rows - first;  // by the place in (B, T)
    Index left = 0;
    for (Index r = 0; r < s.count(b); ++r) {
        if (s.masked[first + r] == 0) continue;
        const Choice choice = choice_of(s, b, r, 0, 1);
        token_at[first + r] = choice.token;
        s.probabilities[first + r] = choice.probability(s.row(b, r));
        ++left;
    }
    Index must = s.by_count ? s.share(b, left) : left > 0;
    for (Index i = first; !s.by_count && i < first + s.count(b); ++i) {
        if (s.masked[i] == 0 || !(s.probabilities[i] > s.threshold)) continue;
        reveal(s, i, token_at[i]);
        must = 0;  // there is one
    }
    for (; must > 0; --must) {
        const Index best = most_probable(s, b);
        reveal(s, best, token_at[best]);
    }
}
// [/reveal_in_place.thread_per_text]

// [reveal_in_place.warp_per_row]
static __device__ Choice choice_of_warp(const InPlace& s, Index b, Index r) {
    Choice choice = choice_of(s, b, r, int(threadIdx.x % lanes), lanes);
    for (int d = lanes / 2; d > 0; d /= 2) {
        choice.join({__shfl_xor_sync(0xffffffffu, choice.largest, d),
                     __shfl_xor_sync(0xffffffffu, choice.sum, d),
                     __shfl_xor_sync(0xffffffffu, choice.score, d),
                     __shfl_xor_sync(0xffffffffu, choice.token, d)});
    }
    return choice;
}

static __global__ void reveal_in_block(InPlace s) {
    SIMT_DYNAMIC_SHARED(double, p);  // (R), -1 where nothing is masked
    std::int32_t* token = reinterpret_cast<std::int32_t*>(p + s.rows);  // (R)
    const Index b = blockIdx.x, first = s.first(b), count = s.count(b);
    for (Index r = threadIdx.x / lanes; r < count; r += warps_per_block) {
        const bool masked = s.masked[first + r] != 0;  // for a whole warp
        const Choice choice = masked ? choice_of_warp(s, b, r) : Choice{};
        if (threadIdx.x % lanes != 0) continue;
        p[r] = masked ? choice.probability(s.row(b, r)) : -1;
        token[r] = choice.token;
    }
    __syncthreads();  // all rows have their choice
    bool any = false;
    for (Index r = threadIdx.x; r < count; r += threads) any = any || p[r] > s.threshold;
    any = __syncthreads_or(any);
    for (Index r = threadIdx.x; r < count; r += threads) {
        if (p[r] < 0) continue;
        Index before = 0, left = 0;  // rows that are surer, rows that are masked
        for (Index j = 0; j < count; ++j) {
            before += p[j] > p[r] || (p[j] == p[r] && j < r);
            left += p[j] >= 0;
        }
        const bool above = any ? p[r] > s.threshold : before == 0;
        s.probabilities[first + r] = p[r];
        if (s.by_count ? before < s.share(b, left) : above) reveal(s, first + r, token[r]);
    }
}
// [/reveal_in_place.warp_per_row]

static InPlace checked(const TextsInPlace<DeviceView>& t, DeviceView<const float> logits,
                       const DenoiseOptions& options) {
    check_reveal_in_place(t, logits, options);
    const Index texts = t.ids.rows;
    return {t.ids.data,           t.masked.data,
            t.probabilities.data, t.begin.data,
            t.calls.data,         t.keys.data,
            logits.data,          texts,
            t.ids.cols,           texts > 0 ? logits.rows / texts : 0,
            int(logits.cols),     options.rule == RevealRule::count,
            options.threshold,    options.temperature,
            options.steps};
}

void reveal_in_place_thread_per_text(const TextsInPlace<DeviceView>& texts,
                                     DeviceView<const float> logits,
                                     const DenoiseOptions& options) {
    const InPlace s = checked(texts, logits, options);
    if (s.texts == 0) return;
    const DeviceBuffer<std::int32_t> tokens(s.texts * s.rows);
    simt::launch<reveal_in_thread>({blocks_for(s.texts, threads), threads}, s, tokens.data());
}

void reveal_in_place_warp_per_row(const TextsInPlace<DeviceView>& texts,
                                  DeviceView<const float> logits, const DenoiseOptions& options) {
    const InPlace s = checked(texts, logits, options);
    require(s.rows <= most_rows, "reveal in place: expected blocks of at most {} rows, got {}",
            most_rows, s.rows);
    if (s.texts == 0) return;
    const std::size_t shared_bytes = std::size_t(s.rows) * (sizeof(double) + sizeof(std::int32_t));
    simt::launch<reveal_in_block>({s.texts, threads, shared_bytes}, s);
}

void reveal_in_place(const TextsInPlace<DeviceView>& texts, DeviceView<const float> logits,
                     const DenoiseOptions& options) {
    const bool fits = texts.ids.rows == 0 || logits.rows / texts.ids.rows <= most_rows;
    fits ? reveal_in_place_warp_per_row(texts, logits, options)
         : reveal_in_place_thread_per_text(texts, logits, options);
}

}  // namespace seed
