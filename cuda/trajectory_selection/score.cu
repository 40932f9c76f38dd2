#include "core/grid.h"
#include "mask_corruption/log_softmax.cuh"
#include "simt/simt.h"
#include "trajectory_selection/order_sampling_device.h"
#include "trajectory_selection/score_device.h"
#include "trajectory_selection/segments.cuh"

namespace seed {
namespace {

constexpr int threads = 128;

}  // namespace

// [score.thread_per_segment]
// The CPU's loop over the parts, a thread each.
static __global__ void sum_in_thread(double* sums, const double* values, const Index* first_row,
                                     Index parts) {
    const Index p = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (p >= parts) return;
    double sum = 0;
    for (Index m = first_row[p]; m < first_row[p + 1]; ++m) sum += values[m];
    sums[p] = sum;
}
// [/score.thread_per_segment]

// [score.warp_per_segment]
// Parts differ in length, and a warp of threads waits for its longest. A warp per part reads 32
// neighbouring values at once, and waits for no other.
static __global__ void sum_in_warp(double* sums, const double* values, const Index* first_row,
                                   Index parts) {
    const Index p = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const int lane = int(threadIdx.x % 32);
    if (p >= parts) return;  // a whole warp
    // [exercise sum_in_warp]
    double sum = 0;
    for (Index m = first_row[p] + lane; m < first_row[p + 1]; m += 32) sum += values[m];
    sum = warp_sum(sum);
    if (lane == 0) sums[p] = sum;
    // [/exercise sum_in_warp]
}
// [/score.warp_per_segment]

// Launches a kernel whose blocks take `parts_of_block` parts each.
template <auto Kernel>
static void launch_sum(Index parts_of_block, DeviceView<double> sums,
                       DeviceView<const double> values, std::span<const Index> first_row) {
    require_shape(sums, sums.rows, 1, "segmented sum: sums");
    require_shape(values, values.rows, 1, "segmented sum: values");
    const DeviceBuffer<Index> segments =
        checked_segments(values.rows, sums.rows, first_row, "segmented sum", "values");
    if (sums.rows == 0) return;
    simt::launch<Kernel>({blocks_for(sums.rows, parts_of_block), threads}, sums.data, values.data,
                         segments.data(), sums.rows);
}

void segmented_sum_thread_per_segment(DeviceView<double> sums, DeviceView<const double> values,
                                      std::span<const Index> first_row) {
    launch_sum<sum_in_thread>(threads, sums, values, first_row);
}

void segmented_sum_warp_per_segment(DeviceView<double> sums, DeviceView<const double> values,
                                    std::span<const Index> first_row) {
    launch_sum<sum_in_warp>(threads / 32, sums, values, first_row);
}

void segmented_sum(DeviceView<double> sums, DeviceView<const double> values,
                   std::span<const Index> first_row) {
    segmented_sum_warp_per_segment(sums, values, first_row);
}

// [score.device_steps]
std::vector<double> score_steps(DeviceView<const float> logits,
                                std::span<const std::int32_t> targets,
                                std::span<const Index> first_row) {
    const Index rows = logits.rows, parts = std::max<Index>(0, Index(first_row.size()) - 1);
    const DeviceBuffer<double> log_p(rows), confidence(rows), sums(parts);
    const DeviceView<double> log_p_column{log_p.data(), rows, 1};
    target_log_p(log_p_column, {confidence.data(), rows, 1}, logits, targets);
    segmented_sum({sums.data(), parts, 1}, log_p_column, first_row);
    return sums.download();  // 8 bytes a part
}
// [/score.device_steps]

}  // namespace seed
