// Rollouts: their probability, their keys, what reveals them.
#include "step_reduction/rollout.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"
#include "trajectory_selection/score.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr Index positions = 9;
const std::vector<Ids> prompts{{1, 2, 4}, {5}};

// Tokens have everywhere probabilities that grow with their number, as exp(slope v).
Transformer<Host<double>> known_model(double slope) {
    std::vector<double> logits;
    for (int v = 0; v < 11; ++v) logits.push_back(slope * v);
    return constant_model<double>(small_config(), logits);
}

}  // namespace

TEST_CASE("a rollout's log p is the score of its own text along its own steps") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const double threshold = GENERATE(0.0, 0.5, 1.0);
    const auto rollouts =
        roll_out(model, prompts, positions, {.threshold = threshold, .group = 5}, test_key("r"));
    REQUIRE(rollouts.size() == 10);
    std::vector<MaskableText> texts;
    std::vector<Trajectory> trajectories;
    for (std::size_t r = 0; r < 10; ++r) {
        const Ids& prompt = prompts[r / 5];
        CHECK(std::equal(prompt.begin(), prompt.end(), rollouts[r].ids.begin()));
        trajectories.push_back(rollouts[r].trajectory);
        texts.push_back({rollouts[r].ids, masked_before(trajectories[r], 0)});
        const Index masked = positions - Index(prompt.size());
        if (threshold == 0) CHECK(trajectories[r].steps == 1);
        if (threshold == 1) CHECK(trajectories[r].steps == masked);
    }
    const std::vector<double> scores = score_trajectories(model, texts, trajectories, {});
    for (std::size_t r = 0; r < 10; ++r) CHECK(near(trajectories[r].score, scores[r], 1e-12));
}

TEST_CASE("a rollout depends on its own prompt and key alone") {
    const ThreadCount one(1);
    // A random model depends on what it sees; to the other all tokens are alike: the keys decide
    auto model = random_model<double>(small_config(), "model"), uniform = known_model(0);
    const RolloutOptions options{.threshold = 0.5, .group = 3};
    for (auto* some : {&model, &uniform}) {
        const auto both = roll_out(*some, prompts, positions, options, test_key("r"));
        const auto alone = roll_out(*some, {prompts[0]}, positions, options, test_key("r"));
        for (std::size_t g = 0; g < 3; ++g) CHECK(alone[g].ids == both[g].ids);
    }
    // By chance two texts of 20 and more tokens would be equal once in 10^20 times
    const auto texts = [&](const std::vector<Ids>& some, std::string_view key) {
        return roll_out(uniform, some, 30, options, test_key(key));
    };
    const auto both = texts(prompts, "r");
    CHECK(both[0].ids != both[1].ids);
    CHECK(texts(prompts, "s")[0].ids != both[0].ids);
    const auto same = texts({prompts[1], prompts[1]}, "r");
    CHECK(same[0].ids != same[3].ids);
}

TEST_CASE("every step of a rollout draws with numbers of its own") {
    const ThreadCount one(1);
    // All tokens but the mask are equally likely, always: the numbers alone decide
    auto model = known_model(0);
    const auto at_once = roll_out(model, prompts, positions, {.threshold = 0}, test_key("r"));
    const auto one_by_one = roll_out(model, prompts, positions, {.threshold = 1}, test_key("r"));
    std::size_t differ = 0;
    for (std::size_t r = 0; r < at_once.size(); ++r) {
        differ += at_once[r].ids != one_by_one[r].ids;
        for (std::size_t i = 0; i < std::size_t(positions); ++i) {
            if (one_by_one[r].trajectory.reveal[i] > 0) continue;
            CHECK(at_once[r].ids[i] == one_by_one[r].ids[i]);  // given, or of step 0 in both
        }
    }
    // Five tokens or more of later steps: one rollout in 10^5 is the same by chance
    CHECK(differ > at_once.size() / 2);
}

