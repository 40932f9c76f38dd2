// The training batches of stage 2.
#include "edit_corruption/edit_batch.h"

#include <set>

#include "tests/edit_corruption/edit_canvases.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("an edited batch holds edits as input, x0 as targets, and a mean as weights") {
    const std::vector<Canvas> canvases = canvases_of(12);
    const double editable = 4 * (29 + 28 + 27);
    const TrainingBatch batch =
        edited_batch(canvases, {.max_alpha = 1}, vocabulary, test_key("batch"));
    CHECK(batch.input.batch == 12);
    CHECK(batch.input.positions == 30);
    CHECK(batch.input.mask.block == 0);
    CHECK(batch.input.lengths.empty());
    int changed = 0;
    for (Index b = 0; b < 12; ++b) {
        for (Index i = 0; i < 30; ++i) {
            const std::size_t n = std::size_t(b * 30 + i);
            const bool given = i < canvases[b].prompt_length;
            CHECK(batch.targets[n] == canvases[b].ids[i]);
            CHECK(batch.weights[n] == (given ? 0 : 1 / editable));
            CHECK(batch.input.ids[n] != mask);
            if (given) CHECK(batch.input.ids[n] == batch.targets[n]);
            changed += batch.input.ids[n] != batch.targets[n];
        }
    }
    CHECK(changed > 0);
}

TEST_CASE("no edits leave every canvas clean, and each canvas has an alpha of its own") {
    const std::vector<Canvas> canvases(40, canvases_of(1)[0]);
    const TrainingBatch clean =
        edited_batch(canvases, {0, false, {}}, vocabulary, test_key("batch"));
    CHECK(clean.input.ids == clean.targets);
    const TrainingBatch edited = edited_batch(canvases, {}, vocabulary, test_key("batch"));
    int untouched = 0;
    for (Index b = 0; b < 40; ++b) {
        const auto row = edited.input.ids.begin() + b * 30;
        untouched += std::equal(row, row + 30, canvases[b].ids.begin());
    }
    // |x0| = 20 and alpha < 0.1: no edit or one
    CHECK(untouched > 5);
    CHECK(untouched < 35);
}

TEST_CASE("masks on top of edits are counted like every other position") {
    const std::vector<Canvas> canvases = canvases_of(32);
    const EditLoss plain{.max_alpha = 0.3}, masked{.max_alpha = 0.3, .mask_on_top = true};
    const TrainingBatch edited = edited_batch(canvases, plain, vocabulary, test_key("batch"));
    const TrainingBatch both = edited_batch(canvases, masked, vocabulary, test_key("batch"));
    CHECK(both.weights == edited.weights);
    CHECK(both.targets == edited.targets);
    int masks = 0;
    for (std::size_t n = 0; n < both.input.ids.size(); ++n) {
        const bool is_mask = both.input.ids[n] == mask;
        if (!is_mask) CHECK(both.input.ids[n] == edited.input.ids[n]);
        if (is_mask) CHECK(both.weights[n] > 0);
        masks += is_mask;
    }
    // The noise levels are stratified: their mean is 1/2, within 1/B
    const double share = masks / (32 * 28.0);
    CHECK(std::abs(share - 0.5) < 0.1);
}

TEST_CASE("masks on top follow their schedule, and equal canvases have masks of their own") {
    const std::vector<Canvas> canvases(128, canvases_of(1)[0]);
    EditLoss loss{.max_alpha = 0, .mask_on_top = true, .schedule = NoiseSchedule::cosine};
    const TrainingBatch batch = edited_batch(canvases, loss, vocabulary, test_key("batch"));
    const auto is_masked = [&](Index b, Index i) {
        return batch.input.ids[std::size_t(b * 30 + i)] == mask;
    };
    int masks = 0, crossing = 0;
    for (Index b = 0; b < 128; ++b) {
        bool here_alone = false, there_alone = false;
        for (Index i = 1; i < 30; ++i) {
            const bool here = is_masked(b, i), there = is_masked((b + 1) % 128, i);
            masks += here;
            here_alone |= here && !there, there_alone |= there && !here;
        }
        crossing += here_alone && there_alone;
    }
    // The mean of 1 - cos(pi t / 2) is 1 - 2 / pi; that of t, the linear schedule's, is 1 / 2
    CHECK(std::abs(masks / (128 * 29.0) - (1 - 2 / M_PI)) < 0.06);
    // With the same numbers the less noisy of two canvases would have no mask for itself
    CHECK(crossing > 40);
}

TEST_CASE("the loss of an edited batch is the mean of -log p(x0 | xt) behind the prompts") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const TrainingBatch batch =
        edited_batch(canvases_of(3), {.max_alpha = 0.3}, vocabulary, test_key("batch"));
    const std::vector<double> log_p =
        model.log_likelihoods(batch.input, all_rows(batch.input), batch.targets);
    double sum = 0;
    for (Index n = 0; n < 90; ++n) sum -= n % 30 > n / 30 ? log_p[n] : 0;
    CHECK(near(model.loss(batch), sum / (29 + 28 + 27), 1e-12));
}

