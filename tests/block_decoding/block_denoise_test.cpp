// Decoding block by block: what it sees, where it stops, on whom it depends.
#include <algorithm>
#include <map>

#include "block_decoding/block_denoise_impl.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"
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
        CHECK(by_block[s].text.ids == whole[s].ids);
        CHECK(by_block[s].text.calls == whole[s].calls);
        CHECK(by_block[s].text.probability == whole[s].probability);
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
    CHECK(decoded[0].text.ids == ids);
    CHECK(decoded[0].text.calls == positions - 3);
}

TEST_CASE("what stands in later blocks, and what other texts do, decides nothing") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const BlockOptions options = options_of(4);
    const auto together = denoise_by_block(model, prompts, positions, options);
    const auto shorter = denoise_by_block(model, prompts, 8, options);
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        const auto alone = denoise_by_block(model, {prompts[s]}, positions, options);
        CHECK(alone[0].text.ids == together[s].text.ids);
        CHECK(alone[0].text.calls == together[s].text.calls);
        CHECK(std::equal(shorter[s].text.ids.begin(), shorter[s].text.ids.end(),
                         together[s].text.ids.begin()));
    }
}

TEST_CASE("blocks are filled from left to right, none before the one on its left") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto observe = [&](Index, const RefiningState& state) {
        if (state.text.masked.empty()) return;
        const Index block = state.text.masked.front() / 4;
        for (Index i = (block + 1) * 4; i < positions; ++i) {
            CHECK(state.text.ids[i] == model.config().mask_token);
        }
    };
    for (const auto& state :
         denoise_by_block(model, prompts, positions, options_of(4, 0.9), observe)) {
        CHECK(state.text.masked.empty());
        CHECK(std::ranges::count(state.text.ids, model.config().mask_token) == 0);
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
    CHECK(decoded[0].text.ids == ids);
}

TEST_CASE("a text ends with the block that holds its eos") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    BlockOptions options = options_of(4);
    const auto all = denoise_by_block(model, {prompts[1]}, positions, options);
    // The token at position 5, in the second block, shall be eos: and no other before
    options.eos = all[0].text.ids[5];
    const auto first = std::find(all[0].text.ids.begin() + 1, all[0].text.ids.end(), options.eos);
    const Index end = ((first - all[0].text.ids.begin()) / 4 + 1) * 4;
    const auto stopped = denoise_by_block(model, {prompts[1]}, positions, options);
    for (Index i = 0; i < positions; ++i) {
        CHECK(stopped[0].text.ids[i] == (i < end ? all[0].text.ids[i] : options.eos));
    }
    CHECK(stopped[0].text.calls < all[0].text.calls);
    CHECK(stopped[0].text.masked.empty());
}

TEST_CASE("an eos ends a text where it was written, whatever its number, not in the prompt") {
    constexpr std::int32_t masked = 3;
    for (const std::int32_t eos : {0, 10}) {
        BlockOptions options = options_of(4);
        options.eos = eos;
        // Six tokens of prompt, the first an eos: the rest of the second block comes next
        BlockState text = start_blocks({eos, 5, 5, 5, eos, 5}, 12, masked);
        enter_next_block(text, options, 6, masked);
        CHECK(text.block.state.text.masked == std::vector<Index>{6, 7});
        CHECK(text.begin == 4);
        // It is written, without an eos: on to the third block; with one: the text is over
        const auto write = [&](std::int32_t last) {
            BlockState written = text;
            const std::vector<Reveal> fills{{{5, 0.5}, true}, {{last, 0.25}, true}};
            refine_step(written.block, fills, {}, 1);
            leave_step(written, options);
            CHECK(written.state.text.probability[7] == 0.25);
            CHECK_FALSE(written.is_running());
            CHECK(written.state.text.masked == std::vector<Index>{8, 9, 10, 11});
            enter_next_block(written, options, 6, masked);
            return written;
        };
        const BlockState on = write(5), ended = write(eos);
        CHECK(on.block.state.text.masked == std::vector<Index>{8, 9, 10, 11});
        CHECK(on.block.prompt_length == 8);
        CHECK(std::count(on.state.text.ids.begin() + 8, on.state.text.ids.end(), masked) == 4);
        CHECK_FALSE(ended.is_running());
        CHECK(ended.state.text.masked.empty());
        CHECK(std::count(ended.state.text.ids.begin() + 8, ended.state.text.ids.end(), eos) == 4);
    }
}

TEST_CASE("two texts, and two blocks of a text, draw with numbers of their own") {
    const ThreadCount one(1);
    // All tokens are alike: the numbers alone decide what is written, and what is revealed when
    auto model = constant_model<double>(small_config(), std::vector<double>(11, 0));
    BlockOptions options = options_of(8);
    options.fill.rule = RevealRule::ancestral, options.fill.steps = 2;
    options.fill.temperature = 1;
    // Blocks 1 and 2 of three are whole; of each, what its first step fills
    std::vector<std::map<Index, std::vector<Index>>> first(2);
    const auto observe = [&](Index s, const RefiningState& state) {
        if (state.filled.empty()) return;
        const Index block = state.filled.front() / 8;
        std::vector<Index> filled;
        for (const Index i : state.filled) filled.push_back(i % 8);
        first[std::size_t(s)].emplace(block, filled);
    };
    int equal_texts = 0, equal_blocks = 0, equal_patterns = 0;
    for (std::uint64_t k = 0; k < 8; ++k) {
        options.fill.key = test_key("texts").fork(k);
        first.assign(2, {});
        const auto texts = denoise_by_block(model, {{1}, {1}}, 24, options, observe);
        equal_texts += texts[0].text.ids == texts[1].text.ids;
        equal_patterns += first[0].at(1) == first[1].at(1);
        equal_blocks += first[0].at(1) == first[0].at(2);
    }
    CHECK(equal_texts == 0);
    // By chance one in 256 is the same
    CHECK(equal_patterns <= 2);
    CHECK(equal_blocks <= 2);
}

TEST_CASE("a block below 1 is refused") {
    auto model = random_model<double>(small_config(), "model");
    CHECK(error_of([&] { denoise_by_block(model, prompts, positions, options_of(0)); }) ==
          "block: expected at least one position, got 0");
}
