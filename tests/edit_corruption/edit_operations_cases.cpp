// The kernels of cuda/edit_corruption/edit_operations.cu.
#include "edit_corruption/edit_operations_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Launch = decltype(edit_tokens_block_per_canvas);

// B canvases of T tokens: prompts and contents of any length, a mask here and there, and among them
// empty, full and short ones whose tokens may all be deleted. Behind the end stand pads, ends or,
// in every third canvas, any tokens: they count for nothing, also where the content is all masks;
// in some the first token of it is the only other one.
struct Canvases {
    HostMatrix<std::int32_t> x0;
    std::vector<Index> prompt_lengths, counts;
    std::vector<RandomKey> keys;

    Canvases(Index canvases, Index positions, Index most_edits, const EditVocabulary& v,
             RandomKey key)
        : x0(canvases, positions) {
        RandomStream random(key.fork("canvases"), 0);
        for (Index b = 0; b < canvases; ++b) {
            const bool first_only = b % 6 == 5;
            const Index any_prompt = random.below(std::uint32_t(positions) + 1);
            const Index prompt = first_only ? std::min<Index>(3, positions) : any_prompt;
            const Index room = positions - prompt;
            const Index lengths[] = {0, room, std::min<Index>(2, room),
                                     Index(random.below(std::uint32_t(room) + 1))};
            const Index end = first_only ? positions : prompt + lengths[random.below(4)];
            for (Index i = 0; i < positions; ++i) {
                const std::uint32_t token = random.below(std::uint32_t(v.size));
                const bool ends =
                    i >= prompt && (token == std::uint32_t(v.eos) || token == std::uint32_t(v.pad));
                const bool masks = b % 6 == 4 || (first_only && i > prompt);
                const std::int32_t content = ends || masks ? v.mask : std::int32_t(token);
                const bool any = b % 3 == 1 && i > end;
                x0.view()(b, i) = i < prompt || any ? std::int32_t(token)
                                  : i < end         ? content
                                  : b % 3 == 0      ? v.pad
                                                    : v.eos;
            }
            prompt_lengths.push_back(prompt);
            counts.push_back(Index(random.below(std::uint32_t(most_edits) + 1)));
            keys.push_back(key.fork(std::uint64_t(b)));
        }
        counts[0] = most_edits;
    }
};

void verify(Launch* launch, const Shape& s, Report& report) {
    const EditVocabulary vocabulary{s[3], 1, std::int32_t(s[3] - 1), 2};
    const Canvases canvases(s[0], s[1], s[2], vocabulary, report.key());
    const auto x0 = report.given("x0", HostView<const std::int32_t>(canvases.x0.view()));
    const auto xt = report.output<std::int32_t>("xt", s[0], s[1]);
    launch(xt.view(), x0.view(), canvases.prompt_lengths, canvases.counts, vocabulary,
           canvases.keys);
    std::vector<std::vector<std::int32_t>> expected;
    for (Index b = 0; b < s[0]; ++b) {
        const std::span<const std::int32_t> row(canvases.x0.view().row(b), std::size_t(s[1]));
        expected.push_back(edit_tokens(row, canvases.prompt_lengths[b], canvases.counts[b],
                                       vocabulary, canvases.keys[b])
                               .ids);
    }
    report.expect(xt, [&](Index b, Index i) { return Bounded{double(expected[b][i]), 0}; });
}

// B T k V. Around the 128 threads of a block and above; a vocabulary of two ordinary tokens; no
// edits, more edits than tokens; the canvases of the model; ids that need more than 16 bits
const std::vector<Shape> shapes{
    {1, 1, 1, 5},      {2, 1, 9, 6},     {7, 5, 30, 5},   {3, 127, 4, 20},  {4, 128, 12, 20},
    {5, 129, 12, 300}, {129, 13, 3, 11}, {13, 31, 0, 11}, {64, 96, 9, 512}, {12, 300, 9, 100000}};

// Two that may take the place of each other, besides three special ones
bool has_ordinary_tokens(const Shape& s) { return s[3] >= 5; }

const RegisterKernels edit_operations{"edit_corruption/edit_operations.cu",
                                      {kernel_case("edit_tokens/thread_per_canvas", "B T k V",
                                                   shapes, edit_tokens_thread_per_canvas, verify)
                                           .with("V >= 5", has_ordinary_tokens),
                                       kernel_case("edit_tokens/block_per_canvas", "B T k V",
                                                   shapes, edit_tokens_block_per_canvas, verify)
                                           .with("V >= 5", has_ordinary_tokens)}};

}  // namespace
}  // namespace seed
