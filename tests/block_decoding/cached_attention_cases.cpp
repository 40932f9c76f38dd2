// The kernels of cuda/block_decoding/cached_attention.cu.
#include "block_decoding/cached_attention_device.h"
#include "tests/block_decoding/cached_problem.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Forward = decltype(cached_attention_forward_thread_per_row);

constexpr float unseen = 1e30f;  // what stands in the cache behind a text
constexpr Index tile = 32;       // keys

// The cache of texts whose tokens all have keys (S * T, K * D), laid across.
HostMatrix<float> laid_across(const CachedProblem& p, HostView<const float> k) {
    HostMatrix<float> keys(p.key_rows(), p.columns());
    std::fill_n(keys.view().data, keys.size(), unseen);
    const Index positions = p.texts.shape.positions;
    for (Index token = 0; token < k.rows; ++token) {
        const Index slot = token / positions, position = token % positions;
        if (position >= p.a_length(slot)) continue;
        for (Index c = 0; c < k.cols; ++c) keys.view()(slot * k.cols + c, position) = k(token, c);
    }
    return keys;
}

// Numbers by chance; queries of every seventh token are so large that the exponential of a score
// overflows where the largest is not taken off first.
HostMatrix<float> random_matrix(Index rows, Index cols, RandomKey key, bool some_large) {
    HostMatrix<float> x(rows, cols);
    for (Index i = 0; i < x.size(); ++i) {
        const double u = uniform_double(key, std::uint64_t(i), 0);
        x.view().data[i] = float((some_large && i / cols % 7 == 0 ? 256 : 4) * (u - 0.5));
    }
    return x;
}

template <bool in_tiles>
void verify_forward(Forward* forward, const Shape& sizes, Report& report) {
    const CachedProblem p(sizes, report.key());
    const AttentionProblem& a = p.texts;
    const auto all_q = random_matrix(a.tokens(), a.q_cols(), report.key().fork("q"), true);
    const auto all_k = random_matrix(a.tokens(), a.k_cols(), report.key().fork("k"), false);
    auto all_v = random_matrix(a.tokens(), a.k_cols(), report.key().fork("v"), false);
    HostMatrix<float> new_q(p.rows, a.q_cols());
    for (Index n = 0; n < p.rows; ++n) {
        std::copy_n(all_q.view().row(p.token_of(n)), a.q_cols(), new_q.view().row(n));
    }
    const HostMatrix<float> seen_v = to_host(HostView<const float>(all_v.view()));
    for (Index token = 0; token < a.tokens(); ++token) {
        const bool seen = token % a.shape.positions < p.a_length(token / a.shape.positions);
        if (!seen) std::fill_n(all_v.view().row(token), a.k_cols(), unseen);
    }
    const auto q = report.given("q", HostView<const float>(new_q.view()));
    const HostMatrix<float> across = laid_across(p, all_k.view());
    const auto keys = report.given("keys", HostView<const float>(across.view()));
    const auto values = report.given("values", HostView<const float>(all_v.view()));
    const auto y = report.output("y", p.rows, a.q_cols());
    forward(y.view(), q.view(), keys.view(), values.view(), p.shape);
    const SoftmaxReference softmax(a, all_q.view().data, all_k.view().data,
                                   in_tiles ? (a.shape.positions + tile - 1) / tile - 1 : 0);
    report.expect(y, [&](Index n, Index column) {
        const Index token = p.token_of(n), head = column / a.shape.head_size;
        const Index slot = token / a.shape.positions, position = token % a.shape.positions;
        const Index row = (slot * a.shape.heads + head) * a.shape.positions + position;
        return average_of(softmax, {a.shape, row}, row, seen_v.view().data,
                          column % a.shape.head_size);
    });
}

// Around the 32 keys of a tile, the 8 queries of a block, the 32 lanes and 128 numbers of a head;
// primes; groups of 1, 2, 3 and 4 heads; blocks of one, of more than a text, and that end in a
// tile; the model's own texts
const std::vector<Shape> shapes{
    {1, 1, 1, 1, 2, 1},    {2, 7, 2, 1, 31, 3},    {3, 31, 4, 2, 8, 5},    {1, 32, 2, 1, 4, 8},
    {1, 33, 3, 1, 6, 33},  {2, 65, 2, 2, 10, 16},  {4, 13, 6, 2, 10, 4},   {1, 40, 4, 1, 128, 16},
    {2, 97, 2, 1, 64, 8},  {3, 96, 8, 4, 16, 16},  {1, 96, 20, 10, 16, 1}, {3, 9, 1, 1, 33, 64},
    {1, 129, 2, 1, 8, 32}, {5, 34, 12, 3, 20, 34}, {1, 64, 1, 1, 3, 32}};

bool fits(const Shape& s) { return s[2] % s[3] == 0 && s[4] <= 128 && s[5] >= 1; }
bool has_whole_groups(const Shape& s) { return s[2] % s[3] == 0 && s[5] >= 1; }

std::vector<Shape> with_large_heads() {
    std::vector<Shape> more = shapes;
    more.push_back({2, 9, 2, 1, 130, 4});
    return more;
}

const RegisterKernels cached_attention{
    "block_decoding/cached_attention.cu",
    {kernel_case("cached_attention_forward/thread_per_row", "S T H K D block", with_large_heads(),
                 cached_attention_forward_thread_per_row, verify_forward<false>)
         .with("a multiple of K as H and a block", has_whole_groups),
     kernel_case("cached_attention_forward/warp_per_row", "S T H K D block", shapes,
                 cached_attention_forward_warp_per_row, verify_forward<true>)
         .with("a multiple of K as H, a block and D <= 128", fits),
     kernel_case("cached_attention_forward/block_per_group", "S T H K D block", shapes,
                 cached_attention_forward_block_per_group, verify_forward<true>)
         .with("a multiple of K as H, a block and D <= 128", fits)}};

}  // namespace
}  // namespace seed
