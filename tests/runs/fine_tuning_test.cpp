// A run that starts from another one: which texts are new to it, and whose run it goes on with.
#include "runs/fine_tuning.h"

#include "tests/runs/distillation_run.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("the first unseen text lies behind all that a run and those before it were given") {
    RunConfig plain;
    plain.steps = 10, plain.batch = 3;
    CHECK(texts_seen(plain) == 30);
    // A distillation has seen its pool's texts, and trains on some, or on all again and again
    for (const auto& [pool, seen] : {std::pair{50, 150}, {31, 131}, {30, 130}, {7, 130}}) {
        RunConfig distilled = plain;
        distilled.distillation.emplace();
        distilled.distillation->first_text = 100, distilled.distillation->texts = pool;
        CHECK(texts_seen(distilled) == seen);
    }
    // A step reduction has prompts in every step, and a batch of further texts
    RunConfig reduced = plain;
    reduced.step_reduction.emplace();
    reduced.step_reduction->first_text = 100, reduced.step_reduction->prompts = 7;
    reduced.step_reduction->group = 5;
    CHECK(texts_seen(reduced) == 100 + 10 * 7 + 30);
}

TEST_CASE("a fine-tuning that is there is gone on with, of the same model and options alone") {
    const DistillationRun run;
    const RunConfig config = run.config({.texts = 4});
    const RunConfig started = start_or_find_fine_tuning(run.from(), run.folder(), config);
    CHECK(started.distillation->first_text == 30);
    const RunConfig found = start_or_find_fine_tuning(run.from(), run.folder(), config);
    CHECK(config_json(found) == config_json(started));

    const std::string message = run.folder().string() +
                                ": expected a run with the options that were given now, got one "
                                "with others";
    const auto error_with = [&](const std::filesystem::path& from, const RunConfig& other) {
        return error_of([&] { start_or_find_fine_tuning(from, run.folder(), other); });
    };
    RunConfig other = config;
    other.adamw.learning_rate *= 2;
    CHECK(error_with(run.from(), other) == message);
    other = config;
    other.distillation->texts = 5;
    CHECK(error_with(run.from(), other) == message);
    // The same options, and another model
    RunConfig origin = small_run();
    origin.seed = 18;
    const auto from = run.from().parent_path() / "another";
    start_run(from, origin, run.source.tokenizer());
    train_in_folder(from, origin, run.source, "another");
    CHECK(error_with(from, config) == message);
}
