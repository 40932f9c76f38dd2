// What a step of step reduction draws, and what that is worth, recomputed from its parts.
#include "runs/speedup_rollouts.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "lua_tasks/judge.h"
#include "tests/runs/speedup_run.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/transformer/random_model.h"
#include "trajectory_selection/score.h"

using namespace seed;

namespace {

std::vector<double> scores_of(CpuTransformer& model, const std::vector<Rollout>& rollouts) {
    std::vector<MaskableText> texts;
    std::vector<Trajectory> trajectories;
    for (const Rollout& r : rollouts) {
        texts.push_back({r.ids, masked_before(r.trajectory, 0)});
        trajectories.push_back(r.trajectory);
    }
    std::vector<double> scores = score_trajectories(model, texts, trajectories, {});
    for (std::size_t r = 0; r < scores.size(); ++r) scores[r] /= double(texts[r].positions.size());
    return scores;
}

}  // namespace

TEST_CASE("a training task is the one that its text was made of") {
    const RunConfig config = tiny_run();
    const auto source = make_source(config, {}, speedup_tokenizer());
    for (const Index number : {0, 5, 1234}) {
        const Task task = training_task(config, number);
        CHECK(task_canvas(task, speedup_tokenizer(), config.canvas).ids ==
              source->training(number, 1)[0].ids);
        CHECK(judge(task.completion, task.tests).verdict == Verdict::passed);
    }
    RunConfig corpus = config;
    corpus.corpus = "somewhere";
    CHECK(error_of([&] { training_task(corpus, 0); }) ==
          "expected a run on Lua tasks, got one on a corpus");
}

TEST_CASE("rollouts are of the step's own prompts, keys and threshold, and worth what they are") {
    const SpeedupRun run;
    for (const SpeedCost cost : {SpeedCost::surrogate, SpeedCost::steps}) {
        RunConfig config = run.config([&](StepReduction& r) {
            r.cost = cost, r.shape = RewardShape::additive, r.beta = 2, r.normalise = true;
        });
        config.step_reduction->first_text = 6;
        CpuTransformer model = random_model<float>(config.model, "rollouts of many lengths");
        fill(model.parameters().final_gain, 2);  // sure of some tokens: lengths differ
        CpuTransformer start = initial_model(config);
        const JudgedRollouts judged = judged_rollouts(config, speedup_tokenizer(), 1, model, start);
        std::vector<std::vector<std::int32_t>> prompts;
        std::vector<Task> tasks;
        for (const Index number : {8, 9}) {
            tasks.push_back(training_task(config, number));
            prompts.push_back(speedup_tokenizer().encode(tasks.back().prompt));
        }
        const double threshold = 0.4 + (0.1 - 0.4) / 3;
        const auto expected = roll_out(model, prompts, config.canvas, {threshold, 1, 3},
                                       RandomKey{17}.fork("rollouts").fork(1));
        REQUIRE(judged.rollouts.size() == 6);
        for (std::size_t r = 0; r < 6; ++r) {
            const Rollout& rollout = judged.rollouts[r];
            CHECK(rollout.ids == expected[r].ids);
            CHECK(rollout.trajectory.reveal == expected[r].trajectory.reveal);
            const auto tokens = double(config.canvas - Index(prompts[r / 3].size()));
            const double c =
                cost == SpeedCost::surrogate
                    ? edit_surrogate(rollout.ids, rollout.trajectory, speedup_tokenizer().mask_id())
                    : double(rollout.trajectory.steps) / tokens;
            CHECK(judged.costs[r] == Approx(c));
            CHECK(judged.verdicts[r] == 0);  // of a model that knows nothing
            CHECK(judged.rewards[r] == Approx(-2 * c));
            CHECK(judged.log_ratios[r] == 0);
        }
        CHECK(judged.advantages == group_advantages(judged.rewards, 3, true));
        // Else it would not matter that they are divided by their deviation
        CHECK(judged.advantages != group_advantages(judged.rewards, 3, false));
    }
}

