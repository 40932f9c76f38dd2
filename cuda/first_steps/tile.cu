// A tile goes through shared memory, so that both the reads and the writes are of neighbours.
#include "core/grid.h"
#include "first_steps/first_steps_device.h"
#include "simt/simt.h"

namespace seed {

constexpr int side = 16;

// [first_steps.tile]
static __global__ void transpose_tile(float* y, const float* x, Index rows, Index cols) {
    SIMT_SHARED(float, tile, [side][side + 1]);  // one more: the columns lie in different banks
    // [exercise tile]
    const Index row = Index(blockIdx.y) * side + threadIdx.y;
    const Index col = Index(blockIdx.x) * side + threadIdx.x;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    // Of the result this block writes rows blockIdx.x * 16 ..., so neighbours swap their parts
    const Index out_row = Index(blockIdx.x) * side + threadIdx.y;
    const Index out_col = Index(blockIdx.y) * side + threadIdx.x;
    if (out_row < cols && out_col < rows) {
        y[out_row * rows + out_col] = tile[threadIdx.x][threadIdx.y];
    }
    // [/exercise tile]
}
// [/first_steps.tile]

void transpose_tiled(DeviceView<float> y, DeviceView<const float> x) {
    require_shape(y, x.cols, x.rows, "transpose: y");
    if (x.size() == 0) return;
    const dim3 grid(unsigned(blocks_for(x.cols, side)),
                    blocks_down(x.rows, side, "transpose: rows"));
    simt::launch<transpose_tile>({grid, dim3(side, side)}, y.data, x.data, x.rows, x.cols);
}

}  // namespace seed
