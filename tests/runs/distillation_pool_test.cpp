// Whose pool a run goes on with, what a selection of it keeps, and what is reported of both.
#include "runs/distillation_pool.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/runs/distillation_run.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("a pool is drawn from the model that it names, and from no other") {
    const DistillationRun run;
    const RunConfig config = start_fine_tuning(run.from(), run.folder(), run.config({.texts = 4}));
    const BatchOfStep some = [&](Index step, const Proposals&) {
        return masked_batch(run.source.training(step, 3), config.loss, 0, RandomKey{1});
    };
    train_in_folder(run.folder(), config, run.source, "other weights", 1, some);
    CHECK(error_of([&] { distill_in_folder(run.folder(), config, run.source, "distil"); }) ==
          run.folder().string() + ": expected the weights that the pool is drawn from, got others");
}

TEST_CASE("a pool of other texts is refused, though their prompts are as long") {
    const DistillationRun run;
    run.distilled({.texts = 4});
    TrajectoryFile pool = run.pool();
    pool.ids[2][NumberedTexts::positions - 5] += 1;
    write_safetensors(run.folder() / "pool.safetensors", to_safetensors(pool));
    const RunConfig config = load_config(run.folder());
    CHECK_THAT(error_of([&] { complete_pool(run.folder(), config, run.source, "pool"); }),
               Catch::Matchers::EndsWith(
                   "pool.safetensors: expected the texts of this run, got another one in row 4"));
}

TEST_CASE("the unselected control draws among all that a selection may keep, and no others") {
    // Three texts of two tokens, with at most 2 nats each: -4 is just good enough, -4.5 is not
    const std::vector<double> scores{-4, std::nan(""), -4.5, -2, -4.5, -4, std::nan(""), -1};
    TrajectoryFile pool;
    pool.ids.assign(2, {5, 6, 7});
    for (std::size_t p = 0; p < scores.size(); ++p) {
        pool.text.push_back(Index(p / 4));
        pool.trajectories.push_back({{Trajectory::given, 0, 1}, 2, scores[p]});
    }
    RunConfig config;
    Distillation& d = config.distillation.emplace();
    d.pool.members = 4, d.selection.keep = 1, d.selection.max_nats = 2;
    d.orders = Orders::unselected;
    std::set<double> kept[2];
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        config.seed = seed;
        const TrajectoryFile selected = selected_of(pool, config);
        REQUIRE(selected.text == std::vector<Index>{0, 1});
        for (std::size_t s = 0; s < 2; ++s) kept[s].insert(selected.trajectories[s].score);
    }
    CHECK(kept[0] == std::set<double>{-4, -2});
    CHECK(kept[1] == std::set<double>{-4, -1});
}

TEST_CASE(
    "the report of a selection: of all that was drawn, of each text's best, of what is kept") {
    const double none = std::nan("");
    // Three texts of two tokens; nats per token 1 3 5, - 2 6, - - -
    const std::vector<double> scores{-2, -6, -10, none, -4, -12, none, none, none};
    TrajectoryFile pool;
    pool.ids.assign(3, {5, 6, 7});
    for (std::size_t p = 0; p < scores.size(); ++p) {
        pool.text.push_back(Index(p / 3));
        pool.trajectories.push_back({{Trajectory::given, 0, 1}, 2, scores[p]});
    }
    RunConfig config;
    Distillation& d = config.distillation.emplace();
    d.pool.members = 3, d.selection.keep = 2;
    const SelectionReport report = selection_report(pool, config);
    CHECK(report.drawn == 9);
    CHECK(report.kept == 4);
    CHECK(report.not_a_number == 4);
    CHECK(report.texts_without == 1);
    CHECK(report.mean_nats == Approx((1 + 3 + 5 + 2 + 6) / 5.0));
    CHECK(report.best_nats == Approx((1 + 2) / 2.0));
    CHECK(*report.kept_nats == Approx((1 + 3 + 2 + 6) / 4.0));
    // A control keeps as many, none without a score; of shuffled ones no score is known
    d.orders = Orders::unselected;
    const SelectionReport any = selection_report(pool, config);
    CHECK(any.kept == 4);
    CHECK(any.kept_nats.has_value());
    d.orders = Orders::random;
    CHECK_FALSE(selection_report(pool, config).kept_nats.has_value());
    CHECK(to_json(SelectionReport{1, 2, 3, 4, 5.5, 6.5, 7.5}) ==
          nlohmann::ordered_json{{"drawn", 1},
                                 {"kept", 2},
                                 {"not_a_number", 3},
                                 {"texts_without", 4},
                                 {"pool_nats_per_token", 5.5},
                                 {"best_nats_per_token", 6.5},
                                 {"kept_nats_per_token", 7.5}});
}
