// The figures of repairs: of clean programs, of one edit, of many.
#include "evaluation/repair_report.h"

#include <nlohmann/json.hpp>

#include "tests/evaluation/fixed_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("a model that changes nothing restores nothing and spoils nothing") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const auto source = lua_task_source(World{}, tokenizer, 300, RandomKey{5});
    const RunConfig config = bytes_config(300);
    CpuTransformer model = uniform_model(config);
    const RepairReport report = evaluate_repair(model, config, *source, 6, {{}, 0.8, 3}, 4);
    CHECK(report.tau_edit == 0.8);
    CHECK(report.passes == 3);
    for (const RepairScore& score : {report.clean, report.one_edit, report.tenth}) {
        CHECK(score.texts == 6);
        CHECK(score.restored == 0);
        CHECK(score.false_edits == 0);
    }
    CHECK(report.clean.corrupted == 0);
    CHECK(report.clean.exact == 6);
    CHECK(report.one_edit.corrupted > 0);
    CHECK(report.one_edit.exact == 0);
    CHECK(report.tenth.corrupted > report.one_edit.corrupted);
    RunConfig baseline = config;
    baseline.objective = Objective::autoregressive;
    CHECK(error_of([&] { evaluate_repair(model, baseline, *source, 6); }) ==
          "repair: expected a diffusion model, got an autoregressive one");
    CHECK(error_of([&] { evaluate_repair(model, config, *source, 0); }) ==
          "repair: expected at least one text, got 0");
}

TEST_CASE("every rate of the repair is under its name in the JSON") {
    const auto score = [](Index restored, Index false_edits, Index exact) {
        return RepairScore{8, 16, 64, restored, false_edits, exact};
    };
    const RepairReport report{0.75, 6, score(1, 2, 3), score(4, 5, 6), score(7, 8, 1)};
    CHECK(
        to_json(report) ==
        nlohmann::ordered_json{
            {"texts", 8},
            {"tau_edit", 0.75},
            {"passes", 6},
            {"clean", {{"false_edit_rate", 2 / 64.0}, {"exact_rate", 3 / 8.0}}},
            {"one_edit",
             {{"restore_rate", 4 / 16.0}, {"false_edit_rate", 5 / 64.0}, {"exact_rate", 6 / 8.0}}},
            {"tenth",
             {{"restore_rate", 7 / 16.0},
              {"false_edit_rate", 8 / 64.0},
              {"exact_rate", 1 / 8.0}}}});
}