TEST_CASE("tokens are sampled from the model's distribution, and at temperature 0 they are not") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto greedy = roll_out(model, prompts, positions,
                                 {.threshold = 0.5, .temperature = 0, .group = 2}, test_key("r"));
    CHECK(greedy[0].ids == greedy[1].ids);
    // One position: its token's frequencies are the model's probabilities
    auto known = known_model(0.3);
    const Ids prompt{1, 2, 4, 5, 6, 7, 8, 9};
    const auto rollouts = roll_out(known, {prompt}, positions, {.group = 4000}, test_key("one"));
    double sum = 0;
    for (const int v : {0, 1, 2, 4, 5, 6, 7, 8, 9, 10}) sum += std::exp(0.3 * v);
    std::map<std::int32_t, int> seen;
    for (const Rollout& r : rollouts) {
        ++seen[r.ids.back()];
        CHECK(near(r.trajectory.score, 0.3 * r.ids.back() - std::log(sum), 1e-12));
    }
    CHECK(seen.size() == 10);
    for (const auto& [token, count] : seen) {
        const double p = std::exp(0.3 * token) / sum;
        CHECK(std::abs(count / 4000.0 - p) < 5 * std::sqrt(p * (1 - p) / 4000));
    }
}

TEST_CASE("a block as large as the canvas is the whole canvas") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto whole = roll_out(model, prompts, positions, {.threshold = 0.3}, test_key("r"));
    const auto block =
        roll_out(model, prompts, positions, {.threshold = 0.3, .block = positions}, test_key("r"));
    for (std::size_t r = 0; r < whole.size(); ++r) {
        CHECK(whole[r].ids == block[r].ids);
        CHECK(whole[r].trajectory.reveal == block[r].trajectory.reveal);
    }
}

TEST_CASE("blocks are written one after the other, each as if the canvas ended behind it") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const RolloutOptions options{.threshold = 0.2, .block = 4};
    const auto rollouts = roll_out(model, prompts, positions, options, test_key("r"));
    const auto begins = roll_out(model, prompts, 4, {.threshold = 0.2}, test_key("r"));
    for (std::size_t r = 0; r < rollouts.size(); ++r) {
        CHECK(std::equal(begins[r].ids.begin(), begins[r].ids.end(), rollouts[r].ids.begin()));
        const auto& reveal = rollouts[r].trajectory.reveal;
        check_trajectory(rollouts[r].trajectory, "by blocks");
        for (const auto& [end, next] : {std::pair{4, 8}, std::pair{8, 9}}) {
            CHECK(*std::max_element(reveal.begin(), reveal.begin() + end) <
                  *std::min_element(reveal.begin() + end, reveal.begin() + next));
        }
    }
}

TEST_CASE("a rollout by blocks ends behind the block with its eos, which costs no call") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto endless =
        roll_out(model, prompts, positions, {.group = 1, .block = 4}, test_key("r"));
    const std::int32_t eos = endless[1].ids[2];  // in the first block, if not its last token
    const auto ended =
        roll_out(model, prompts, positions, {.group = 1, .block = 4, .eos = eos}, test_key("r"));
    const Ids& ids = ended[1].ids;
    CHECK(std::equal(ids.begin(), ids.begin() + 4, endless[1].ids.begin()));
    CHECK(std::count(ids.begin() + 4, ids.end(), eos) == positions - 4);
    const auto& [reveal, steps, score] = ended[1].trajectory;
    CHECK(std::count(reveal.begin() + 4, reveal.end(), Trajectory::given) == positions - 4);
    CHECK(steps == *std::max_element(reveal.begin(), reveal.end()) + 1);
    check_trajectory(ended[1].trajectory, "ended");
}

TEST_CASE("rollouts of nothing are refused") {
    auto model = random_model<double>(small_config(), "model");
    const auto error = [&](const std::vector<Ids>& some, Index canvas, RolloutOptions options) {
        return error_of([&] { roll_out(model, some, canvas, options, test_key("r")); });
    };
    CHECK(error({}, 9, {}) == "rollouts: expected at least one prompt, got none");
    CHECK(error(prompts, 3, {}) ==
          "rollouts: expected a prompt shorter than the canvas of 3 tokens, got 3");
    CHECK(error(prompts, 9, {.group = 0}) == "rollouts: expected a group of at least one, got 0");
    CHECK(error(prompts, 9, {.threshold = 1.5}) ==
          "rollouts: expected a threshold in 0 ... 1, got 1.5");
    CHECK(error(prompts, 9, {.temperature = -1}) ==
          "rollouts: expected a temperature >= 0, got -1");
    CHECK(error(prompts, 9, {.block = 10}) == "rollouts: expected blocks of 1 ... 9, or 0, got 10");
    CHECK(error(prompts, 9, {.block = -1}) == "rollouts: expected blocks of 1 ... 9, or 0, got -1");
}
