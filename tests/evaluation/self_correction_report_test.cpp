// The figures of self-correction: mended is not spoilt.
#include <nlohmann/json.hpp>

#include "evaluation/self_correction_report_impl.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("what passes after the repair alone is mended, what passed before it alone is spoilt") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const std::vector<Task> tasks = held_out_tasks({}, {TaskFamily::generation, 6, 64});
    const auto prompts = prompts_of(tasks, tokenizer);
    // Right before and after: y y, y n, n y, n y, n y, n n
    const std::string before = "yynnnn", after = "ynyyyn";
    std::vector<CorrectedText> texts;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto text = [&](char right) {
            const auto program = tokenizer.encode(right == 'y' ? tasks[i].completion : "end");
            return make_canvas(prompts[i], program, 400, tokenizer.eos_id()).ids;
        };
        texts.push_back({text(before[i]), text(after[i]), Index(i) + 1, Index(i) + 3, 2});
    }
    const SelfCorrection score = judge_corrections(texts, tasks, prompts, tokenizer);
    CHECK(score.texts == 6);
    CHECK(score.passed_before == 2);
    CHECK(score.passed_after == 4);
    CHECK(score.mended == 3);
    CHECK(score.spoilt == 1);
    CHECK(score.calls_before == 21);
    CHECK(score.calls_after == 33);
    CHECK(score.rewrites == 12);
}

TEST_CASE("every figure of the self-correction is under its name in the JSON") {
    const SelfCorrectionReport report{TaskFamily::generation,
                                      5,
                                      0.85,
                                      9,
                                      {.texts = 8,
                                       .passed_before = 1,
                                       .passed_after = 2,
                                       .mended = 3,
                                       .spoilt = 4,
                                       .calls_before = 5,
                                       .calls_after = 6,
                                       .rewrites = 7}};
    CHECK(to_json(report) == nlohmann::ordered_json{{"family", "generation"},
                                                    {"tasks", 8},
                                                    {"steps", 5},
                                                    {"tau_edit", 0.85},
                                                    {"passes", 9},
                                                    {"pass_at_1_before", 1 / 8.0},
                                                    {"pass_at_1_after", 2 / 8.0},
                                                    {"mended", 3},
                                                    {"spoilt", 4},
                                                    {"calls_before", 5 / 8.0},
                                                    {"calls_after", 6 / 8.0},
                                                    {"rewrites_per_sample", 7 / 8.0}});
}
