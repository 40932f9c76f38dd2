// What the first kernels refuse.
#include "first_steps/first_steps_device.h"
#include "tests/support/refusals.h"

using namespace seed;

TEST_CASE("the first kernels refuse shapes that do not fit", "[refusals]") {
    check_refusals({
        {[] { double_and_add_one_block(shaped(1, 5), shaped(1, 4)); },
         "double_and_add: x: expected shape (1, 5), got (1, 4)"},
        {[] { double_and_add_one_block(shaped(2, 5), shaped(1, 5)); },
         "double_and_add: y: expected shape (1, 5), got (2, 5)"},
        {[] { double_and_add_one_block(shaped(1, 1025), shaped(1, 1025)); },
         "double_and_add_one_block: expected 1 ... 1024 elements, got 1025"},
        {[] { double_and_add_one_block(shaped(1, 0), shaped(1, 0)); },
         "double_and_add_one_block: expected 1 ... 1024 elements, got 0"},
        {[] { double_and_add_guarded(shaped(1, 5), shaped(1, 4)); },
         "double_and_add: x: expected shape (1, 5), got (1, 4)"},
        {[] { double_and_add_guarded(shaped(2, 5), shaped(1, 5)); },
         "double_and_add: y: expected shape (1, 5), got (2, 5)"},
        {[] { add_scaled_grid_stride(shaped(1, 5), shaped(1, 4), 1); },
         "add_scaled: x: expected shape (1, 5), got (1, 4)"},
        {[] { add_scaled_grid_stride(shaped(2, 5), shaped(1, 5), 1); },
         "add_scaled: y: expected shape (1, 5), got (2, 5)"},
        {[] { sum_rows_block_per_row(shaped(2, 2), shaped(2, 3)); },
         "sum_rows: sums: expected shape (2, 1), got (2, 2)"},
        {[] { sum_rows_warp_per_row(shaped(3, 1), shaped(2, 3)); },
         "sum_rows: sums: expected shape (2, 1), got (3, 1)"},
        {[] { transpose_tiled(shaped(2, 3), shaped(2, 3)); },
         "transpose: y: expected shape (3, 2), got (2, 3)"},
        {[] { transpose_tiled(shaped(1, 1048561), shaped(1048561, 1)); },
         "transpose: rows: expected at most 1048560, got 1048561"},
    });
}
