// The example of chapter 7: two blocks of two tokens, one head of one number.
#include <cmath>

#include "block_decoding/cached_attention.h"
#include "tests/support/catch.h"
#include "transformer/attention.h"

using namespace seed;

namespace {

const std::vector<double> ones{1, 1, 1, 1}, values{7, 7, 0, 14};

// y of all four tokens at once, by chapter 2's attention.
std::vector<double> attended(const std::vector<double>& keys, AttentionMask mask) {
    const std::vector<std::int32_t> lengths{4};
    HostMatrix<double> y(4, 1), probabilities(4, 4);
    attention_forward<double>(y.view(), probabilities.view(), {ones.data(), 4, 1},
                              {keys.data(), 4, 1}, {values.data(), 4, 1},
                              {1, 4, 1, 1, 1, mask, lengths});
    return {y.view().data, y.view().data + 4};
}

}  // namespace

TEST_CASE(
    "chapter 7: the first block does not see the second one change, with full attention it does") {
    const std::vector<double> before{0, std::log(2), std::log(3), 0}, after{0, std::log(2), 0, 0};
    const auto blocks = AttentionMask::block_causal(2);
    CHECK(attended(before, blocks)[0] == Approx(7));
    CHECK(attended(before, blocks)[2] == Approx(5));
    CHECK(attended(after, blocks)[0] == Approx(7));
    CHECK(attended(after, blocks)[2] == Approx(7));
    CHECK(attended(before, AttentionMask::full())[0] == Approx(5));
    CHECK(attended(after, AttentionMask::full())[0] == Approx(7));
}

TEST_CASE("chapter 7: the second block over the cache of the first") {
    const Index columns = key_columns(4);
    HostMatrix<double> keys(1, columns), cached(4, 1), y(2, 1);
    const std::vector<CacheRun> first{{0, 0, 2, 0}}, second{{0, 2, 2, 0}};
    const double k[4] = {0, std::log(2), std::log(3), 0};
    append_to_cache<double>(keys.view(), cached.view(), {k, 2, 1}, {values.data(), 2, 1},
                            {1, 1, 1, 4, 2, first});
    const CachedAttentionShape shape{1, 1, 1, 4, 2, second};
    append_to_cache<double>(keys.view(), cached.view(), {k + 2, 2, 1}, {values.data() + 2, 2, 1},
                            shape);
    cached_attention_forward<double>(y.view(), {ones.data() + 2, 2, 1}, keys.view(), cached.view(),
                                     shape);
    CHECK(y.view().data[0] == Approx(5));
    CHECK(y.view().data[1] == Approx(5));
}
