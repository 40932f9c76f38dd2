// The kernels of cuda/block_decoding/fixed_step.cu.
#include "block_decoding/fixed_step_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using LayOut = decltype(lay_out_step_thread_per_row);
using NextBlocks = decltype(enter_next_blocks_thread_per_text);

constexpr std::int32_t eos = 2, mask_token = 3;

// B texts of T positions, of every five: one in its first block, in which the prompt ends, one in
// its last block, the others anywhere. Of seven texts one is done, two have masks left in their
// block (of these one an eos), one has an eos in its prompt alone, one in its block, two have none.
// Where a block is not full a single position is masked.
struct FixedProblem {
    HostMatrix<std::int32_t> ids, masked;
    HostMatrix<double> probabilities;
    HostMatrix<std::uint64_t> keys;
    HostMatrix<Index> slot, prompt, begin, block_calls, calls, active;

    FixedProblem(Index texts, Index positions, Index block, RandomKey key)
        : ids(texts, positions),
          masked(texts, positions),
          probabilities(texts, positions),
          keys(texts, positions),
          slot(texts, 1),
          prompt(texts, 1),
          begin(texts, 1),
          block_calls(texts, 1),
          calls(texts, 1),
          active(texts, 1) {
        RandomStream random(key.fork("texts"), 0);
        for (Index b = 0; b < texts; ++b) {
            const int blocks = int((positions + block - 1) / block);
            const Index at = block * (b % 5 == 0   ? 0
                                      : b % 5 == 1 ? blocks - 1
                                                   : random.between(0, blocks - 1));
            const Index end = std::min(at + block, positions);
            const bool in_prompt = b % 5 == 0 || random.below(2) == 0;
            const Index own_prompt =
                in_prompt ? random.between(int(at), int(end - 1)) : random.between(0, int(at));
            slot.view()(b, 0) = (b + 3) % texts, prompt.view()(b, 0) = own_prompt;
            begin.view()(b, 0) = at, active.view()(b, 0) = b % 7 != 0;
            block_calls.view()(b, 0) = random.between(0, 9);
            calls.view()(b, 0) = 10 + random.between(0, 90);
            const Index first = std::max(at, own_prompt);
            const Index left =
                b % 7 == 1 || b % 7 == 2 ? random.between(int(first), int(end - 1)) : -1;
            for (Index p = 0; p < positions; ++p) {
                const bool is_masked = p >= end || p == left;
                masked.view()(b, p) = is_masked;
                ids.view()(b, p) = is_masked ? mask_token : random.between(4, 99);
                probabilities.view()(b, p) = is_masked ? 0 : random.uniform();
                keys.view()(b, p) = random.bits();
            }
            if (b % 7 == 3 && own_prompt > 0) ids.view()(b, own_prompt - 1) = eos;
            if (b % 7 == 4) ids.view()(b, random.between(int(first), int(end - 1))) = eos;
            if (b % 7 == 2 && left > first) ids.view()(b, first) = eos;
        }
    }
    FixedTexts<HostView> texts() const {
        return {ids.view(),    masked.view(), probabilities.view(), keys.view(),  slot.view(),
                prompt.view(), begin.view(),  block_calls.view(),   calls.view(), active.view()};
    }
};

// The texts on the device; what a step changes is compared.
struct FixedArrays {
    KernelArray<std::int32_t> ids, masked;
    KernelArray<double> probabilities;
    KernelArray<std::uint64_t> keys;
    KernelArray<Index> slot, prompt, begin, block_calls, calls, active;

    template <class T>
    static KernelArray<T> array(Report& report, const char* name, HostView<T> from, bool changes) {
        const HostView<const T> values = from;
        return changes ? report.updated(name, values) : report.given(name, values);
    }
    FixedArrays(const FixedTexts<HostView>& t, bool changes, Report& report)
        : ids(array(report, "ids", t.ids, changes)),
          masked(array(report, "masked", t.masked, changes)),
          probabilities(array(report, "probabilities", t.probabilities, changes)),
          keys(array(report, "keys", t.keys, false)),
          slot(array(report, "slot", t.slot, false)),
          prompt(array(report, "prompt", t.prompt, false)),
          begin(array(report, "begin", t.begin, changes)),
          block_calls(array(report, "block calls", t.block_calls, changes)),
          calls(array(report, "calls", t.calls, changes)),
          active(array(report, "active", t.active, changes)) {}

