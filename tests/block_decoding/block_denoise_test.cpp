// Decoding block by block: what it sees, where it stops, on whom it depends.
#include <algorithm>

#include "block_decoding/block_denoise_impl.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr Index positions = 14;
const std::vector<Ids> prompts{{1, 2, 4}, {5}, {7, 9, 10, 0}};

BlockOptions options_of(Index block, double threshold = 0.6) {
    BlockOptions options;
    options.fill.threshold = threshold;
    options.block = block;
    return options;
}

}  // namespace

TEST_CASE("one block for the whole canvas is chapter 3's denoising") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto by_block = denoise_by_block(model, prompts, positions, options_of(positions));
    const auto whole = denoise(model, prompts, positions, options_of(positions).fill);
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(by_block[s].ids == whole[s].ids);
        CHECK(by_block[s].calls == whole[s].calls);
        CHECK(by_block[s].probability == whole[s].probability);
    }
}

TEST_CASE("blocks of one token are greedy search from left to right") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto decoded = denoise_by_block(model, {prompts[0]}, positions, options_of(1));
    Ids ids = prompts[0];
    ids.resize(positions, model.config().mask_token);
    for (Index i = 3; i < positions; ++i) {
        const TokenBatch batch{1, positions, ids, {}, AttentionMask::block_causal(1)};
        const std::vector<Index> row{i};
        ids[i] = choose_token(log_softmax(model.logits(batch, row)), 0, {}, 0).token;
    }
    CHECK(decoded[0].ids == ids);
    CHECK(decoded[0].calls == positions - 3);
}

TEST_CASE("what stands in later blocks, and what other texts do, decides nothing") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const BlockOptions options = options_of(4);
    const auto together = denoise_by_block(model, prompts, positions, options);
    const auto shorter = denoise_by_block(model, prompts, 8, options);
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        const auto alone = denoise_by_block(model, {prompts[s]}, positions, options);
        CHECK(alone[0].ids == together[s].ids);
        CHECK(alone[0].calls == together[s].calls);
        CHECK(std::equal(shorter[s].ids.begin(), shorter[s].ids.end(), together[s].ids.begin()));
    }
}

TEST_CASE("blocks are filled from left to right, none before the one on its left") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto observe = [&](Index, const DenoisingState& state) {
        if (state.masked.empty()) return;
        const Index block = state.masked.front() / 4;
        for (Index i = (block + 1) * 4; i < positions; ++i) {
            CHECK(state.ids[i] == model.config().mask_token);
        }
    };
    for (const auto& state :
         denoise_by_block(model, prompts, positions, options_of(4, 0.9), observe)) {
        CHECK(state.masked.empty());
        CHECK(std::count(state.ids.begin(), state.ids.end(), model.config().mask_token) == 0);
    }
}

TEST_CASE("with full attention the blocks are an order alone") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    BlockOptions options = options_of(1);
    options.block_causal = false;
    const auto decoded = denoise_by_block(model, {prompts[0]}, positions, options);
    Ids ids = prompts[0];
    ids.resize(positions, model.config().mask_token);
    for (Index i = 3; i < positions; ++i) {
        const std::vector<Index> row{i};
        const TokenBatch batch{1, positions, ids, {}, AttentionMask::full()};
        ids[i] = choose_token(log_softmax(model.logits(batch, row)), 0, {}, 0).token;
    }
    CHECK(decoded[0].ids == ids);
}

TEST_CASE("a text ends with the block that holds its eos") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    BlockOptions options = options_of(4);
    const auto all = denoise_by_block(model, {prompts[1]}, positions, options);
    // The token at position 5, in the second block, shall be eos: and no other before
    options.eos = all[0].ids[5];
    const auto first = std::find(all[0].ids.begin() + 1, all[0].ids.end(), options.eos);
    const Index end = ((first - all[0].ids.begin()) / 4 + 1) * 4;
    const auto stopped = denoise_by_block(model, {prompts[1]}, positions, options);
    for (Index i = 0; i < positions; ++i) {
        CHECK(stopped[0].ids[i] == (i < end ? all[0].ids[i] : options.eos));
    }
    CHECK(stopped[0].calls < all[0].calls);
    CHECK(stopped[0].masked.empty());
}

TEST_CASE("an eos ends a text where it was written, whatever its number, not in the prompt") {
    constexpr std::int32_t masked = 3;
    for (const std::int32_t eos : {0, 10}) {
        BlockOptions options = options_of(4);
        options.eos = eos;
        // Six tokens of prompt, the first an eos: the rest of the second block comes next
        BlockState state{all_masked({eos, 5, 5, 5, eos, 5}, 12, masked), {}, 0};
        enter_next_block(state, options, 6);
        CHECK(state.masked == std::vector<Index>{6, 7});
        // It is written, without an eos: on to the third block; with one: the text is over
        state.text.ids[6] = state.text.ids[7] = 5;
        state.text.masked = {8, 9, 10, 11}, state.masked.clear();
        BlockState ended = state;
        ended.text.ids[7] = eos;
        enter_next_block(state, options, 6);
        CHECK(state.masked == std::vector<Index>{8, 9, 10, 11});
        CHECK(std::count(state.text.ids.begin() + 8, state.text.ids.end(), masked) == 4);
        enter_next_block(ended, options, 6);
        CHECK(ended.masked.empty());
        CHECK(ended.text.masked.empty());
        CHECK(std::count(ended.text.ids.begin() + 8, ended.text.ids.end(), eos) == 4);
    }
}

TEST_CASE("a block below 1 is refused") {
    auto model = random_model<double>(small_config(), "model");
    CHECK(error_of([&] { denoise_by_block(model, prompts, positions, options_of(0)); }) ==
          "block: expected at least one position, got 0");
}
