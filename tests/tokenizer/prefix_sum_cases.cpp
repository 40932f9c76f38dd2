// The kernels of cuda/tokenizer/prefix_sum.cu.
#include "tests/support/kernel_case.h"
#include "tokenizer/prefix_sum_device.h"

namespace seed {
namespace {

using Sum = decltype(prefix_sum_one_thread);

void verify_sum(Sum* sum, const Shape& s, Report& report) {
    const Index n = s[0];
    RandomStream random(report.key().fork("values"), 0);
    std::vector<Index> numbers;
    // Up to 2^34: a sum must not be cut to 32 bits
    for (Index i = 0; i < n; ++i) numbers.push_back(Index{16} * random.between(0, 1 << 30));
    const auto values = report.given("values", numbers);
    const auto sums = report.output<Index>("sums", 1, n + 1);
    sum(sums.view(), values.view());
    std::vector<double> expected = {0};
    for (Index value : numbers) expected.push_back(expected.back() + double(value));
    report.expect(sums, [&](Index, Index i) { return Bounded{expected[i], 0}; });
}

// Around one block of 256, around 256 blocks, and several rounds of the block that adds up blocks
const std::vector<Shape> shapes{{0},   {1},   {31},  {255},   {256},   {257},
                                {509}, {512}, {513}, {65535}, {65537}, {131072}};

const RegisterKernels prefix_sums{
    "tokenizer/prefix_sum.cu",
    {kernel_case("prefix_sum/one_thread", "N", shapes, prefix_sum_one_thread, verify_sum),
     kernel_case("prefix_sum/one_block", "N", shapes, prefix_sum_one_block, verify_sum),
     kernel_case("prefix_sum/many_blocks", "N", shapes, prefix_sum_many_blocks, verify_sum)}};

}  // namespace
}  // namespace seed
