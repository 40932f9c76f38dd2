#include <vector>

#include "core/grid.h"
#include "edit_corruption/edit_draws.h"
#include "edit_corruption/edit_operations_device.h"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads_per_block = 128;
constexpr Index most_positions = 6000;  // 2 x 6,000 x 4 = 48,000 bytes of 49,152

// What one canvas of the batch is edited by.
struct EditRow {
    RandomKey key;
    Index prompt_length, count;
};

}  // namespace

// [edit_operations.thread_per_canvas]
// The CPU's loop over operations; its canvas b is the number of the thread, which moves the tokens
// one by one.
static __global__ void edit_tokens_thread_per_canvas_kernel(std::int32_t* xt,
                                                            const std::int32_t* x0,
                                                            const EditRow* rows, Index canvases,
                                                            Index positions, EditVocabulary v) {
    const Index b = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (b >= canvases) return;
    const EditRow row = rows[b];
    std::int32_t* ids = xt + b * positions;  // (T)
    for (Index i = 0; i < positions; ++i) ids[i] = x0[b * positions + i];

    Index length = 0, ordinary = 0;
    const Index room = positions - row.prompt_length;
    while (length < room && !ends_content(ids[row.prompt_length + length], v)) {
        ordinary += is_ordinary(ids[row.prompt_length + length], v);
        ++length;
    }
    const Index count = ordinary > 0 ? row.count : 0;
    for (Index number = 0; number < count; ++number) {
        const EditOperation operation =
            draw_operation(ids, row.prompt_length, length, room, v, row.key, number);
        if (operation.kind == EditKind::insertion) {
            for (Index i = positions - 1; i > operation.position; --i) ids[i] = ids[i - 1];
        } else if (operation.kind == EditKind::deletion) {
            for (Index i = operation.position; i + 1 < positions; ++i) ids[i] = ids[i + 1];
            ids[positions - 1] = v.eos;
        }
        if (operation.kind != EditKind::deletion) ids[operation.position] = operation.token;
        length = length_after(operation.kind, length, room);
    }
}
// [/edit_operations.thread_per_canvas]

// [edit_operations.block_per_canvas]
// What stands at position i after an operation on `ids` (T).
static __device__ std::int32_t token_after(const EditOperation& operation, const std::int32_t* ids,
                                           Index i, Index positions, std::int32_t eos) {
    std::int32_t token = ids[i];
    // [exercise token_after]
    if (i >= operation.position && operation.kind == EditKind::deletion) {
        token = i + 1 < positions ? ids[i + 1] : eos;
    } else if (i > operation.position && operation.kind == EditKind::insertion) {
        token = ids[i - 1];
    } else if (i == operation.position) {
        token = operation.token;
    }
    // [/exercise token_after]
    return token;
}

// A block takes a canvas. All threads draw the same operation, and each then finds the tokens of
// its own positions in the old canvas and puts them into the new one: a shift is one step.
static __global__ void edit_tokens_block_per_canvas_kernel(std::int32_t* xt, const std::int32_t* x0,
                                                           const EditRow* rows, Index positions,
                                                           EditVocabulary v) {
    SIMT_DYNAMIC_SHARED(std::int32_t, canvases);  // (2, T)
    SIMT_SHARED(int, end, [1]);
    const EditRow row = rows[blockIdx.x];
    const Index first = Index(blockIdx.x) * positions;
    std::int32_t *ids = canvases, *next = canvases + positions;
    if (threadIdx.x == 0) end[0] = int(positions);
    __syncthreads();

    // Find the end of the content, and whether an ordinary token stands before it
    for (Index i = threadIdx.x; i < positions; i += blockDim.x) {
        ids[i] = x0[first + i];
        if (i >= row.prompt_length && ends_content(ids[i], v)) atomicMin(&end[0], int(i));
    }
    __syncthreads();
    const Index room = positions - row.prompt_length;
    Index length = end[0] - row.prompt_length;
    int ordinary = 0;
    for (Index i = row.prompt_length + threadIdx.x; i < end[0]; i += blockDim.x) {
        ordinary |= is_ordinary(ids[i], v);
    }
    const Index count = __syncthreads_or(ordinary) ? row.count : 0;

    for (Index number = 0; number < count; ++number) {
        const EditOperation operation =
            draw_operation(ids, row.prompt_length, length, room, v, row.key, number);
        for (Index i = threadIdx.x; i < positions; i += blockDim.x) {
            next[i] = token_after(operation, ids, i, positions, v.eos);
        }
        __syncthreads();
        std::int32_t* const old = ids;
        ids = next, next = old;
        length = length_after(operation.kind, length, room);
    }
    for (Index i = threadIdx.x; i < positions; i += blockDim.x) xt[first + i] = ids[i];
}
// [/edit_operations.block_per_canvas]