TEST_CASE("a record has the means of its rollouts, each under its name") {
    JudgedRollouts judged;
    for (const Index steps : {2, 4, 6, 12}) {  // two groups; in the first both texts are the same
        const std::int32_t token = steps < 6 ? 1 : std::int32_t(steps);
        judged.rollouts.push_back({{token, token}, {{0, 0}, steps}});
    }
    judged.verdicts = {1, 1, 1, 0};
    judged.costs = {0.1, 0.2, 0.3, 0.6};
    judged.rewards = {5, 6, 7, 8};
    judged.log_ratios = {-1, -2, -3, -4};
    const nlohmann::json line = record_of(judged, 2, 0.35);
    const std::map<std::string, double> expected{
        {"right", 0.75},    {"calls", 6},        {"cost", 0.3},      {"reward", 6.5},
        {"distinct", 0.75}, {"log_ratio", -2.5}, {"threshold", 0.35}};
    CHECK(line.size() == expected.size());
    for (const auto& [name, value] : expected) CHECK(line.at(name) == Approx(value));
}

TEST_CASE("a program that passes the hidden tests of its own task is right, and no other") {
    const RunConfig config = tiny_run();
    const std::vector<Task> tasks{training_task(config, 0), training_task(config, 1)};
    REQUIRE(tasks[0].prompt != tasks[1].prompt);
    // Each prompt with its program, the other one's, and its own cut short
    std::vector<Rollout> rollouts;
    for (std::size_t t = 0; t < 2; ++t) {
        Task other = tasks[t];
        other.completion = tasks[1 - t].completion;
        const Canvas own = task_canvas(tasks[t], speedup_tokenizer(), config.canvas);
        rollouts.push_back({own.ids, {}});
        rollouts.push_back({task_canvas(other, speedup_tokenizer(), config.canvas).ids, {}});
        rollouts.push_back({own.ids, {}});
        rollouts.back().ids[std::size_t(own.content_length - 3)] = speedup_tokenizer().eos_id();
    }
    CHECK(executed(rollouts, tasks, 3, speedup_tokenizer()) ==
          std::vector<double>{1, 0, 0, 1, 0, 0});
}

TEST_CASE("the model-based verifier and the log-ratio are the start's score per token") {
    const SpeedupRun run;
    RunConfig config = run.config(
        [](StepReduction& r) { r.verifier = Verifier::model, r.kl = 0.5, r.beta = 0.25; });
    CpuTransformer model = load_run(run.from()).model, start = initial_model(config);
    const JudgedRollouts judged = judged_rollouts(config, speedup_tokenizer(), 0, model, start);
    const std::vector<double> own = scores_of(model, judged.rollouts);
    const std::vector<double> theirs = scores_of(start, judged.rollouts);
    for (std::size_t r = 0; r < judged.rollouts.size(); ++r) {
        CHECK(judged.verdicts[r] == Approx(std::exp(theirs[r])));
        CHECK(judged.log_ratios[r] == Approx(own[r] - theirs[r]).margin(1e-5));
        CHECK(judged.rewards[r] == Approx(judged.verdicts[r] * (1 - 0.25 * judged.costs[r]) -
                                          0.5 * judged.log_ratios[r]));
    }
    const JudgedRollouts same = judged_rollouts(config, speedup_tokenizer(), 0, model, model);
    for (const double ratio : same.log_ratios) CHECK(std::abs(ratio) < 1e-5);
    // Executed, the ratio alone asks for the start
    config.step_reduction->verifier = Verifier::execution;
    const JudgedRollouts executed = judged_rollouts(config, speedup_tokenizer(), 0, model, start);
    CHECK(executed.verdicts == std::vector<double>(6, 0));
    CHECK(executed.log_ratios == judged.log_ratios);
}

TEST_CASE("a start that finds a rollout impossible gives it no verdict and a bounded ratio") {
    const SpeedupRun run;
    RunConfig config =
        run.config([](StepReduction& r) { r.verifier = Verifier::model, r.kl = 1, r.beta = 0; });
    CpuTransformer model = load_run(run.from()).model, broken = initial_model(config);
    fill(broken.parameters().flat(), std::numeric_limits<float>::quiet_NaN());
    const JudgedRollouts judged = judged_rollouts(config, speedup_tokenizer(), 0, model, broken);
    for (std::size_t r = 0; r < 6; ++r) {
        CHECK(judged.verdicts[r] == 0);
        CHECK(judged.log_ratios[r] == 100);
        CHECK(judged.rewards[r] == -100);
        CHECK(judged.advantages[r] == 0);
    }
}
