// Rewriting within a block: chapter 4's decoding, on what may still change.
#include <algorithm>

#include "block_decoding/block_denoise.h"
#include "mask_corruption/denoise_impl.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr Index positions = 14;
const std::vector<Ids> prompts{{1, 2, 4}, {5}, {7, 9, 10, 0}};

BlockOptions options_of(Index block, double threshold) {
    BlockOptions options;
    options.fill.threshold = threshold;
    options.block = block;
    return options;
}

}  // namespace

TEST_CASE("with rewriting, one block for the whole canvas is chapter 4's decoding") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    BlockOptions options = options_of(positions, 0.1);
    options.tau_edit = 0.15, options.passes = 3, options.block_causal = false;
    const auto by_block = denoise_by_block(model, prompts, positions, options);
    const auto whole = denoise_and_rewrite(model, prompts, positions, options.within_block());
    Index rewrites = 0;
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(by_block[s].text.ids == whole[s].text.ids);
        CHECK(by_block[s].text.calls == whole[s].text.calls);
        CHECK(by_block[s].text.probability == whole[s].text.probability);
        CHECK(by_block[s].fills == whole[s].fills);
        CHECK(by_block[s].rewrites == whole[s].rewrites);
        CHECK(by_block[s].passes == whole[s].passes);
        CHECK(by_block[s].end == whole[s].end);
        rewrites += whole[s].rewrites;
    }
    CHECK(rewrites > 0);
}

TEST_CASE("tokens are rewritten within the current block alone, and every step tells which") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    BlockOptions options = options_of(4, 0.1);
    options.tau_edit = 0.12, options.passes = 4;
    std::vector<RefiningState> before(prompts.size());
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        before[s].text = all_masked(prompts[s], positions, model.config().mask_token);
    }
    Index rewrites = 0, fills = 0, passes = 0;
    const auto observe = [&](Index s, const RefiningState& state) {
        const RefiningState& last = before[std::size_t(s)];
        // A block that is full is still the current one until it has ended
        const auto& masked = last.text.masked;
        Index first = masked.empty() ? positions : masked.front() / 4 * 4;
        if (last.end == RefineEnd::running && last.text.calls > 0 &&
            (masked.empty() || masked.front() % 4 == 0)) {
            first = std::min(first,
                             (last.filled.empty() ? last.rewritten : last.filled).back() / 4 * 4);
        }
        std::vector<Index> changed;
        for (Index i = 0; i < positions; ++i) {
            if (state.text.ids[i] == last.text.ids[i]) continue;
            changed.push_back(i);
            CHECK(i >= first);
            CHECK(i < first + 4);
        }
        std::vector<Index> told = state.filled;
        told.insert(told.end(), state.rewritten.begin(), state.rewritten.end());
        std::ranges::sort(told);
        CHECK(told == changed);
        CHECK(state.text.calls == last.text.calls + 1);
        passes = std::max(passes, state.passes);
        before[std::size_t(s)] = state;
    };
    for (const RefiningState& state :
         denoise_by_block(model, prompts, positions, options, observe)) {
        CHECK(state.text.masked.empty());
        rewrites += state.rewrites, fills += state.fills;
    }
    CHECK(fills == 3 * positions - 8);
    CHECK(rewrites > 0);
    CHECK(passes > 0);
    CHECK(passes <= 4);
}

TEST_CASE("rewriting that cannot be is refused") {
    auto model = random_model<double>(small_config(), "model");
    BlockOptions options = options_of(4, 0.6);
    options.tau_edit = 1.5;
    CHECK(error_of([&] { denoise_by_block(model, prompts, positions, options); }) ==
          "rewriting: expected tau_edit in [0, 1], got 1.5");
    options.tau_edit = 0.5, options.passes = -1;
    CHECK(error_of([&] { denoise_by_block(model, prompts, positions, options); }) ==
          "rewriting: expected a number of passes >= 0, got -1");
}
