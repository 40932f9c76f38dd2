// The kernels of cuda/transformer/embedding.cu.
#include "tests/support/kernel_case.h"
#include "transformer/embedding_device.h"

namespace seed {
namespace {

using Forward = decltype(embedding_forward_thread_per_row);
using Backward = decltype(embedding_backward_thread_per_column);

// N tokens with repetitions; the last row of the table is among them.
std::vector<std::int32_t> random_ids(Index count, Index vocabulary, RandomKey key) {
    std::vector<std::int32_t> ids;
    for (Index n = 0; n < count; ++n) {
        const double u = uniform_double(key.fork("ids"), std::uint64_t(n), 0);
        ids.push_back(std::int32_t(u * double(vocabulary)));
    }
    ids.back() = std::int32_t(vocabulary - 1);
    return ids;
}

void verify_forward(Forward* forward, const Shape& s, Report& report) {
    const Index n = s[0], v = s[1], c = s[2];
    const std::vector<std::int32_t> ids = random_ids(n, v, report.key());
    const auto table = report.input("table", v, c);
    const auto x = report.output("x", n, c);
    forward(x.view(), ids, table.view());
    report.expect(x, [&](Index i, Index j) { return Bounded{table(ids[i], j), 0}; });
}

void verify_backward(Backward* backward, const Shape& s, Report& report) {
    const Index n = s[0], v = s[1], c = s[2];
    const std::vector<std::int32_t> ids = random_ids(n, v, report.key());
    const auto dx = report.input("dx", n, c);
    const auto dtable = report.updated("dtable", v, c);
    backward(dtable.view(), ids, dx.view());
    report.expect(dtable, [&](Index i, Index j) {
        BoundedSum sum;
        sum.add(dtable(i, j));
        for (Index row = 0; row < n; ++row) {
            if (ids[row] == i) sum.add(dx(row, j));
        }
        return sum.terms == 1 ? Bounded{sum.value, 0} : sum.within(roundoff<float>);
    });
}

// One token; many more rows than tokens and the other way round; around a block of 128 threads;
// the models' own; ids that need more than 16 bits
const std::vector<Shape> shapes{{1, 1, 1},      {13, 1, 7},     {1, 13, 127},
                                {127, 11, 129}, {128, 300, 3},  {129, 7, 128},
                                {96, 512, 128}, {96, 512, 320}, {50, 70001, 2}};

const RegisterKernels embedding{
    "transformer/embedding.cu",
    {kernel_case("embedding_forward/thread_per_row", "N V C", shapes,
                 embedding_forward_thread_per_row, verify_forward),
     kernel_case("embedding_forward/thread_per_element", "N V C", shapes,
                 embedding_forward_thread_per_element, verify_forward),
     kernel_case("embedding_backward/thread_per_column", "N V C", shapes,
                 embedding_backward_thread_per_column, verify_backward),
     kernel_case("embedding_backward/rows_by_token", "N V C", shapes,
                 embedding_backward_rows_by_token, verify_backward)}};

}  // namespace
}  // namespace seed