TEST_CASE("a two-term batch is a mask batch and some of it edited, and its loss their sum") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const LossWeight mask_loss{NoiseSchedule::linear, 5};
    const EditLoss edit_loss{.max_alpha = 0.3, .share = GENERATE(0.01, 0.5, 1.0)};
    const auto canvases = canvases_of(5);
    const RandomKey key = test_key("batch");
    const TrainingBatch batch = two_term_batch(canvases, {}, edit_loss, mask_loss, vocabulary, key);
    const Index edited = edit_loss.share == 0.5 ? 3 : edit_loss.share == 1 ? 5 : 1;
    CHECK(batch.input.batch == 5 + edited);
    // The mask term is the one that a run without edits has in this step
    const TrainingBatch masked = masked_batch(canvases, mask_loss, mask, key);
    const TrainingBatch edits = edited_batch({canvases.begin(), canvases.begin() + edited},
                                             edit_loss, vocabulary, key.fork("edit term"));
    const auto joined = [](const auto& a, const auto& b) {
        auto both = a;
        both.insert(both.end(), b.begin(), b.end());
        return both;
    };
    CHECK(batch.input.ids == joined(masked.input.ids, edits.input.ids));
    CHECK(batch.targets == joined(masked.targets, edits.targets));
    CHECK(batch.weights == joined(masked.weights, edits.weights));
    CHECK(near(model.loss(batch), model.loss(masked) + model.loss(edits), 1e-12));
}

TEST_CASE("asked edits take the place of random ones, and every position counts the same") {
    const auto canvases = canvases_of(4);
    const auto batch_with = [&](std::size_t count) {
        std::vector<AskedEdit> edits{{canvases[3], canvases[0].ids},
                                     {canvases[1], canvases[2].ids}};
        edits.resize(count);
        return two_term_batch(canvases, edits, {}, {}, vocabulary, test_key("batch"));
    };
    const TrainingBatch none = batch_with(0), one = batch_with(1), two = batch_with(2);
    const auto part = [](const auto& all, Index b) {
        return std::vector(all.begin() + b * 30, all.begin() + (b + 1) * 30);
    };
    CHECK((none.input.batch == 6 && one.input.batch == 6 && two.input.batch == 6));
    CHECK(part(one.input.ids, 4) == part(none.input.ids, 4));  // the first random edit stays
    CHECK(part(one.input.ids, 5) == canvases[0].ids);
    CHECK(part(one.targets, 5) == canvases[3].ids);
    CHECK(part(two.input.ids, 4) == canvases[0].ids);
    CHECK(part(two.input.ids, 5) == canvases[2].ids);
    // All behind the prompt count, whether the text is to change there or not
    for (const auto& [row, clean] : {std::pair{4, canvases[3]}, {5, canvases[1]}}) {
        const std::vector<double> weights = part(two.weights, row);
        for (Index i = 0; i < 30; ++i) {
            CHECK((weights[std::size_t(i)] > 0) == (i >= clean.prompt_length));
        }
    }
    for (const TrainingBatch& batch : {none, one, two}) {
        double sum = 0;
        std::set<double> weights;
        for (std::size_t n = 4 * 30; n < batch.weights.size(); ++n) {
            sum += batch.weights[n];
            weights.insert(batch.weights[n]);
        }
        CHECK(near(sum, 1, 1e-12));
        CHECK(weights.size() == 2);  // 0 in the prompts, and one more
    }
}

TEST_CASE("batches of stage 2 refuse what they cannot do") {
    const auto canvases = canvases_of(2);
    for (const double share : {0.0, 1.1}) {
        CHECK(error_of([&] {
                  two_term_batch(canvases, {}, {.share = share}, {}, vocabulary, {});
              }) == fmt::format("two-term batch: expected a share in (0, 1], got {}", share));
    }
    const Canvas other = make_canvas({1}, {4}, 5, eos);
    const AskedEdit asked{canvases[1], canvases[0].ids}, short_one{other, other.ids};
    CHECK(error_of([&] {
              two_term_batch(canvases, {asked, asked}, {}, {}, vocabulary, {});
          }) == "two-term batch: expected at most 1 asked edits, got 2");
    CHECK(error_of([&] { two_term_batch(canvases, {short_one}, {}, {}, vocabulary, {}); }) ==
          "two-term batch: expected canvases of 30 tokens, got 5");
    CHECK(error_of([&] {
              two_term_batch(canvases, {{canvases[0], {1, 2}}}, {}, {}, vocabulary, {});
          }) == "asked edit: expected a canvas of 30 tokens, got 2");
    CHECK(error_of([&] {
              two_term_batch({canvases[0], other}, {}, {}, {}, vocabulary, {});
          }) == "batch: expected canvases of 30 tokens, got 5");
    CHECK(error_of([&] { edited_batch({}, {}, vocabulary, {}); }) ==
          "batch: expected at least one canvas, got none");
    CHECK(error_of([&] {
              edited_batch({{{1, 1}, 2, 2}}, {}, vocabulary, {});
          }) == "edit corruption: expected a position behind a prompt, got none");
    CHECK(error_of([&] { edited_batch(canvases, {.max_alpha = 1.5}, vocabulary, {}); }) ==
          "edit corruption: expected a largest alpha in [0, 1], got 1.5");
}
