// On six tokens all orders can be walked: scores against the chain rule by brute force, their mean
// against the exact bound, the selection against the true best.
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"
#include "trajectory_selection/pool.h"
#include "trajectory_selection/score.h"
#include "trajectory_selection/selection.h"

using namespace seed;

namespace {

// Eight tokens, the first two of them given.
MaskableText some_text(std::string_view purpose) {
    const auto batch = random_training_batch(small_config(), 1, 8, AttentionMask::full(), purpose);
    return {batch.targets, {2, 3, 4, 5, 6, 7}};
}

std::vector<std::vector<Index>> all_orders(std::vector<Index> positions) {
    std::vector<std::vector<Index>> orders;
    do orders.push_back(positions);
    while (std::next_permutation(positions.begin(), positions.end()));
    return orders;
}

}  // namespace

TEST_CASE("the score of each of 720 orders is the chain rule, and their mean the exact NELBO") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const MaskableText text = some_text("text");
    std::vector<Trajectory> trajectories;
    const auto orders = all_orders(text.positions);
    for (const auto& order : orders) trajectories.push_back(one_by_one(order, 8));
    REQUIRE(trajectories.size() == 720);
    const std::vector<MaskableText> texts(720, text);
    const std::vector<double> scores = score_trajectories(model, texts, trajectories, {});
    double mean = 0;
    for (std::size_t p = 0; p < 720; ++p) {
        mean += scores[p] / 720;
        CHECK(near(-scores[p], chain_rule_along(model, text, orders[p], {}), 1e-12));
    }
    CHECK(near(-mean, exact_nelbo(model, {text}, {})[0], 1e-10));

    // When the pool is everything, the selection finds the true best
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    const Selected selected = select_trajectories(scores, std::vector<Index>(720, 6), 720, {});
    CHECK(selected.rows == std::vector<Index>{best});
}

TEST_CASE("a step that reveals several positions scores them given the same state") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const MaskableText text = some_text("text");
    const Trajectory trajectory{{-1, -1, 1, 0, 1, 1, 0, 2}, 3};
    double expected = 0;
    for (Index s = 0; s < 3; ++s) {
        const auto xs = state_before(text.ids, trajectory, s, model.config().mask_token);
        std::vector<Index> rows = revealed_by(trajectory, s);
        std::vector<std::int32_t> targets;
        for (const Index i : rows) targets.push_back(text.ids[i]);
        for (const double log_p : model.log_likelihoods({1, 8, xs, {}, {}}, rows, targets)) {
            expected += log_p;
        }
    }
    const auto score = [&](Index batch) {
        return score_trajectories(model, {text, some_text("other")}, {trajectory, trajectory},
                                  {.batch = batch});
    };
    CHECK(near(score(64)[0], expected, 1e-12));
    CHECK(score(64)[1] != score(64)[0]);
    for (int p = 0; p < 2; ++p) CHECK(near(score(64)[p], score(1)[p], 1e-12));
    const MaskableText less{text.ids, {3, 4, 5, 6, 7}};
    CHECK(error_of([&] { score_trajectories(model, {less}, {trajectory}, {}); }) ==
          "trajectory: expected the 5 maskable positions to be revealed, got others");
    CHECK(error_of([&] { score_trajectories(model, {text}, {}, {}); }) ==
          "score: expected 1 trajectories, got 0");
}

TEST_CASE("what a pool says of its scores is what the states alone give") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts{some_text("text"), some_text("other")};
    PoolOptions options;
    options.members = 20, options.steps = {2, 3, 100}, options.batch = 7;
    const auto pool = draw_pool(model, texts, options, test_key("pool"));
    REQUIRE(pool.size() == 40);
    std::vector<MaskableText> of_member;
    for (std::size_t p = 0; p < 40; ++p) of_member.push_back(texts[p / 20]);
    const std::vector<double> scores = score_trajectories(model, of_member, pool, {});
    std::set<Index> steps;
    for (std::size_t p = 0; p < 40; ++p) {
        check_trajectory_of(pool[p], of_member[p]);
        CHECK(near(pool[p].score, scores[p], 1e-12));
        steps.insert(pool[p].steps);
    }
    CHECK(steps.contains(2));
    CHECK(steps.contains(6));  // 100 steps for 6 positions are 6
}
