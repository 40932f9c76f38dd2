// The kernels of cuda/block_decoding/append_to_cache.cu.
#include "block_decoding/cached_attention_device.h"
#include "tests/block_decoding/cached_problem.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Append = decltype(append_to_cache_thread_per_element);

// What is new is copied, what is old stays.
void verify_append(Append* append, const Shape& sizes, Report& report) {
    const CachedProblem p(sizes, report.key());
    const auto k = report.input("k", p.rows, p.texts.k_cols());
    const auto v = report.input("v", p.rows, p.texts.k_cols());
    const auto keys = report.updated("keys", p.key_rows(), p.columns());
    const auto values = report.updated("values", p.texts.tokens(), p.texts.k_cols());
    append(keys.view(), values.view(), k.view(), v.view(), p.shape);
    HostMatrix<double> expected_keys(keys.rows(), keys.cols());
    HostMatrix<double> expected_values(values.rows(), values.cols());
    for (Index i = 0; i < keys.rows(); ++i) {
        for (Index j = 0; j < keys.cols(); ++j) expected_keys.view()(i, j) = keys(i, j);
    }
    for (Index i = 0; i < values.rows(); ++i) {
        for (Index j = 0; j < values.cols(); ++j) expected_values.view()(i, j) = values(i, j);
    }
    for (Index n = 0; n < p.rows; ++n) {
        const Index token = p.token_of(n), positions = p.texts.shape.positions;
        for (Index c = 0; c < k.cols(); ++c) {
            expected_values.view()(token, c) = v(n, c);
            expected_keys.view()(token / positions * k.cols() + c, token % positions) = k(n, c);
        }
    }
    report.expect(keys, [&](Index i, Index j) { return Bounded{expected_keys.view()(i, j), 0}; });
    report.expect(values, [&](Index i, Index j) {
        return Bounded{expected_values.view()(i, j), 0};
    });
}

// Around the 32 rows and columns of a tile and the 128 threads of a block; runs of one row and of
// many, of one text and of several in a tile; the model's own texts
const std::vector<Shape> shapes{{1, 1, 1, 1, 1, 1},    {1, 5, 2, 1, 31, 4},   {2, 33, 2, 2, 16, 8},
                                {3, 31, 3, 3, 11, 5},  {4, 7, 4, 2, 2, 16},   {1, 70, 2, 1, 64, 32},
                                {3, 65, 2, 1, 33, 64}, {3, 96, 8, 4, 16, 16}, {7, 9, 1, 1, 128, 1}};

const RegisterKernels append{
    "block_decoding/append_to_cache.cu",
    {kernel_case("append_to_cache/thread_per_element", "S T H K D block", shapes,
                 append_to_cache_thread_per_element, verify_append)
         .with("a multiple of K as H and a block",
               [](const Shape& s) { return s[2] % s[3] == 0 && s[5] >= 1; }),
     kernel_case("append_to_cache/tile_transposed", "S T H K D block", shapes,
                 append_to_cache_tile_transposed, verify_append)
         .with("a multiple of K as H and a block",
               [](const Shape& s) { return s[2] % s[3] == 0 && s[5] >= 1; })}};

}  // namespace
}  // namespace seed
