// What a step of step reduction draws, judges and learns, recomputed from its parts; when it stops.
#include "runs/speedup.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "lua_tasks/judge.h"
#include "runs/fine_tuning.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tests/transformer/random_model.h"
#include "trajectory_selection/score.h"
#include "trajectory_selection/trajectory_file.h"

using namespace seed;
using Json = nlohmann::ordered_json;

namespace {

const Tokenizer& tokenizer() {
    static const Tokenizer all = train_task_tokenizer(640, {}, RandomKey{3});
    return all;
}

RunConfig tiny_run() {
    RunConfig config;
    config.model = {.vocab_size = tokenizer().vocab_size(),
                    .hidden_size = 8,
                    .layers = 1,
                    .heads = 2,
                    .kv_heads = 1,
                    .head_size = 4,
                    .intermediate = 6};
    config.model.mask_token = tokenizer().mask_id();
    config.steps = 2, config.batch = 3;
    config.seed = 17;
    return config;
}

// A step reduction of a tiny run on Lua tasks, in a folder of its own.
class SpeedupRun {
public:
    explicit SpeedupRun(RunConfig origin = tiny_run()) : origin_(origin) {
        start_run(from(), origin_, tokenizer());
        train_in_folder(from(), origin_, *source, "origin");
    }
    std::filesystem::path from() const { return folder_ / "from"; }
    std::filesystem::path folder() const { return folder_ / "speedup"; }

