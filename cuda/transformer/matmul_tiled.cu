// Matrix products in tiles: c (M, N) = a (M, K) b (K, N), or added to c.
//
// One kernel serves all three products of a linear layer: y = x Wᵀ, dx += dy W, dW += dyᵀ x
// differ only in how the factors lie in memory.
#include "simt/simt.h"
#include "transformer/matmul_device.h"
#include "transformer/reduce.cuh"

namespace seed {
namespace {

// Element (i, j) of a factor is data[i * down + j * right]; transposed, the two steps swap.
struct Factor {
    const float* data;
    Index rows, cols, down, right;
};

Factor as_stored(DeviceView<const float> x) { return {x.data, x.rows, x.cols, x.cols, 1}; }
Factor transposed(DeviceView<const float> x) { return {x.data, x.cols, x.rows, 1, x.cols}; }

constexpr int block_side = 16;                          // threads: 16 x 16 = 256
constexpr int per_thread = 4;                           // each way
constexpr int register_tile = block_side * per_thread;  // 16 * 4 = 64
constexpr int depth = 16;                               // of the tiles, along K

// [matmul_device.load_tile]
// The block copies the tile at (top, left), and zeros where that is outside the matrix, so that
// the loop over the tile needs no bounds. Neighbouring threads read neighbouring words, whichever
// way the matrix lies; the odd row length keeps a column's words in different banks.
template <int Rows, int Cols>
__device__ void load_tile(float (&tile)[Rows][Cols + 1], const Factor& x, Index top, Index left) {
    const bool by_rows = x.right == 1;
    for (int e = threadIdx.y * block_side + threadIdx.x; e < Rows * Cols;
         e += block_side * block_side) {
        const int i = by_rows ? e / Cols : e % Rows;
        const int j = by_rows ? e % Cols : e / Rows;
        const bool inside = top + i < x.rows && left + j < x.cols;
        tile[i][j] = inside ? x.data[(top + i) * x.down + (left + j) * x.right] : 0.0f;
    }
}
// [/matmul_device.load_tile]

}  // namespace

// [matmul_device.tiled]
// A block computes 16 x 16 elements of c. Every number of a and b that it needs is read from
// global memory once per block instead of once per thread: 16 times less traffic.
static __global__ void matmul_tiled_kernel(float* c, Factor a, Factor b, bool accumulate) {
    SIMT_SHARED(float, a_tile, [block_side][depth + 1]);
    SIMT_SHARED(float, b_tile, [depth][block_side + 1]);
    const Index top = Index(blockIdx.y) * block_side, left = Index(blockIdx.x) * block_side;
    float sum = 0;
    for (Index k = 0; k < a.cols; k += depth) {
        load_tile<block_side, depth>(a_tile, a, top, k);
        load_tile<depth, block_side>(b_tile, b, k, left);
        __syncthreads();  // the tiles are complete
        for (int l = 0; l < depth; ++l) sum += a_tile[threadIdx.y][l] * b_tile[l][threadIdx.x];
        __syncthreads();  // nobody reads them any more
    }
    const Index i = top + threadIdx.y, j = left + threadIdx.x;
    if (i >= a.rows || j >= b.cols) return;
    if (accumulate) sum += c[i * b.cols + j];
    c[i * b.cols + j] = sum;
}
// [/matmul_device.tiled]

// [matmul_device.register_tiled]
// A thread computes 4 x 4 elements, 16 rows and 16 columns apart: eight reads of shared memory
// feed sixteen products, where the kernel above needs two reads for one.
static __global__ void matmul_register_tiled_kernel(float* c, Factor a, Factor b, bool accumulate) {
    SIMT_SHARED(float, a_tile, [register_tile][depth + 1]);
    SIMT_SHARED(float, b_tile, [depth][register_tile + 1]);
    const Index top = Index(blockIdx.y) * register_tile, left = Index(blockIdx.x) * register_tile;
    float sum[per_thread][per_thread] = {};
    for (Index k = 0; k < a.cols; k += depth) {
        load_tile<register_tile, depth>(a_tile, a, top, k);
        load_tile<depth, register_tile>(b_tile, b, k, left);
        __syncthreads();
        for (int l = 0; l < depth; ++l) {
            float a_l[per_thread], b_l[per_thread];
            for (int r = 0; r < per_thread; ++r) {
                a_l[r] = a_tile[threadIdx.y + r * block_side][l];
                b_l[r] = b_tile[l][threadIdx.x + r * block_side];
            }
            for (int r = 0; r < per_thread; ++r) {
                for (int s = 0; s < per_thread; ++s) sum[r][s] += a_l[r] * b_l[s];
            }
        }
        __syncthreads();
    }
    for (int r = 0; r < per_thread; ++r) {
        for (int s = 0; s < per_thread; ++s) {
            const Index i = top + threadIdx.y + r * block_side;
            const Index j = left + threadIdx.x + s * block_side;
            if (i >= a.rows || j >= b.cols) continue;
            float& c_ij = c[i * b.cols + j];
            c_ij = accumulate ? c_ij + sum[r][s] : sum[r][s];
        }
    }
}
// [/matmul_device.register_tiled]

// A block for each tile of c, which has `Tile` rows and columns.
template <auto Kernel, int Tile>
static void launch_tiles(DeviceView<float> c, Factor a, Factor b, bool accumulate) {
    if (c.size() == 0) return;
    const dim3 grid(blocks_for(c.cols, Tile), blocks_down(c.rows, Tile, "matmul: rows"));
    simt::launch<Kernel>({grid, dim3(block_side, block_side)}, c.data, a, b, accumulate);
}
static constexpr auto launch_tiled = launch_tiles<matmul_tiled_kernel, block_side>;
static constexpr auto launch_register_tiled =
    launch_tiles<matmul_register_tiled_kernel, register_tile>;

void matmul_forward_tiled(DeviceView<float> y, DeviceView<const float> x,
                          DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    launch_tiled(y, as_stored(x), transposed(weight), false);
}

void matmul_forward_register_tiled(DeviceView<float> y, DeviceView<const float> x,
                                   DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    launch_register_tiled(y, as_stored(x), transposed(weight), false);
}

void matmul_backward_input_tiled(DeviceView<float> dx, DeviceView<const float> dy,
                                 DeviceView<const float> weight) {
    check_matmul_backward_input(dx, dy, weight);
    launch_tiled(dx, as_stored(dy), as_stored(weight), true);
}

void matmul_backward_input_register_tiled(DeviceView<float> dx, DeviceView<const float> dy,
                                          DeviceView<const float> weight) {
    check_matmul_backward_input(dx, dy, weight);
    launch_register_tiled(dx, as_stored(dy), as_stored(weight), true);
}

void matmul_backward_weight_tiled(DeviceView<float> dweight, DeviceView<const float> dy,
                                  DeviceView<const float> x) {
    check_matmul_backward_weight(dweight, dy, x);
    launch_tiled(dweight, transposed(dy), as_stored(x), true);
}

void matmul_backward_weight_register_tiled(DeviceView<float> dweight, DeviceView<const float> dy,
                                           DeviceView<const float> x) {
    check_matmul_backward_weight(dweight, dy, x);
    launch_register_tiled(dweight, transposed(dy), as_stored(x), true);
}

}  // namespace seed
