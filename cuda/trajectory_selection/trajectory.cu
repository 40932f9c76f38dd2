#include "core/grid.h"
#include "simt/simt.h"
#include "trajectory_selection/trajectory_device.h"

namespace seed {
namespace {

constexpr int threads = 256;

}  // namespace

// [trajectory.thread_per_token]
static __device__ std::int32_t token_before(Index step, std::int32_t token, std::int32_t revealed,
                                            std::int32_t mask_token) {
    const bool is_masked = revealed != Trajectory::given && revealed >= step;
    return is_masked ? mask_token : token;
}

// The CPU's two loops, over trajectories and positions, as one over all tokens.
static __global__ void single_tokens(std::int32_t* xt, const std::int32_t* x0,
                                     const std::int32_t* reveal, const Index* steps, Index size,
                                     Index positions, std::int32_t mask_token) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= size) return;
    xt[n] = token_before(steps[n / positions], x0[n], reveal[n], mask_token);
}
// [/trajectory.thread_per_token]

// [trajectory.four_per_thread]
// Two loads and a store of 16 bytes for four tokens. The four may lie in two rows or more; the last
// `size % 4` tokens go one by one.
static __global__ void four_tokens(std::int32_t* xt, const std::int32_t* x0,
                                   const std::int32_t* reveal, const Index* steps, Index size,
                                   Index positions, std::int32_t mask_token) {
    const Index first = (Index(blockIdx.x) * blockDim.x + threadIdx.x) * 4;
    const auto token = [&](std::int32_t clean, std::int32_t revealed, Index n) {
        return token_before(steps[n / positions], clean, revealed, mask_token);
    };
    if (first + 4 <= size) {
        const int4 clean = *reinterpret_cast<const int4*>(x0 + first);
        const int4 when = *reinterpret_cast<const int4*>(reveal + first);
        *reinterpret_cast<int4*>(xt + first) =
            make_int4(token(clean.x, when.x, first), token(clean.y, when.y, first + 1),
                      token(clean.z, when.z, first + 2), token(clean.w, when.w, first + 3));
    } else {
        for (Index n = first; n < size; ++n) xt[n] = token(x0[n], reveal[n], n);
    }
}
// [/trajectory.four_per_thread]

// Not so in a view that starts inside a row
static bool begin_on_boundaries(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                DeviceView<const std::int32_t> reveal) {
    const auto address = reinterpret_cast<std::uintptr_t>(xt.data) |
                         reinterpret_cast<std::uintptr_t>(x0.data) |
                         reinterpret_cast<std::uintptr_t>(reveal.data);
    return address % 16 == 0;
}

// Launches a kernel whose threads take `tokens_of_thread` tokens each.
template <auto Kernel>
static void launch_states(Index tokens_of_thread, DeviceView<std::int32_t> xt,
                          DeviceView<const std::int32_t> x0, DeviceView<const std::int32_t> reveal,
                          std::span<const Index> steps, std::int32_t mask_token) {
    require_shape(x0, xt.rows, xt.cols, "trajectory states: x0");
    require_shape(reveal, xt.rows, xt.cols, "trajectory states: reveal");
    require(Index(steps.size()) == xt.rows, "trajectory states: expected {} steps, got {}", xt.rows,
            steps.size());
    if (xt.size() == 0) return;
    const DeviceBuffer<Index> device_steps(steps);
    simt::launch<Kernel>({blocks_for(xt.size(), tokens_of_thread * threads), threads}, xt.data,
                         x0.data, reveal.data, device_steps.data(), xt.size(), xt.cols, mask_token);
}

void trajectory_states_thread_per_token(DeviceView<std::int32_t> xt,
                                        DeviceView<const std::int32_t> x0,
                                        DeviceView<const std::int32_t> reveal,
                                        std::span<const Index> steps, std::int32_t mask_token) {
    launch_states<single_tokens>(1, xt, x0, reveal, steps, mask_token);
}

void trajectory_states_four_per_thread(DeviceView<std::int32_t> xt,
                                       DeviceView<const std::int32_t> x0,
                                       DeviceView<const std::int32_t> reveal,
                                       std::span<const Index> steps, std::int32_t mask_token) {
    require(begin_on_boundaries(xt, x0, reveal),
            "trajectory states: expected four tokens at a time to begin on a boundary of 16 bytes");
    launch_states<four_tokens>(4, xt, x0, reveal, steps, mask_token);
}

void trajectory_states(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                       DeviceView<const std::int32_t> reveal, std::span<const Index> steps,
                       std::int32_t mask_token) {
    const auto launch = begin_on_boundaries(xt, x0, reveal) ? trajectory_states_four_per_thread
                                                            : trajectory_states_thread_per_token;
    launch(xt, x0, reveal, steps, mask_token);
}

}  // namespace seed
