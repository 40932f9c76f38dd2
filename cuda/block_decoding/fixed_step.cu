#include "block_decoding/fixed_step_device.h"
#include "core/grid.h"
#include "simt/simt.h"

namespace seed {

static constexpr int threads = 256;
static constexpr int lanes = 32;

// FixedTexts as a kernel's argument.
struct StepTexts {
    std::int32_t *ids, *masked;
    double* probabilities;
    const Index *slot, *prompt;
    Index *begin, *block_calls, *calls, *active;
    Index texts, positions, block;  // B, T, b

    // Behind the last position of text b's block.
    __device__ Index end(Index b) const {
        const Index end = begin[b] + block;
        return end < positions ? end : positions;
    }
    __device__ void write(Index i, std::int32_t eos) const {
        ids[i] = eos, masked[i] = 0, probabilities[i] = 1;
    }
    // A step is done, and the block full or not. Is the text still active?
    __device__ bool go_on(Index b, bool is_full, bool has_eos) const {
        ++calls[b], ++block_calls[b];
        if (!is_full) return true;
        if (has_eos || end(b) == positions) {
            active[b] = 0;
            return false;
        }
        begin[b] = end(b), block_calls[b] = 0;
        return true;
    }
};

// [fixed_step.lay_out_device]
static __global__ void lay_out_kernel(std::int32_t* tokens, Index* positions, Index* rows,
                                      StepTexts s) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x, count = 2 * s.block;
    if (n >= s.texts * count) return;
    const Index b = n / count, r = n % count, p = s.begin[b] - s.block + r;
    const bool is_there = p >= 0 && p < s.positions;
    const Index seen = (p / s.block + 1) * s.block;  // where p >= 0
    tokens[n] = is_there ? s.ids[b * s.positions + p] : 0;
    positions[n] = is_there ? p : s.positions + r;
    rows[3 * n] = s.slot[b];
    rows[3 * n + 1] = positions[n];
    rows[3 * n + 2] = p < 0 ? 1 : seen < s.positions ? seen : s.positions;
}
// [/fixed_step.lay_out_device]

// [fixed_step.thread_per_text]
static __global__ void next_blocks_in_thread(Index* still_active, StepTexts s, std::int32_t eos) {
    SIMT_SHARED(int, still, [1]);
    if (threadIdx.x == 0) still[0] = 0;
    __syncthreads();  // the counter is 0
    for (Index b = threadIdx.x; b < s.texts; b += threads) {
        if (s.active[b] == 0) continue;
        const Index first = b * s.positions, end = s.end(b);
        bool is_full = true, has_eos = false;
        for (Index p = s.begin[b]; p < end; ++p) {
            is_full = is_full && s.masked[first + p] == 0;
            has_eos = has_eos || (eos >= 0 && p >= s.prompt[b] && s.ids[first + p] == eos);
        }
        for (Index p = end; is_full && has_eos && p < s.positions; ++p) s.write(first + p, eos);
        if (s.go_on(b, is_full, has_eos)) atomicAdd(&still[0], 1);
    }
    __syncthreads();  // all have counted
    if (threadIdx.x == 0) *still_active = still[0];
}
// [/fixed_step.thread_per_text]

// [fixed_step.warp_per_text]
static __global__ void next_blocks_in_warp(Index* still_active, StepTexts s, std::int32_t eos) {
    SIMT_SHARED(int, still, [1]);
    if (threadIdx.x == 0) still[0] = 0;
    __syncthreads();  // the counter is 0
    const Index lane = threadIdx.x % lanes;
    for (Index b = threadIdx.x / lanes; b < s.texts; b += threads / lanes) {
        if (s.active[b] == 0) continue;  // a whole warp
        const Index first = b * s.positions, end = s.end(b);
        bool any_mask = false, any_eos = false;
        for (Index p = s.begin[b] + lane; p < end; p += lanes) {
            any_mask = any_mask || s.masked[first + p] != 0;
            any_eos = any_eos || (eos >= 0 && p >= s.prompt[b] && s.ids[first + p] == eos);
        }
        const bool is_full = !__any_sync(0xffffffffu, any_mask);
        const bool has_eos = __any_sync(0xffffffffu, any_eos);
        for (Index p = end + lane; is_full && has_eos && p < s.positions; p += lanes) {
            s.write(first + p, eos);
        }
        __syncwarp();  // all lanes have read what lane 0 changes: a vote orders no memory
        if (lane == 0 && s.go_on(b, is_full, has_eos)) atomicAdd(&still[0], 1);
    }
    __syncthreads();  // all have counted
    if (threadIdx.x == 0) *still_active = still[0];
}
// [/fixed_step.warp_per_text]

static StepTexts checked_texts(const FixedTexts<DeviceView>& t, Index block) {
    check_fixed_texts(t, block);
    return {t.ids.data,    t.masked.data, t.probabilities.data, t.slot.data,
            t.prompt.data, t.begin.data,  t.block_calls.data,   t.calls.data,
            t.active.data, t.ids.rows,    t.ids.cols,           block};
}

void lay_out_step_thread_per_row(DeviceView<std::int32_t> tokens, DeviceView<Index> positions,
                                 DeviceView<Index> rows, const FixedTexts<DeviceView>& texts,
                                 Index block) {
    const StepTexts s = checked_texts(texts, block);
    require_shape(tokens, s.texts * 2 * block, 1, "lay out: tokens");
    require_shape(positions, tokens.rows, 1, "lay out: positions");
    require_shape(rows, tokens.rows, 3, "lay out: rows");
    if (tokens.rows == 0) return;
    simt::launch<lay_out_kernel>({blocks_for(tokens.rows, threads), threads}, tokens.data,
                                 positions.data, rows.data, s);
}

template <auto Kernel>
static void launch_next(DeviceView<Index> still_active, const FixedTexts<DeviceView>& texts,
                        Index block, std::int32_t eos) {
    const StepTexts s = checked_texts(texts, block);
    require_shape(still_active, 1, 1, "next blocks: still active");
    simt::launch<Kernel>({1, threads}, still_active.data, s, eos);
}

void enter_next_blocks_thread_per_text(DeviceView<Index> still_active,
                                       const FixedTexts<DeviceView>& texts, Index block,
                                       std::int32_t eos) {
    launch_next<next_blocks_in_thread>(still_active, texts, block, eos);
}

void enter_next_blocks_warp_per_text(DeviceView<Index> still_active,
                                     const FixedTexts<DeviceView>& texts, Index block,
                                     std::int32_t eos) {
    launch_next<next_blocks_in_warp>(still_active, texts, block, eos);
}

void lay_out_step(DeviceView<std::int32_t> tokens, DeviceView<Index> positions,
                  DeviceView<Index> rows, const FixedTexts<DeviceView>& texts, Index block) {
    lay_out_step_thread_per_row(tokens, positions, rows, texts, block);
}

void enter_next_blocks(DeviceView<Index> still_active, const FixedTexts<DeviceView>& texts,
                       Index block, std::int32_t eos) {
    enter_next_blocks_warp_per_text(still_active, texts, block, eos);
}

}  // namespace seed