    FixedTexts<DeviceView> texts() const {
        return {ids.view(),    masked.view(), probabilities.view(), keys.view(),  slot.view(),
                prompt.view(), begin.view(),  block_calls.view(),   calls.view(), active.view()};
    }
};

template <class T>
void expect_equal(Report& report, const KernelArray<T>& actual, HostView<T> expected) {
    report.expect(actual, [&](Index i, Index j) { return Bounded{double(expected(i, j)), 0}; });
}

void verify_lay_out(LayOut* lay_out, const Shape& s, Report& report) {
    const Index n = s[0] * 2 * s[2];
    const FixedProblem problem(s[0], s[1], s[2], report.key());
    const FixedArrays arrays(problem.texts(), false, report);
    const auto tokens = report.output<std::int32_t>("tokens", n, 1);
    const auto positions = report.output<Index>("positions", n, 1);
    const auto rows = report.output<Index>("rows", n, 3);
    lay_out(tokens.view(), positions.view(), rows.view(), arrays.texts(), s[2]);
    HostMatrix<std::int32_t> expected_tokens(n, 1);
    HostMatrix<Index> expected_positions(n, 1), expected_rows(n, 3);
    lay_out_step(expected_tokens.view(), expected_positions.view(), expected_rows.view(),
                 problem.texts(), s[2]);
    expect_equal(report, tokens, expected_tokens.view());
    expect_equal(report, positions, expected_positions.view());
    expect_equal(report, rows, expected_rows.view());
}

void verify_next(NextBlocks* next_blocks, const Shape& s, Report& report) {
    const FixedProblem problem(s[0], s[1], s[2], report.key());
    const FixedArrays arrays(problem.texts(), true, report);
    const auto still_active = report.output<Index>("still active", 1, 1);
    const std::int32_t end_token = s[3] != 0 ? eos : -1;
    next_blocks(still_active.view(), arrays.texts(), s[2], end_token);
    const FixedTexts<HostView> now = problem.texts();
    HostMatrix<Index> expected(1, 1);
    enter_next_blocks(expected.view(), now, s[2], end_token);
    expect_equal(report, still_active, expected.view());
    expect_equal(report, arrays.ids, now.ids);
    expect_equal(report, arrays.masked, now.masked);
    expect_equal(report, arrays.probabilities, now.probabilities);
    expect_equal(report, arrays.begin, now.begin);
    expect_equal(report, arrays.block_calls, now.block_calls);
    expect_equal(report, arrays.calls, now.calls);
    expect_equal(report, arrays.active, now.active);
}

bool has_blocks(const Shape& s) { return s[2] >= 1 && s[2] <= s[1]; }

// Around the 256 threads of a block, as rows and as texts, and its 8 warps; blocks of one, of all,
// that end with the text and that do not, around 32 lanes; the models' own
const std::vector<Shape> row_shapes{{1, 1, 1},     {2, 7, 3},   {3, 43, 42}, {8, 96, 16},
                                    {1, 128, 128}, {9, 29, 29}, {5, 27, 8},  {257, 5, 2}};
const std::vector<Shape> text_shapes{
    {1, 1, 1, 1},   {2, 7, 3, 1},   {7, 64, 31, 1}, {8, 96, 32, 1}, {9, 100, 33, 1},
    {7, 96, 16, 0}, {35, 27, 8, 1}, {255, 9, 4, 1}, {257, 5, 5, 1}, {300, 70, 35, 1}};

const RegisterKernels fixed_step{
    "block_decoding/fixed_step.cu",
    {kernel_case("lay_out_step/thread_per_row", "B T block", row_shapes,
                 lay_out_step_thread_per_row, verify_lay_out)
         .with("a block of at most T", has_blocks),
     kernel_case("enter_next_blocks/thread_per_text", "B T block eos", text_shapes,
                 enter_next_blocks_thread_per_text, verify_next)
         .with("a block of at most T", has_blocks),
     kernel_case("enter_next_blocks/warp_per_text", "B T block eos", text_shapes,
                 enter_next_blocks_warp_per_text, verify_next)
         .with("a block of at most T", has_blocks)}};

}  // namespace
}  // namespace seed