static DeviceBuffer<EditRow> checked_rows(DeviceView<std::int32_t> xt,
                                          DeviceView<const std::int32_t> x0,
                                          std::span<const Index> prompt_lengths,
                                          std::span<const Index> counts,
                                          const EditVocabulary& vocabulary,
                                          std::span<const RandomKey> keys) {
    require_shape(x0, xt.rows, xt.cols, "edit_tokens: x0");
    check_edit_vocabulary(vocabulary);
    const std::size_t n = std::size_t(xt.rows);
    require(prompt_lengths.size() == n && counts.size() == n && keys.size() == n,
            "edit_tokens: expected {} prompt lengths, counts and keys, got {}, {} and {}", n,
            prompt_lengths.size(), counts.size(), keys.size());
    std::vector<EditRow> rows;
    for (std::size_t b = 0; b < n; ++b) {
        require(prompt_lengths[b] >= 0 && prompt_lengths[b] <= xt.cols,
                "edit corruption: expected a prompt within the canvas of {} tokens, got {}",
                xt.cols, prompt_lengths[b]);
        require(counts[b] >= 0, "edit corruption: expected a number of edits >= 0, got {}",
                counts[b]);
        rows.push_back({keys[b], prompt_lengths[b], counts[b]});
    }
    return DeviceBuffer<EditRow>(rows);
}

void edit_tokens_thread_per_canvas(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                   std::span<const Index> prompt_lengths,
                                   std::span<const Index> counts, const EditVocabulary& vocabulary,
                                   std::span<const RandomKey> keys) {
    const auto rows = checked_rows(xt, x0, prompt_lengths, counts, vocabulary, keys);
    if (xt.size() == 0) return;
    simt::launch<edit_tokens_thread_per_canvas_kernel>(
        {blocks_for(xt.rows, threads_per_block), threads_per_block}, xt.data, x0.data, rows.data(),
        xt.rows, xt.cols, vocabulary);
}

void edit_tokens_block_per_canvas(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                  std::span<const Index> prompt_lengths,
                                  std::span<const Index> counts, const EditVocabulary& vocabulary,
                                  std::span<const RandomKey> keys) {
    const auto rows = checked_rows(xt, x0, prompt_lengths, counts, vocabulary, keys);
    require(xt.cols <= most_positions,
            "edit_tokens: expected canvases of at most {} tokens, got {}", most_positions, xt.cols);
    if (xt.size() == 0) return;
    const std::size_t bytes = 2 * std::size_t(xt.cols) * sizeof(std::int32_t);
    simt::launch<edit_tokens_block_per_canvas_kernel>({xt.rows, threads_per_block, bytes}, xt.data,
                                                      x0.data, rows.data(), xt.cols, vocabulary);
}

void edit_tokens(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                 std::span<const Index> prompt_lengths, std::span<const Index> counts,
                 const EditVocabulary& vocabulary, std::span<const RandomKey> keys) {
    const auto launch =
        xt.cols <= most_positions ? edit_tokens_block_per_canvas : edit_tokens_thread_per_canvas;
    launch(xt, x0, prompt_lengths, counts, vocabulary, keys);
}

}  // namespace seed
