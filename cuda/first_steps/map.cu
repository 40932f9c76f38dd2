// A thread for each element, in one block.
#include "first_steps/first_steps_device.h"
#include "simt/simt.h"

namespace seed {

constexpr Index largest_block = 1024;

// [first_steps.map]
static __global__ void double_and_add_in_one_block(float* y, const float* x) {
    // [exercise map]
    const unsigned i = threadIdx.x;
    y[i] = 2 * x[i] + 1;
    // [/exercise map]
}

void double_and_add_one_block(DeviceView<float> y, DeviceView<const float> x) {
    require_shape(x, 1, y.cols, "double_and_add: x");
    require_shape(y, 1, y.cols, "double_and_add: y");
    require(y.cols >= 1 && y.cols <= largest_block,
            "double_and_add_one_block: expected 1 ... {} elements, got {}", largest_block, y.cols);
    simt::launch<double_and_add_in_one_block>({1, unsigned(y.cols)}, y.data, x.data);
}
// [/first_steps.map]

}  // namespace seed
