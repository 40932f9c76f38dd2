// The kernels of cuda/mask_corruption/mask_tokens.cu.
#include "mask_corruption/mask_tokens.h"
#include "mask_corruption/mask_tokens_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Mask = decltype(mask_tokens_thread_per_token);
constexpr std::int32_t mask_token = 70001;

struct Masking {
    std::vector<std::int32_t> x0;  // (B, T)
    std::vector<Index> prompt_lengths;
    std::vector<double> probabilities;
    std::vector<RandomKey> keys;
};

// Prompts of 0 ... T tokens. Row by row: all masked, none, masked at random, and a probability that
// is exactly one position's number, which then is not below it.
Masking random_masking(Index batch, Index positions, RandomKey key) {
    RandomStream random(key.fork("masking"), 0);
    Masking m;
    for (Index i = 0; i < batch * positions; ++i) m.x0.push_back(random.between(4, 70000));
    for (Index b = 0; b < batch; ++b) {
        m.keys.push_back(key.fork(std::uint64_t(b)));
        m.prompt_lengths.push_back(b % 5 == 4 ? random.between(0, int(positions)) : 0);
        const Index i = Index(random.below(std::uint32_t(positions)));
        const double edge = uniform_float(m.keys[b], std::uint64_t(i), 0);
        m.probabilities.push_back(b % 4 == 0   ? edge
                                  : b % 4 == 1 ? 1.0
                                  : b % 4 == 2 ? 0.0
                                               : random.uniform());
    }
    return m;
}

void verify_mask(Mask* mask, const Shape& s, Report& report) {
    const Index batch = s[0], positions = s[1];
    const Masking m = random_masking(batch, positions, report.key());
    const auto x0 = report.given("x0", HostView<const std::int32_t>{m.x0.data(), batch, positions});
    const auto xt = report.output<std::int32_t>("xt", batch, positions);
    mask(xt.view(), x0.view(), m.prompt_lengths, m.probabilities, mask_token, m.keys);
    std::vector<std::int32_t> expected;
    for (Index b = 0; b < batch; ++b) {
        const std::span<const std::int32_t> row(x0.start().row(b), std::size_t(positions));
        const auto masked =
            mask_tokens(row, m.prompt_lengths[b], m.probabilities[b], mask_token, m.keys[b]);
        expected.insert(expected.end(), masked.begin(), masked.end());
    }
    report.expect(xt, [&](Index b, Index i) {
        return Bounded{double(expected[b * positions + i]), 0};
    });
}

// Around a block's 256 threads and the 1024 tokens of 256 times four; rows that four tokens span
const std::vector<Shape> shapes{{1, 1},   {1, 3},    {5, 1},   {3, 85},  {1, 256}, {1, 257},
                                {10, 31}, {1, 1023}, {2, 512}, {5, 205}, {16, 97}, {32, 128}};

const RegisterKernels masks{"mask_corruption/mask_tokens.cu",
                            {kernel_case("mask_tokens/thread_per_token", "B T", shapes,
                                         mask_tokens_thread_per_token, verify_mask),
                             kernel_case("mask_tokens/four_per_thread", "B T", shapes,
                                         mask_tokens_four_per_thread, verify_mask)
                                 .on_boundaries()}};

}  // namespace
}  // namespace seed
