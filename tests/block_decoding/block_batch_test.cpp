// What is learned for blocks: one block of a text, behind clean ones.
#include "block_decoding/block_batch.h"

#include <map>
#include <numeric>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

constexpr std::int32_t mask = 99, eos = 0;

// Prompts of 3 and 5 tokens, completions of 6 and 1, on 16 positions.
std::vector<Canvas> two_canvases() {
    return {make_canvas({1, 2, 3}, {11, 12, 13, 14, 15, 16}, 16, eos),
            make_canvas({4, 5, 6, 7, 8}, {21}, 16, eos)};
}

}  // namespace

TEST_CASE("of a text one block is masked, what stands before it is clean, all else has no weight") {
    const auto canvases = two_canvases();
    std::map<Index, int> blocks[2];
    for (std::uint64_t key = 0; key < 200; ++key) {
        const TrainingBatch batch = masked_block_batch(canvases, {}, 4, mask, {key});
        REQUIRE(batch.input.batch == 2);
        REQUIRE(batch.input.positions == 16);
        CHECK(batch.input.mask.block == 4);
        for (Index b = 0; b < 2; ++b) {
            Index block = -1;
            for (Index i = 0; i < 16; ++i) {
                const auto n = std::size_t(b * 16 + i);
                if (batch.weights[n] == 0) continue;
                if (block < 0) block = i / 4;
                CHECK(i / 4 == block);
                CHECK(i >= canvases[std::size_t(b)].prompt_length);
                CHECK(batch.input.ids[n] == mask);
                CHECK(batch.targets[n] == canvases[std::size_t(b)].ids[std::size_t(i)]);
            }
            REQUIRE(block >= 0);
            ++blocks[b][block];
            for (Index i = 0; i < block * 4; ++i) {
                CHECK(batch.input.ids[std::size_t(b * 16 + i)] ==
                      canvases[std::size_t(b)].ids[std::size_t(i)]);
            }
        }
    }
    // Content of 10 tokens behind a prompt of 3: blocks 0 to 2; of 7 behind 5: block 1
    CHECK(blocks[0].size() == 3);
    for (const auto& [block, count] : blocks[0]) CHECK((block <= 2 && count > 40));
    CHECK(blocks[1] == std::map<Index, int>{{1, 200}});
}

TEST_CASE("the weights of a block are eq. 5's, and in the mean every text has the same") {
    const auto canvases = two_canvases();
    double sum[2] = {0, 0};
    const int keys = 4000;
    for (std::uint64_t key = 0; key < keys; ++key) {
        const TrainingBatch batch = masked_block_batch(canvases, {}, 4, mask, {key});
        for (Index b = 0; b < 2; ++b) {
            const auto row = batch.weights.begin() + b * 16;
            sum[b] += std::accumulate(row, row + 16, 0.0) / keys;
        }
    }
    // Each of its maskable positions has weight 1 in the mean, over their number, over two texts
    CHECK(sum[0] == Approx(0.5).margin(0.01));
    CHECK(sum[1] == Approx(0.5).margin(0.01));
}

TEST_CASE("equal texts side by side draw blocks and masks of their own") {
    const std::vector<Canvas> twins(2, two_canvases()[0]);
    int other_block = 0, other_masks = 0;
    for (std::uint64_t key = 0; key < 100; ++key) {
        const TrainingBatch batch = masked_block_batch(twins, {}, 4, mask, {key});
        Index block[2] = {-1, -1};
        std::vector<std::int32_t> ids[2];
        for (Index n = 0; n < 32; ++n) {
            if (batch.weights[std::size_t(n)] > 0) block[n / 16] = n % 16 / 4;
            ids[n / 16].push_back(batch.input.ids[std::size_t(n)]);
        }
        (block[0] != block[1] ? other_block : other_masks) += ids[0] != ids[1];
    }
    // Three blocks: two thirds of the pairs stand in different ones
    CHECK(std::abs(other_block - 67) < 25);
    CHECK(other_masks > 5);
}

TEST_CASE("a block of nothing is not learned") {
    CHECK(error_of([] { masked_block_batch(two_canvases(), {}, 0, mask, {1}); }) ==
          "block: expected at least one position, got 0");
}
