#include <vector>

#include "core/grid.h"
#include "mask_corruption/mask_tokens_device.h"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads = 256;

// What one sequence of the batch is masked by.
struct MaskRow {
    RandomKey key;
    Index prompt_length;
    float probability;
};

}  // namespace

// [mask_tokens.thread_per_token]
static __device__ std::int32_t masked_or_clean(std::int32_t token, const MaskRow& row, Index i,
                                               std::int32_t mask_token) {
    const bool is_masked =
        i >= row.prompt_length && uniform_float(row.key, std::uint64_t(i), 0) < row.probability;
    return is_masked ? mask_token : token;
}

// The CPU's loop over positions, and that over sequences around it.
static __global__ void mask_single_tokens(std::int32_t* xt, const std::int32_t* x0,
                                          const MaskRow* rows, Index size, Index positions,
                                          std::int32_t mask_token) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= size) return;
    xt[n] = masked_or_clean(x0[n], rows[n / positions], n % positions, mask_token);
}
// [/mask_tokens.thread_per_token]

// [mask_tokens.four_per_thread]
// One 16-byte access for four tokens: a quarter of the memory instructions. The four may lie in
// two sequences or more; the last `size % 4` tokens go one by one.
static __global__ void mask_four_tokens(std::int32_t* xt, const std::int32_t* x0,
                                        const MaskRow* rows, Index size, Index positions,
                                        std::int32_t mask_token) {
    // [exercise mask_four]
    const Index first = (Index(blockIdx.x) * blockDim.x + threadIdx.x) * 4;
    const auto masked = [&](std::int32_t token, Index n) {
        return masked_or_clean(token, rows[n / positions], n % positions, mask_token);
    };
    if (first + 4 <= size) {
        const int4 clean = *reinterpret_cast<const int4*>(x0 + first);
        *reinterpret_cast<int4*>(xt + first) =
            make_int4(masked(clean.x, first), masked(clean.y, first + 1),
                      masked(clean.z, first + 2), masked(clean.w, first + 3));
    } else {
        for (Index n = first; n < size; ++n) xt[n] = masked(x0[n], n);
    }
    // [/exercise mask_four]
}
// [/mask_tokens.four_per_thread]

static DeviceBuffer<MaskRow> checked_rows(DeviceView<std::int32_t> xt,
                                          DeviceView<const std::int32_t> x0,
                                          std::span<const Index> prompt_lengths,
                                          std::span<const double> probabilities,
                                          std::span<const RandomKey> keys) {
    require_shape(x0, xt.rows, xt.cols, "mask_tokens: x0");
    const std::size_t n = std::size_t(xt.rows);
    require(prompt_lengths.size() == n && probabilities.size() == n && keys.size() == n,
            "mask_tokens: expected {} prompt lengths, probabilities and keys, got {}, {} and {}", n,
            prompt_lengths.size(), probabilities.size(), keys.size());
    std::vector<MaskRow> rows;
    for (std::size_t b = 0; b < n; ++b) {
        rows.push_back({keys[b], prompt_lengths[b], float(probabilities[b])});
    }
    return DeviceBuffer<MaskRow>(rows);
}

// Not so in a view that starts inside a row
static bool begin_on_boundaries(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0) {
    const auto address =
        reinterpret_cast<std::uintptr_t>(xt.data) | reinterpret_cast<std::uintptr_t>(x0.data);
    return address % 16 == 0;
}

// Launches a kernel whose threads take `tokens_of_thread` tokens each.
template <auto Kernel>
static void launch_mask(Index tokens_of_thread, DeviceView<std::int32_t> xt,
                        DeviceView<const std::int32_t> x0, std::span<const Index> prompt_lengths,
                        std::span<const double> probabilities, std::int32_t mask_token,
                        std::span<const RandomKey> keys) {
    const auto rows = checked_rows(xt, x0, prompt_lengths, probabilities, keys);
    if (xt.size() == 0) return;
    simt::launch<Kernel>({blocks_for(xt.size(), tokens_of_thread * threads), threads}, xt.data,
                         x0.data, rows.data(), xt.size(), xt.cols, mask_token);
}

void mask_tokens_thread_per_token(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                  std::span<const Index> prompt_lengths,
                                  std::span<const double> probabilities, std::int32_t mask_token,
                                  std::span<const RandomKey> keys) {
    launch_mask<mask_single_tokens>(1, xt, x0, prompt_lengths, probabilities, mask_token, keys);
}

void mask_tokens_four_per_thread(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                 std::span<const Index> prompt_lengths,
                                 std::span<const double> probabilities, std::int32_t mask_token,
                                 std::span<const RandomKey> keys) {
    require(begin_on_boundaries(xt, x0),
            "mask_tokens: expected four tokens at a time to begin on a boundary of 16 bytes");
    launch_mask<mask_four_tokens>(4, xt, x0, prompt_lengths, probabilities, mask_token, keys);
}

void mask_tokens(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                 std::span<const Index> prompt_lengths, std::span<const double> probabilities,
                 std::int32_t mask_token, std::span<const RandomKey> keys) {
    const auto launch =
        begin_on_boundaries(xt, x0) ? mask_tokens_four_per_thread : mask_tokens_thread_per_token;
    launch(xt, x0, prompt_lengths, probabilities, mask_token, keys);
}

}  // namespace seed
