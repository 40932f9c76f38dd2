// Which token came when, on models whose answers are known.
#include "evaluation/trajectory_view.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/evaluation/fixed_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/transformer/random_model.h"
#include "trajectory_selection/score.h"

using namespace seed;

namespace {

DenoiseOptions by_count(Index steps) {
    DenoiseOptions options;
    options.rule = RevealRule::count;
    options.steps = steps;
    return options;
}

// Some bytes, the first three given.
std::vector<std::int32_t> some_ids(Index count) {
    std::vector<std::int32_t> ids;
    for (Index i = 0; i < count; ++i) ids.push_back(std::int32_t(3 + i * 37 % 250));
    return ids;
}

bool is_near(double a, double b) { return std::abs(a - b) <= 1e-4 * (1 + std::abs(b)); }

}  // namespace

TEST_CASE("a decoded text shows the step of every token, and what the model said to it") {
    const RunConfig config = bytes_config(11);
    CpuTransformer model = uniform_model(config);
    const TrajectoryView view = view_of_decoding(model, {70, 71, 72}, 11, by_count(4));
    CHECK(view.steps == 4);
    CHECK(tokens_per_step(view) == std::vector<Index>{2, 2, 2, 2});
    CHECK(prompt_length(view) == 3);
    CHECK(std::vector<Index>(view.step.begin(), view.step.begin() + 3) ==
          std::vector<Index>{0, 0, 0});
    for (Index i = 0; i < 11; ++i) {
        CHECK(is_near(view.log_p[i], i < 3 ? 0 : -std::log(258.0)));
    }
    CHECK(is_near(score_of(view), -8 * std::log(258.0)));
    CHECK(!view.stored_score);
    CHECK(view.verdict.empty());
}

TEST_CASE("a step of the ancestral rule that reveals nothing is a step all the same") {
    const RunConfig config = bytes_config(6);
    CpuTransformer model = uniform_model(config);
    DenoiseOptions options = by_count(40);
    options.rule = RevealRule::ancestral;
    const TrajectoryView view = view_of_decoding(model, {70, 71, 72}, 6, options);
    const std::vector<Index> tokens = tokens_per_step(view);
    CHECK(view.steps > 3);
    CHECK(std::accumulate(tokens.begin(), tokens.end(), Index{0}) == 3);
    CHECK(tokens.back() > 0);
}

TEST_CASE("a trajectory is looked at as it is scored, in more steps than fit into one call") {
    const RunConfig config = bytes_config(44);
    auto model = random_model<float>(config.model, "trajectory view");
    const std::vector<std::int32_t> ids = some_ids(44);
    Trajectory trajectory{std::vector<std::int32_t>(44, Trajectory::given), 37};
    for (Index i = 3; i < 44; ++i) trajectory.reveal[i] = std::int32_t((i * 5 + 1) % 37);
    trajectory.score = -12.5;
    const TrajectoryView view = view_of_trajectory(model, ids, trajectory);
    CHECK(view.ids == ids);
    CHECK(view.steps == 37);
    CHECK(view.stored_score == -12.5);
    for (Index i = 0; i < 44; ++i) {
        CHECK(view.step[i] == trajectory.reveal[i] + 1);
        CHECK((view.log_p[i] < 0) == (i >= 3));
    }
    MaskableText text{ids, masked_before(trajectory, 0)};
    CHECK(is_near(score_of(view), score_trajectories(model, {text}, {trajectory}, {})[0]));
    const auto before = state_before(ids, trajectory, 20, config.model.mask_token);
    const std::vector<Index> places = revealed_by(trajectory, 20);
    const auto expected =
        model.log_likelihoods({1, 44, before, {}, {}}, places, std::vector{ids[places[0]]});
    REQUIRE(places.size() == 1);
    CHECK(is_near(view.log_p[places[0]], expected[0]));
}

TEST_CASE("a decoded text looked at as a trajectory is the same view") {
    const RunConfig config = bytes_config(20);
    auto model = random_model<float>(config.model, "trajectory view");
    const TrajectoryView decoded = view_of_decoding(model, {70, 71, 72}, 20, by_count(5));
    Trajectory trajectory{{}, decoded.steps};
    for (const Index s : decoded.step) trajectory.reveal.push_back(std::int32_t(s - 1));
    const TrajectoryView again = view_of_trajectory(model, decoded.ids, trajectory);
    CHECK(again.step == decoded.step);
    CHECK(!again.stored_score);
    for (Index i = 0; i < 20; ++i) CHECK(is_near(again.log_p[i], decoded.log_p[i]));
}

TEST_CASE("what is no trajectory of the text is refused") {
    const RunConfig config = bytes_config(5);
    CpuTransformer model = uniform_model(config);
    CHECK(error_of([&] {
              view_of_trajectory(model, some_ids(5), {{-1, 0, 2, 0, 0}, 3});
          }) == "trajectory: expected every step to reveal a position, got none at 1");
    CHECK(error_of([&] {
              view_of_trajectory(model, some_ids(5), {{-1, 0, 1, 0}, 2});
          }) == "trajectory: expected 4 tokens, got 5");
}

TEST_CASE("every field of a view has its own value in the JSON") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const double unknown = -std::numeric_limits<double>::infinity();
    const std::int32_t eos = tokenizer.eos_id();
    TrajectoryView view{"row 7",
                        {tokenizer.byte_id('\n'), tokenizer.byte_id('<'), eos, eos},
                        {0, 2, 3, 1},
                        {0, std::log(0.5), std::log(0.25), std::log(0.125)},
                        3,
                        "wrong answer: f(1) is 2",
                        false,
                        -9.5};
    nlohmann::ordered_json json = to_json(view, tokenizer);
    CHECK(is_near(json["score"], 6 * std::log(0.5)));
    CHECK(is_near(json["nats_per_token"], 2 * std::log(2)));
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(is_near(json["confidence"][i], std::vector{1.0, 0.5, 0.25, 0.125}[i]));
    }
    for (const char* name : {"score", "nats_per_token", "confidence"}) json.erase(name);
    CHECK(json == nlohmann::ordered_json{{"origin", "row 7"},
                                         {"prompt", "\n"},
                                         {"completion", "<"},
                                         {"verdict", "wrong answer: f(1) is 2"},
                                         {"passed", false},
                                         {"steps", 3},
                                         {"stored_score", -9.5},
                                         {"eos", "<|eos|>"},
                                         {"tokens", {"\n", "<", "<|eos|>", "<|eos|>"}},
                                         {"step", {0, 2, 3, 1}}});
    view.verdict.clear();
    view.stored_score.reset();
    view.log_p[1] = unknown;
    json = to_json(view, tokenizer);
    CHECK(json["verdict"].is_null());
    CHECK(json["passed"].is_null());
    CHECK(json["stored_score"].is_null());
    CHECK(json["confidence"][1] == 0);
    CHECK(json.dump().find("\"score\":null") != std::string::npos);
}
