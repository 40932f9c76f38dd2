// The chain rule along the order of confidence, against one that runs one text and step at a time.
#include <numeric>

#include "mask_corruption/chain_rule_impl.h"
#include "mask_corruption/likelihood.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

// Each with a given token: where all are masks, all positions are equally sure, but for rounding.
std::vector<MaskableText> some_texts() {
    std::vector<MaskableText> texts;
    const auto tokens =
        random_training_batch(small_config(), 5, 8, AttentionMask::full(), "texts").targets;
    for (Index s = 0; s < 5; ++s) {
        MaskableText text{{tokens.begin() + 8 * s, tokens.begin() + 8 * (s + 1)}, {}};
        for (Index i = s + 1; i < 8; i += s % 2 + 1) text.positions.push_back(i);  // 7, 3, 5, 2, 3
        texts.push_back(text);
    }
    return texts;
}

struct Revealed {
    std::vector<Index> order;
    double nats = 0;
};

// Reveals x0 by confidence: by the formula, without batches.
Revealed by_confidence(Transformer<Host<double>>& model, const MaskableText& text) {
    TokenBatch state{1, Index(text.ids.size()), text.ids, {}, AttentionMask::full()};
    for (const Index i : text.positions) state.ids[i] = model.config().mask_token;
    Revealed result;
    while (result.order.size() < text.positions.size()) {
        Index best = -1;
        double best_probability = 0, best_nats = 0;
        for (const Index i : text.positions) {
            if (state.ids[i] != model.config().mask_token) continue;
            const Index row[] = {i};
            const HostMatrix<double> logits = to_host(model.logits(state, row));
            const auto log_p = log_softmax(HostView<const double>(logits.view()));
            const double p = std::exp(*std::max_element(log_p.begin(), log_p.end()));
            if (p > best_probability) {
                best = i, best_probability = p, best_nats = -log_p[text.ids[i]];
            }
        }
        result.order.push_back(best);
        result.nats += best_nats;
        state.ids[best] = text.ids[best];
    }
    return result;
}

}  // namespace

TEST_CASE("the chain rule by confidence reveals the surest position first") {
    const ThreadCount one(1);
    for (const std::string_view purpose : {"first", "second"}) {
        auto model = random_model<double>(small_config(), purpose);
        const std::vector<MaskableText> texts = some_texts();
        const auto nats = chain_rule_nll(model, texts, RevealOrder::confidence, {});
        bool out_of_order = false;
        for (std::size_t s = 0; s < texts.size(); ++s) {
            const Revealed expected = by_confidence(model, texts[s]);
            CHECK(near(nats[s], expected.nats, 1e-12));
            CHECK(
                near(chain_rule_along(model, texts[s], expected.order, {}), expected.nats, 1e-12));
            out_of_order |= !std::is_sorted(expected.order.begin(), expected.order.end());
        }
        CHECK(out_of_order);  // or it might as well go left to right
    }
}

TEST_CASE("of equally sure positions the chain rule takes the left one, and scores its token") {
    // Three rows of the same three probabilities, then a surer one; x0's tokens are 0, 1, 2, 0
    const double low = std::log(0.25), high = std::log(0.5), surer = std::log(0.75);
    const std::vector<double> logits{
        low, high, low, high, low, low, low, low, high, std::log(0.125), std::log(0.125), surer};
    const MaskableText text{{0, 1, 2, 0}, {0, 1, 2, 3}};
    std::vector<Index> masked{0, 1, 2};
    CHECK(near(score_most_confident(HostView<const double>{logits.data(), 3, 3}, masked, text),
               std::log(4), 1e-15));
    CHECK(masked == std::vector<Index>{1, 2});
    masked = {0, 1, 2, 3};
    CHECK(near(score_most_confident(HostView<const double>{logits.data(), 4, 3}, masked, text),
               std::log(8), 1e-15));
    CHECK(masked == std::vector<Index>{0, 1, 2});
}

TEST_CASE("a call of the confidence order has at most a batch of states, and every state is told") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts = some_texts();
    const auto whole = chain_rule_nll(model, texts, RevealOrder::confidence, {});
    for (const Index batch : {1, 2, 3}) {
        std::vector<Index> calls;
        LikelihoodOptions options;
        options.batch = batch;
        options.on_states = [&](Index states) { calls.push_back(states); };
        const auto nats = chain_rule_nll(model, texts, RevealOrder::confidence, options);
        for (std::size_t s = 0; s < texts.size(); ++s) CHECK(near(nats[s], whole[s], 1e-12));
        CHECK(*std::max_element(calls.begin(), calls.end()) == batch);
        CHECK(std::accumulate(calls.begin(), calls.end(), Index{0}) == 7 + 3 + 5 + 2 + 3);
    }
}

TEST_CASE("left to right is the order of ascending positions") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts = some_texts();
    const auto nats = chain_rule_nll(model, texts, RevealOrder::left_to_right, {});
    for (std::size_t s = 0; s < texts.size(); ++s) {
        // Position by position: what is to the right is masked, what is to the left is given
        TokenBatch state{1, 8, texts[s].ids, {}, AttentionMask::full()};
        for (const Index i : texts[s].positions) state.ids[i] = small_config().mask_token;
        double expected = 0;
        for (const Index i : texts[s].positions) {
            const Index row[] = {i};
            const std::int32_t target[] = {texts[s].ids[i]};
            expected -= model.log_likelihoods(state, row, target)[0];
            state.ids[i] = texts[s].ids[i];
        }
        CHECK(near(nats[s], expected, 1e-12));
    }
}

TEST_CASE("a model that knows nothing pays log (V - 1) for every token") {
    // All logits equal, the mask's impossible: ten tokens are equally likely
    Transformer<Host<double>> model(small_config(), ParameterSet<Host<double>>(small_config()));
    const std::vector<MaskableText> texts = some_texts();
    for (const RevealOrder order : {RevealOrder::left_to_right, RevealOrder::confidence}) {
        const auto nats = chain_rule_nll(model, texts, order, {});
        for (std::size_t s = 0; s < texts.size(); ++s) {
            CHECK(near(nats[s], double(texts[s].positions.size()) * std::log(10.0), 1e-13));
        }
    }
}
