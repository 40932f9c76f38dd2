// The kernels of cuda/edit_corruption/levenshtein.cu and levenshtein_myers.cu.
#include "edit_corruption/levenshtein.h"
#include "edit_corruption/levenshtein_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Launch = decltype(levenshtein_myers_warp_per_pair);

// P pairs of N and M tokens: even ones are unrelated, odd ones share most of their tokens. Their
// lengths are N and M for the first two, anything below for the others, and 0 now and then.
struct Pairs {
    HostMatrix<std::int32_t> a, b;
    std::vector<Index> a_lengths, b_lengths;

    Pairs(Index pairs, Index n, Index m, Index alphabet, RandomKey key) : a(pairs, n), b(pairs, m) {
        RandomStream random(key.fork("pairs"), 0);
        for (Index p = 0; p < pairs; ++p) {
            for (std::int32_t& token : a.view().row_range(p, 1).span()) {
                token = token_of(random.below(std::uint32_t(alphabet)));
            }
            const std::uint32_t shift = random.below(3);
            for (Index j = 0; j < m; ++j) {
                const bool shared = p % 2 == 1 && j + shift < n && random.below(8) > 0;
                b.view()(p, j) = shared ? a.view()(p, j + shift)
                                        : token_of(random.below(std::uint32_t(alphabet)));
            }
            const bool whole = p < 2;
            a_lengths.push_back(whole ? n : Index(random.below(std::uint32_t(n) + 1)));
            b_lengths.push_back(whole ? m : Index(random.below(std::uint32_t(m) + 1)));
            if (p % 7 == 3) a_lengths.back() = 0;
            if (p % 11 == 5) b_lengths.back() = 0;
        }
    }
    // Of four tokens, each has its low half in common with one and its high half with another.
    static std::int32_t token_of(std::uint32_t letter) {
        return std::int32_t((letter / 2 << 16) + letter % 2) - 7;
    }
    Index distance(Index p) const {
        const Tokens left(a.view().row(p), std::size_t(a_lengths[p]));
        const Tokens right(b.view().row(p), std::size_t(b_lengths[p]));
        return levenshtein_wagner_fischer(left, right);
    }
};

void verify(Launch* launch, const Shape& s, Report& report) {
    const Pairs pairs(s[0], s[1], s[2], s[3], report.key());
    const auto a = report.given("a", HostView<const std::int32_t>(pairs.a.view()));
    const auto b = report.given("b", HostView<const std::int32_t>(pairs.b.view()));
    const auto distances = report.output<std::int32_t>("distances", s[0], 1);
    launch(distances.view(), a.view(), b.view(), pairs.a_lengths, pairs.b_lengths);
    report.expect(distances, [&](Index p, Index) { return Bounded{double(pairs.distance(p)), 0}; });
}

// P N M alphabet. Around the 32 lanes, the 64 rows of a strip, the 128 threads of a block and the 4
// pairs of a block of warps; one token, rows without any, and the canvases of the model
const std::vector<Shape> shapes{
    {1, 1, 1, 2},     {3, 31, 33, 4},     {4, 32, 32, 2},   {5, 33, 31, 512}, {13, 63, 64, 4},
    {2, 64, 65, 4},   {2, 65, 63, 2},     {5, 0, 9, 4},     {3, 9, 0, 4},     {2, 127, 129, 3},
    {3, 129, 97, 20}, {1, 193, 128, 512}, {130, 17, 19, 4}, {12, 96, 96, 512}};

const RegisterKernels table{
    "edit_corruption/levenshtein.cu",
    {kernel_case("levenshtein_wagner_fischer/thread_per_pair", "P N M A", shapes,
                 levenshtein_wagner_fischer_thread_per_pair, verify),
     kernel_case("levenshtein_anti_diagonal/block_per_pair", "P N M A", shapes,
                 levenshtein_anti_diagonal_block_per_pair, verify)}};

const RegisterKernels myers{"edit_corruption/levenshtein_myers.cu",
                            {kernel_case("levenshtein_myers/thread_per_pair", "P N M A", shapes,
                                         levenshtein_myers_thread_per_pair, verify),
                             kernel_case("levenshtein_myers/warp_per_pair", "P N M A", shapes,
                                         levenshtein_myers_warp_per_pair, verify)}};

}  // namespace
}  // namespace seed
