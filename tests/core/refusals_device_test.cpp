// What the device's arrays refuse.
#include "tests/support/refusals.h"

using namespace seed;

TEST_CASE("arrays on the device refuse sizes that cannot be and copies of another shape",
          "[refusals]") {
    const std::vector<float> three(3);
    float number = 0;
    check_refusals({
        {[] { DeviceMatrix<float>(2, -1); }, "matrix: expected sizes >= 0, got (2, -1)"},
        {[] { DeviceMatrix<float>(Index{1} << 61, 4); },
         "matrix: expected fewer than 2^63 bytes, got (2305843009213693952, 4)"},
        {[] { DeviceMatrix<float>(Index{1} << 61, 1); },
         "matrix: expected fewer than 2^63 bytes, got (2305843009213693952, 1)"},
        {[] { DeviceBuffer<float>(-1); }, "device buffer: expected a size >= 0, got -1"},
        {[&] { DeviceBuffer<float>(2).upload(three); }, "device buffer: expected 2 values, got 3"},
        {[] { copy(shaped(2, 3), shaped(3, 2)); }, "copy: x: expected shape (2, 3), got (3, 2)"},
        {[&] {
             copy(shaped(2, 3), HostView<const float>{&number, 1, 1});
         },
         "copy: x: expected shape (2, 3), got (1, 1)"},
        {[&] {
             copy(HostView<float>{&number, 1, 1}, shaped(1, 2));
         },
         "copy: x: expected shape (1, 1), got (1, 2)"},
        {[] { copy_thread_per_element(shaped(2, 3), shaped(2, 2)); },
         "copy: x: expected shape (2, 3), got (2, 2)"},
    });
}
