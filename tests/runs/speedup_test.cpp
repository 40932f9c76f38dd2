// What a step of step reduction learns; what a run leaves, and when it stops.
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "tests/runs/speedup_run.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "trajectory_selection/trajectory_file.h"

using namespace seed;

TEST_CASE("a step learns states of its rollouts and, beside them, texts that no step has seen") {
    const SpeedupRun run;
    const std::int32_t mask = speedup_tokenizer().mask_id();
    RunConfig config = run.config();
    StepReduction& r = *config.step_reduction;
    r.first_text = 100, r.sample.states = 5, r.elbo_weight = 0.25;
    CpuTransformer model = load_run(run.from()).model;
    JudgedRollouts judged = judged_rollouts(config, speedup_tokenizer(), 1, model, model);
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

    // By blocks, also where no rollout counts
    r.elbo_weight = 0.25, r.sample.block = 16;
    judged.advantages.assign(6, 0);
    const TrainingBatch by_blocks = speedup_batch(config, *run.source, 1, judged, {});
    CHECK(by_blocks.input.batch == 2);
    CHECK(by_blocks.input.mask.block == 16);
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
    Trainer<Host<float>> trainer(model, config.optimizer(), 4);
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