    RunConfig config(const std::function<void(StepReduction&)>& change = {}) const {
        RunConfig config = step_reduction_training(origin_, 4);
        StepReduction& r = *config.step_reduction;
        r.prompts = 2, r.group = 3, r.temperature = 1, r.baseline = Baseline::group;
        r.first_threshold = 0.4, r.last_threshold = 0.1;
        config.batch = 2, config.checkpoint_every = 2;
        if (change) change(r);
        return config;
    }
    RunConfig start(const RunConfig& config) const {
        return start_fine_tuning(from(), folder(), config);
    }
    std::vector<Json> record() const {
        std::vector<Json> lines;
        std::istringstream text(read_file(folder() / "record.jsonl"));
        for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
        return lines;
    }

private:
    TemporaryFolder folder_;
    RunConfig origin_;

public:
    const std::unique_ptr<TextSource> source = make_source(origin_, {}, tokenizer());
};

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
    const auto source = make_source(config, {}, tokenizer());
    for (const Index number : {0, 5, 1234}) {
        const Task task = training_task(config, number);
        CHECK(task_canvas(task, tokenizer(), config.canvas).ids ==
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
        const JudgedRollouts judged = judged_rollouts(config, tokenizer(), 1, model, start);
        std::vector<std::vector<std::int32_t>> prompts;
        std::vector<Task> tasks;
        for (const Index number : {8, 9}) {
            tasks.push_back(training_task(config, number));
            prompts.push_back(tokenizer().encode(tasks.back().prompt));
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
                    ? edit_surrogate(rollout.ids, rollout.trajectory, tokenizer().mask_id())
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

TEST_CASE("a program that passes the hidden tests of its own task is right, and no other") {
    const RunConfig config = tiny_run();
    const std::vector<Task> tasks{training_task(config, 0), training_task(config, 1)};
    REQUIRE(tasks[0].prompt != tasks[1].prompt);
    // Each prompt with its program, the other one's, and its own cut short
    std::vector<Rollout> rollouts;
    for (std::size_t t = 0; t < 2; ++t) {
        Task other = tasks[t];
        other.completion = tasks[1 - t].completion;
        const Canvas own = task_canvas(tasks[t], tokenizer(), config.canvas);
        rollouts.push_back({own.ids, {}});
        rollouts.push_back({task_canvas(other, tokenizer(), config.canvas).ids, {}});
        rollouts.push_back({own.ids, {}});
        rollouts.back().ids[std::size_t(own.content_length - 3)] = tokenizer().eos_id();
    }
    CHECK(executed(rollouts, tasks, 3, tokenizer()) == std::vector<double>{1, 0, 0, 1, 0, 0});
}

TEST_CASE("the model-based verifier and the log-ratio are the start's score per token") {
    const SpeedupRun run;
    RunConfig config = run.config(
        [](StepReduction& r) { r.verifier = Verifier::model, r.kl = 0.5, r.beta = 0.25; });
    CpuTransformer model = load_run(run.from()).model, start = initial_model(config);
    const JudgedRollouts judged = judged_rollouts(config, tokenizer(), 0, model, start);
    const std::vector<double> own = scores_of(model, judged.rollouts);
    const std::vector<double> theirs = scores_of(start, judged.rollouts);
    for (std::size_t r = 0; r < judged.rollouts.size(); ++r) {
        CHECK(judged.verdicts[r] == Approx(std::exp(theirs[r])));
        CHECK(judged.log_ratios[r] == Approx(own[r] - theirs[r]).margin(1e-5));
        CHECK(judged.rewards[r] == Approx(judged.verdicts[r] * (1 - 0.25 * judged.costs[r]) -
                                          0.5 * judged.log_ratios[r]));
    }
    const JudgedRollouts same = judged_rollouts(config, tokenizer(), 0, model, model);
    for (const double ratio : same.log_ratios) CHECK(std::abs(ratio) < 1e-5);
    // Executed, the ratio alone asks for the start
    config.step_reduction->verifier = Verifier::execution;
    const JudgedRollouts executed = judged_rollouts(config, tokenizer(), 0, model, start);
    CHECK(executed.verdicts == std::vector<double>(6, 0));
    CHECK(executed.log_ratios == judged.log_ratios);
}

TEST_CASE("a start that finds a rollout impossible gives it no verdict and a bounded ratio") {
    const SpeedupRun run;
    RunConfig config =
        run.config([](StepReduction& r) { r.verifier = Verifier::model, r.kl = 1, r.beta = 0; });
    CpuTransformer model = load_run(run.from()).model, broken = initial_model(config);
    fill(broken.parameters().flat(), std::numeric_limits<float>::quiet_NaN());
    const JudgedRollouts judged = judged_rollouts(config, tokenizer(), 0, model, broken);
    for (std::size_t r = 0; r < 6; ++r) {
        CHECK(judged.verdicts[r] == 0);
        CHECK(judged.log_ratios[r] == 100);
        CHECK(judged.rewards[r] == -100);
        CHECK(judged.advantages[r] == 0);
    }
}

TEST_CASE("a step learns states of its rollouts and, beside them, texts that no step has seen") {
    const SpeedupRun run;
    const std::int32_t mask = tokenizer().mask_id();
    RunConfig config = run.config();
    StepReduction& r = *config.step_reduction;
    r.first_text = 100, r.sample.states = 5, r.elbo_weight = 0.25;
    CpuTransformer model = load_run(run.from()).model;
    JudgedRollouts judged = judged_rollouts(config, tokenizer(), 1, model, model);
    judged.advantages = {1, -1, 0, 0.5, 0, -0.5};
    const TrainingBatch policy =
        sampled_policy_batch(judged.rollouts, judged.advantages, r.sample, mask,
                             RandomKey{17}.fork("speedup").fork(1).fork("states"));
    const auto rows = [&](const TrainingBatch& batch) {
        CHECK(std::equal(policy.weights.begin(), policy.weights.end(), batch.weights.begin()));
        CHECK(
            std::equal(policy.input.ids.begin(), policy.input.ids.end(), batch.input.ids.begin()));
        return batch.input.batch - 5;
    };
    r.edit_term = false;
    const TrainingBatch with_elbo = speedup_batch(config, *run.source, 1, judged, {});
    REQUIRE(rows(with_elbo) == 2);
    // Behind the 4 * 2 prompts of all steps and the texts of step 0
    double weight = 0;
    for (Index b = 0; b < 2; ++b) {
        const Canvas text = run.source->training(100 + 8 + 2 + b, 1)[0];
        const auto begin = with_elbo.targets.begin() + (5 + b) * config.canvas;
        CHECK(std::equal(text.ids.begin(), text.ids.end(), begin));
    }
    const RandomKey kept = RandomKey{17}.fork("speedup").fork(1).fork("kept");
    const TrainingBatch masked =
        masked_batch({run.source->training(110, 1)[0], run.source->training(111, 1)[0]},
                     config.loss, mask, kept);
    for (std::size_t i = 0; i < masked.weights.size(); ++i) {
        const std::size_t at = std::size_t(5 * config.canvas) + i;
        CHECK(with_elbo.weights[at] == 0.25 * masked.weights[i]);
        CHECK(with_elbo.input.ids[at] == masked.input.ids[i]);
        weight += with_elbo.weights[at];
    }
    CHECK(weight > 0);

    r.edit_term = true;
    CHECK(rows(speedup_batch(config, *run.source, 1, judged, {})) == 3);  // half of two more
    r.elbo_weight = 0;
    CHECK(rows(speedup_batch(config, *run.source, 1, judged, {})) == 1);
    r.edit_term = false;
    CHECK(rows(speedup_batch(config, *run.source, 1, judged, {})) == 0);
}

TEST_CASE("a verifier that always says no leaves nothing to learn: every step is skipped") {
    const SpeedupRun run;
    const RunConfig config =
        run.start(run.config([](StepReduction& r) { r.elbo_weight = 0, r.edit_term = false; }));
    CHECK(config.step_reduction->first_text == 6);
    const SpeedupOutcome outcome = speed_up_in_folder(run.folder(), config, *run.source, "all");
    CHECK(outcome.stopped.empty());
    CHECK(digest_of(outcome.model.parameters()) == config.step_reduction->model);
    const auto lines = run.record();
    REQUIRE(lines.size() == 4);
    for (std::size_t s = 0; s < 4; ++s) {
        CHECK(lines[s].at("step") == s + 1);
        CHECK(lines[s].at("skipped") == 1);
        CHECK(lines[s].at("right") == 0);
        CHECK(!lines[s].contains("loss"));
        CHECK(lines[s].at("threshold").get<double>() == Approx(0.4 - 0.1 * double(s)));
    }
    const SpeedupReport report = speedup_report(run.folder());
    CHECK(report.skipped == 4);
    CHECK(report.first->calls == report.last->calls);
}

TEST_CASE("a step whose gradient is not finite is skipped, and the weights stay finite") {
    const SpeedupRun run;
    RunConfig config = run.config([](StepReduction& r) { r.elbo_weight = 1000; });
    config.adamw.clip_norm = 0;
    CpuTransformer model = load_run(run.from()).model;
    Trainer<Host<float>> trainer(model, config.adamw, 4);
    TrainingBatch batch =
        masked_batch({run.source->training(0, 1)[0]}, config.loss, config.model.mask_token, {1});
    const std::string before = digest_of(model.parameters());
    for (double& weight : batch.weights) weight *= 1e39;
    CHECK(!trainer.step_or_skip(batch).has_value());
    CHECK(digest_of(model.parameters()) == before);
    CHECK(trainer.steps_done() == 1);
    for (double& weight : batch.weights) weight *= 1e-39;
    CHECK(trainer.step_or_skip(batch)->step == 2);
    CHECK(digest_of(model.parameters()) != before);
    CHECK(!trainer.step_or_skip({}).has_value());
    CHECK(trainer.steps_done() == 3);
}

TEST_CASE("a run whose rollouts are no longer right stops and keeps its best checkpoint") {
    const SpeedupRun run;
    RunConfig config = run.config([](StepReduction& r) {
        // Believed by the start: nearly the same at first, far less once the weights are noise
        r.verifier = Verifier::model, r.floor = 0.99, r.group = 2, r.prompts = 1, r.temperature = 0;
        r.first_threshold = r.last_threshold = 0, r.baseline = Baseline::none;
    });
    config.steps = 200, config.checkpoint_every = 5, config.adamw.learning_rate = 0.3;
    config = run.start(config);
    const SpeedupOutcome outcome = speed_up_in_folder(run.folder(), config, *run.source, "stops");
    REQUIRE(!outcome.stopped.empty());
    const auto lines = run.record();
    const auto last = lines.size();
    CHECK(last < 200);
    CHECK(outcome.stopped.starts_with(
        fmt::format("step {}: expected at least 0.99 of the first 20 steps' share", last)));
    const auto mean = [&](const char* field, std::size_t end) {
        double sum = 0;
        const std::size_t begin = end < 20 ? 0 : end - 20;
        for (std::size_t s = begin; s < end; ++s) sum += lines[s].at(field).get<double>();
        return sum / double(end - begin);
    };
    CHECK(mean("right", last) < 0.99 * mean("right", 20));
    CHECK((last == 40 || mean("right", last - 1) >= 0.99 * mean("right", 20)));
    std::size_t best = 5;
    for (std::size_t step = 5; step <= last; step += 5) {
        if (mean("reward", step) > mean("reward", best)) best = step;
    }
    CHECK(outcome.stopped.ends_with(fmt::format("kept: the weights of step {}", best)));
    CHECK(read_safetensors(run.folder() / "best.safetensors").metadata["step"] ==
          std::to_string(best));
    CHECK(read_file(run.folder() / "model.safetensors") ==
          read_file(run.folder() / "best.safetensors"));
    CHECK(digest_of(outcome.model.parameters()) ==
          digest_of(load_run(run.folder()).model.parameters()));
    // Who asks again gets the same answer
    CHECK(speed_up_in_folder(run.folder(), config, *run.source, "again").stopped ==
          outcome.stopped);
}

TEST_CASE("a configuration is read as it was written, and what cannot be is refused") {
    const SpeedupRun run;
    RunConfig config = run.config([](StepReduction& r) {
        r = {.model = "abc",
             .first_text = 5,
             .prompts = 3,
             .group = 7,
             .temperature = 0.5,
             .first_threshold = 0.8,
             .last_threshold = 0.2,
             .verifier = Verifier::model,
             .cost = SpeedCost::steps,
             .shape = RewardShape::additive,
             .beta = 0.3,
             .kl = 0.1,
             .baseline = Baseline::none,
             .normalise = true,
             .sample = {9, 0.75, StepTargets::revealed},
             .elbo_weight = 2,
             .edit_term = false,
             .floor = 0.1};
    });
    const Json json = config_json(config);
    const StepReduction read = step_reduction_from(json["step_reduction"]);
    CHECK(step_reduction_json(read) == json["step_reduction"]);
    CHECK(json["step_reduction"].size() == 21);
    StepReduction by_blocks;
    by_blocks.sample.block = 7;
    const Json blocks = step_reduction_json(by_blocks);
    CHECK(step_reduction_json(step_reduction_from(blocks)) == blocks);
    CHECK(step_reduction_from(blocks).sample.block == 7);
    const auto refused = [&](const std::function<void(StepReduction&)>& change) {
        RunConfig c = run.config(change);
        return error_of([&] { check_run_config(c); });
    };
    using R = StepReduction;
    CHECK(refused([](R& r) { r.prompts = 0; }) == "--prompts: expected 1 ... 1024, got 0");
    CHECK(refused([](R& r) { r.group = 1; }) ==
          "--group: expected at least 2 rollouts, whose mean is the baseline, got 1");
    CHECK(refused([](R& r) { r.temperature = -1; }) == "--temperature: expected 0 ... 100, got -1");
    CHECK(refused([](R& r) { r.first_threshold = 2; }) ==
          "--first-threshold: expected 0 ... 1, got 2");
    CHECK(refused([](R& r) { r.last_threshold = NAN; }) ==
          "--last-threshold: expected 0 ... 1, got nan");
    CHECK(refused([](R& r) { r.beta = -1; }) == "--beta: expected 0 ... 1000, got -1");
    CHECK(refused([](R& r) { r.kl = NAN; }) == "--kl: expected 0 ... 1000, got nan");
    CHECK(refused([](R& r) { r.elbo_weight = -1; }) ==
          "--elbo-weight: expected 0 ... 1000, got -1");
    CHECK(refused([](R& r) { r.floor = 1.5; }) == "--floor: expected 0 ... 1, got 1.5");
    CHECK(refused([](R& r) { r.sample.block = -1; }) == "--block: expected a number >= 0, got -1");
    CHECK(refused([](R& r) { r.sample.block = 10'000; }).starts_with("--block: expected 1 ... "));
    const std::string scores =
        "--block: expected the verifier execution and no --kl: the start scores whole canvases";
    CHECK(refused([](R& r) { r.sample.block = 4, r.kl = 1; }) == scores);
    CHECK(refused([](R& r) { r.sample.block = 4, r.verifier = Verifier::model; }) == scores);
    config.distillation.emplace();
    CHECK(error_of([&] { check_run_config(config); }) ==
          "expected a distillation or a step reduction, got both");
    CHECK(error_of([] { verifier_from("me"); }) == "verifier: expected execution or model, got me");
    CHECK(error_of([] { baseline_from("me"); }) == "baseline: expected group or none, got me");
}

TEST_CASE("the weights that KL and the verifier refer to must be those of the start") {
    const SpeedupRun run;
    const RunConfig config = run.start(run.config());
    Safetensors weights = read_safetensors(run.folder() / "start.safetensors");
    auto& bytes = weights.tensors.begin()->second.bytes;
    bytes[0] = std::byte(std::to_integer<int>(bytes[0]) ^ 1);
    write_safetensors(run.folder() / "start.safetensors", weights);
    CHECK(error_of([&] {
              speed_up_in_folder(run.folder(), config, *run.source, "x");
          }).ends_with("expected the weights that the run starts from, got others"));
    CHECK(error_of([&] {
              speed_up_in_folder(run.from(), tiny_run(), *run.source, "x");
          }).ends_with("expected a run of seed speedup, got another"));
}
