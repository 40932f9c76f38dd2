// What a model makes of its own texts: counted by hand, and beside denoise and repair.
#include "edit_corruption/self_correction.h"

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("texts are counted as mended, spoilt, right all along, and wrong all along") {
    const std::vector<CorrectedText> texts = {{{}, {}, 4, 6, 3},
                                              {{}, {}, 4, 5, 0},
                                              {{}, {}, 3, 12, 7},
                                              {{}, {}, 4, 6, 1},
                                              {{}, {}, 4, 5, 0}};
    const std::vector<bool> before = {false, true, false, true, true};
    const std::vector<bool> after = {true, true, false, false, true};
    SelfCorrection sum = count_corrections(texts, before, after);
    CHECK(sum.texts == 5);
    CHECK(sum.passed_before == 3);
    CHECK(sum.passed_after == 3);
    CHECK(sum.mended == 1);
    CHECK(sum.spoilt == 1);
    CHECK(sum.calls_before == 19);
    CHECK(sum.calls_after == 34);
    CHECK(sum.rewrites == 11);
    CHECK(sum.mean(sum.rewrites) == 2.2);
    CHECK(sum.pass_at_1_before() == 0.6);

    // Counts of two lists add up to those of one
    sum += count_corrections({texts[0]}, {false}, {true});
    CHECK(sum.texts == 6);
    CHECK(sum.passed_before == 3);
    CHECK(sum.passed_after == 4);
    CHECK(sum.mended == 2);
    CHECK(sum.spoilt == 1);
    CHECK(sum.calls_before == 23);
    CHECK(sum.calls_after == 40);
    CHECK(sum.rewrites == 14);
    CHECK(sum.pass_at_1_before() == 0.5);
    CHECK(sum.pass_at_1_after() == 4.0 / 6);
    CHECK(SelfCorrection{}.pass_at_1_after() == 0);
}

TEST_CASE("verdicts that are not one for each text are refused") {
    CHECK(error_of([] { count_corrections({{}}, {true}, {}); }) ==
          "self-correction: expected 1 verdicts before and after, got 1 and 0");
    CHECK(error_of([] { count_corrections({}, {true}, {}); }) ==
          "self-correction: expected 0 verdicts before and after, got 1 and 0");
}

TEST_CASE("a text is written as denoise writes it, and repaired as repair does") {
    const ThreadCount one(1);
    // The second rewrites whatever it has written
    const bool random = GENERATE(true, false);
    auto model = random ? random_model<double>(small_config(), "model")
                        : successor_model<double>(small_config());
    const std::vector<Ids> prompts = {{1, 2}, {5}, {4, 5, 6, 7, 8, 9, 0}, {10}};
    RefineOptions options;
    options.fill.rule = RevealRule::count, options.fill.steps = 3;
    options.tau_edit = 0.3, options.passes = 4;
    const auto texts = write_and_repair(model, prompts, 12, options);
    REQUIRE(texts.size() == prompts.size());
    Index rewrites = 0;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        const DenoisingState written = denoise(model, {prompts[i]}, 12, options.fill)[0];
        const RefiningState repaired =
            repair(model, {{written.ids, Index(prompts[i].size()), 12}}, options)[0];
        CHECK(texts[i].before == written.ids);
        CHECK(texts[i].after == repaired.text.ids);
        CHECK(texts[i].calls_before == 3);
        CHECK(texts[i].calls_after == 3 + repaired.text.calls);
        CHECK(texts[i].rewrites == repaired.rewrites);
        rewrites += texts[i].rewrites;
    }
    if (!random) CHECK(rewrites == (10 + 11 + 5 + 11) * 4);  // all positions, in four passes
    options.tau_edit = 1;
    for (const CorrectedText& text : write_and_repair(model, prompts, 12, options)) {
        CHECK(text.after == text.before);
        CHECK(text.calls_after == 3);  // there is nothing to look for
    }
}
