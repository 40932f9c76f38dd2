// Cached rows beside those of a whole canvas: the same logits, however the canvas is cut.
#include "block_decoding/cached_transformer.h"

#include "tests/block_decoding/texts.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"

using namespace seed;

namespace {

CachedTokens part(const Ids& ids, Index slot, Index begin, Index end) {
    return {slot, begin, {ids.begin() + begin, ids.begin() + end}};
}

std::vector<Index> all_rows(Index count) {
    std::vector<Index> rows;
    for (Index n = 0; n < count; ++n) rows.push_back(n);
    return rows;
}

}  // namespace

TEST_CASE("rows over a cache have the logits of the whole canvas") {
    const ThreadCount one(1);
    auto model = random_model<double>(odd_config(), "model");
    const Ids ids = random_tokens(12, 301, test_key("ids"));
    for (const Index block : {1, 2, 3, 6, 12}) {
        const TokenBatch batch{1, 12, ids, {}, AttentionMask::block_causal(block)};
        const auto whole = to_host(model.logits(batch, all_rows(12)));  // (12, V)
        for (const Index step : {Index{6}, block}) {
            if (step % block != 0) continue;
            KvCache<Host<double>> cache(model.config(), 2, 14);
            CachedTransformer<Host<double>> cached(model, cache);
            for (Index begin = 0; begin < 12; begin += step) {
                const std::vector<CachedTokens> tokens{part(ids, 1, begin, begin + step)};
                const auto logits = cached.logits(tokens, block, all_rows(step));
                for (Index i = 0; i < step; ++i) {
                    for (Index v = 0; v < logits.cols - 1; ++v) {
                        CHECK(std::abs(logits(i, v) - whole.view()(begin + i, v)) < 1e-11);
                    }
                    CHECK(std::isinf(logits(i, model.config().mask_token)));
                }
            }
        }
    }
}

TEST_CASE("a block that is computed again forgets what it was before") {
    const ThreadCount one(1);
    auto model = random_model<double>(odd_config(), "model");
    const Ids ids = random_tokens(8, 301, test_key("ids")), other(4, 7);
    const auto last = [&](bool twice) {
        KvCache<Host<double>> cache(model.config(), 1, 8);
        CachedTransformer<Host<double>> cached(model, cache);
        if (twice) {
            cached.logits(std::vector{CachedTokens{0, 0, other}}, 4, all_rows(4));
            cached.logits(std::vector{CachedTokens{0, 4, other}}, 4, all_rows(4));
        }
        cached.logits(std::vector{part(ids, 0, 0, 4)}, 4, all_rows(4));
        return to_host(cached.logits(std::vector{part(ids, 0, 4, 8)}, 4, all_rows(4)));
    };
    const auto once = last(false), again = last(true);
    CHECK(std::ranges::equal(once.view().span(), again.view().span()));
}

TEST_CASE("a cache refuses tokens that would not be exact") {
    auto model = random_model<double>(wide_config(), "model");
    KvCache<Host<double>> cache(model.config(), 2, 8);
    CachedTransformer<Host<double>> cached(model, cache);
    const auto refusal = [&](std::vector<CachedTokens> tokens, Index block) {
        return error_of([&] { cached.logits(tokens, block, {}); });
    };
    CHECK(refusal({{0, 0, {1, 2, 4, 5}}}, 0) ==
          "cache: expected blocks of at least one position, got 0");
    CHECK(refusal({{2, 0, {1}}}, 1) == "cache: expected one of its 2 texts, got text 2");
    CHECK(refusal({{1, 2, {1, 2}}}, 2) ==
          "cache: expected tokens behind 0 of at most 8, got positions 2 to 4");
    CHECK(refusal({{1, 0, Ids(9, 1)}}, 4) ==
          "cache: expected tokens behind 0 of at most 8, got positions 0 to 9");
    CHECK(refusal({{1, 0, {1, 1, 1}}}, 2).empty());
    CHECK(refusal({{1, 3, {1}}}, 2) ==
          "cache: expected tokens from the begin of a block of 2, got position 3");
    CHECK(refusal({{0, 0, {1}}, {0, 0, {1}}}, 1) == "cache: expected every text once, got 0 twice");
    CHECK(error_of([&] { KvCache<Host<double>>(model.config(), 0, 4); }) ==
          "cache: expected room for at least one token of one text, got 0 texts of 4");
}
