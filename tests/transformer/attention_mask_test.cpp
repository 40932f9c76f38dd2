// What a position must not see may change without a trace in its logits: equal bit for bit.
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

constexpr Index positions = 8;

// Changes token j of every sequence and says which positions' logits changed.
template <class T>
std::vector<bool> changed_by(Transformer<Host<T>>& model, const TokenBatch& batch, Index j) {
    TokenBatch other = batch;
    for (Index b = 0; b < batch.batch; ++b) {
        std::int32_t& token = other.ids[b * batch.positions + j];
        token = (token + 1) % std::int32_t(model.config().vocab_size);
    }
    const HostMatrix<T> before = all_logits(model, batch), after = all_logits(model, other);
    std::vector<bool> changed;
    for (Index n = 0; n < before.view().rows; ++n) {
        changed.push_back(!same_bits(before.view().row_range(n, 1), after.view().row_range(n, 1)));
    }
    return changed;
}

}  // namespace

TEMPLATE_TEST_CASE("a token changes the logits of those who see it and of no other", "", float,
                   double) {
    auto model = random_model<TestType>(small_config(), "model");
    const Index block = GENERATE(0, 1, 3);
    const AttentionMask mask =
        block == 0 ? AttentionMask::full() : AttentionMask::block_causal(block);
    const TokenBatch batch = random_batch(model.config(), 2, positions, mask, "tokens");
    for (Index j = 0; j < positions; ++j) {
        const std::vector<bool> changed = changed_by(model, batch, j);
        for (Index n = 0; n < 2 * positions; ++n) {
            const Index i = n % positions;
            const bool visible = block == 0 || j / block <= i / block;
            INFO("block " << block << ", query " << i << ", key " << j);
            CHECK(changed[n] == visible);
        }
    }
}

TEMPLATE_TEST_CASE("padding changes no logits but its own", "", float, double) {
    auto model = random_model<TestType>(small_config(), "model");
    const Index block = GENERATE(0, 1, 3);
    const AttentionMask mask =
        block == 0 ? AttentionMask::full() : AttentionMask::block_causal(block);
    TokenBatch batch = random_batch(model.config(), 2, positions, mask, "tokens");
    batch.lengths = {5, 7};
    for (Index j = 5; j < positions; ++j) {
        const std::vector<bool> changed = changed_by(model, batch, j);
        for (Index n = 0; n < 2 * positions; ++n) {
            if (j >= batch.lengths[n / positions] && n % positions != j) CHECK(!changed[n]);
            if (n % positions == j) CHECK(changed[n]);
        }
    }
}

TEST_CASE("a padded sequence has the logits of the short one") {
    auto model = random_model<double>(small_config(), "model");
    TokenBatch padded = random_batch(model.config(), 1, 8, AttentionMask::full(), "tokens");
    padded.lengths = {4};
    TokenBatch alone = padded;
    alone.positions = 4, alone.lengths.clear(), alone.ids.resize(4);
    const HostMatrix<double> a = all_logits(model, padded), b = all_logits(model, alone);
    for (Index n = 0; n < 4; ++n) {
        for (Index v = 0; v < model.config().vocab_size; ++v) {
            if (v == model.config().mask_token) continue;
            // The same sums over more zeros: a different order, the same value
            CHECK(std::abs(a.view()(n, v) - b.view()(n, v)) < 1e-12);
        }
    }
}

TEST_CASE("block_causal(1) is causal, and a block of the whole sequence is full attention") {
    auto model = random_model<double>(small_config(), "model");
    TokenBatch batch = random_batch(model.config(), 2, positions, AttentionMask::full(), "tokens");
    const HostMatrix<double> full = all_logits(model, batch);
    batch.mask = AttentionMask::block_causal(positions);
    CHECK(same_bits(full.view(), all_logits(model, batch).view()));
    batch.mask = AttentionMask::block_causal(1);
    const HostMatrix<double> causal = all_logits(model, batch);
    CHECK(!same_bits(full.view().row_range(0, 1), causal.view().row_range(0, 1)));
}

TEST_CASE("the mask token's logit is minus infinity at every position") {
    auto model = random_model<float>(small_config(), "model");
    const TokenBatch batch =
        random_batch(model.config(), 2, positions, AttentionMask::full(), "tokens");
    const HostMatrix<float> logits = all_logits(model, batch);
    for (Index n = 0; n < 2 * positions; ++n) {
        for (Index v = 0; v < model.config().vocab_size; ++v) {
            CHECK(std::isfinite(logits.view()(n, v)) == (v != model.config().mask_token));
        }
    }
}
