// What repairs are worth: counted by hand, and measured with a model.
#include "edit_corruption/repair_score.h"

#include "edit_corruption/levenshtein.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr std::int32_t mask = 3, eos = 10;
constexpr EditVocabulary vocabulary{11, mask, eos, 0};

}  // namespace

TEST_CASE("positions are counted as restored, spoilt, or neither, behind the prompt") {
    // One token of prompt, three of program with its eos, two of padding
    const Canvas clean{{1, 4, 5, eos, eos, eos}, 1, 4};
    const Ids corrupted{1, 4, 9, 5, eos, eos};  // 9 was inserted: two positions are wrong
    struct Case {
        Ids repaired;
        Index restored, false_edits, exact;
    };
    const std::vector<Case> cases = {
        {corrupted, 0, 0, 0},
        {clean.ids, 2, 0, 1},
        {{1, 4, 5, 5, eos, eos}, 1, 0, 0},
        {{1, 6, 5, eos, eos, eos}, 2, 1, 0},
        {{1, 6, 6, 6, eos, eos}, 0, 1, 0},
        {{1, 4, 5, eos, 6, 6}, 2, 0, 1},  // behind the end nothing counts
    };
    for (const Case& c : cases) {
        const RepairScore score = score_repair({clean}, {corrupted}, {c.repaired});
        CHECK(score.texts == 1);
        CHECK(score.corrupted == 2);
        CHECK(score.right == 1);
        CHECK(score.restored == c.restored);
        CHECK(score.false_edits == c.false_edits);
        CHECK(score.exact == c.exact);
    }
    const RepairScore all =
        score_repair({clean, clean}, {corrupted, clean.ids}, {clean.ids, {1, 6, 5, eos, eos, eos}});
    CHECK(all.restore_rate() == 1);
    CHECK(all.right == 4);
    CHECK(all.false_edit_rate() == 0.25);
    CHECK(all.exact_rate() == 0.5);
}

TEST_CASE("a corrupted position behind the clean end counts as one to restore") {
    const Canvas clean{{4, eos, eos, eos}, 0, 2};
    const RepairScore score = score_repair({clean}, {{4, 5, 6, eos}}, {{4, eos, 6, eos}});
    CHECK(score.corrupted == 2);
    CHECK(score.restored == 1);
    CHECK(score.exact == 1);  // the program is right again: it ends at its first eos
}

TEST_CASE("without anything to count every rate is 0") {
    const RepairScore nothing = score_repair({}, {}, {});
    CHECK(nothing.restore_rate() == 0);
    CHECK(nothing.false_edit_rate() == 0);
    CHECK(nothing.exact_rate() == 0);
}

TEST_CASE("a repair is measured as it is scored, whatever the batch") {
    const ThreadCount one(1);
    // The second spoils whatever it sees
    const bool random = GENERATE(true, false);
    auto model = random ? random_model<float>(small_config(), "model")
                        : successor_model<float>(small_config());
    std::vector<Canvas> clean;
    for (Index s = 0; s < 7; ++s) {
        Ids text;
        for (Index i = 0; i < 12; ++i) text.push_back(std::int32_t(4 + (i * i + s) % 6));
        clean.push_back(make_canvas(Ids(std::size_t(1 + s % 3), 1), text, 18, eos));
    }
    const auto corrupted =
        edit_canvases(clean, edit_counts(clean, 0.2, vocabulary), vocabulary, test_key("edits"));
    RefineOptions options;
    options.tau_edit = 0.4, options.passes = 3;
    std::vector<Ids> repaired;
    int differ = 0;
    for (std::size_t s = 0; s < clean.size(); ++s) {
        const Index start = clean[s].prompt_length, end = clean[s].content_length - 1;
        const auto content = [&](const Ids& ids) {
            return Ids(ids.begin() + start, ids.begin() + content_end(ids, start, vocabulary));
        };
        CHECK(end - start == 12);
        CHECK(levenshtein(content(clean[s].ids), content(corrupted[s])) <= 2);
        differ += corrupted[s] != clean[s].ids;
        const Canvas canvas{corrupted[s], start, 18};
        repaired.push_back(repair(model, {canvas}, options)[0].text.ids);
    }
    CHECK(differ > 3);  // the second of two edits undoes the first once in 90 times
    const RepairScore expected = score_repair(clean, corrupted, repaired);
    for (const Index batch : {1, 3, 64}) {
        const RepairScore score = measure_repair(model, clean, corrupted, options, batch);
        CHECK(score.texts == 7);
        CHECK(score.corrupted == expected.corrupted);
        CHECK(score.restored == expected.restored);
        CHECK(score.right == expected.right);
        CHECK(score.false_edits == expected.false_edits);
        CHECK(score.exact == expected.exact);
    }
    if (!random) CHECK(expected.false_edits > 0);
    options.tau_edit = 1;
    CHECK(measure_repair(model, clean, corrupted, options).restored == 0);
    CHECK(measure_repair(model, clean, corrupted, options).false_edits == 0);
}

TEST_CASE("edits are counted for each canvas by its own length") {
    const std::vector<Canvas> canvases = {make_canvas({1}, {4, 5, 6, 7}, 12, eos),
                                          make_canvas({1, 1}, Ids(9, 4), 12, eos),
                                          make_canvas({1}, {}, 12, eos)};
    CHECK(edit_counts(canvases, 0.5, vocabulary) == std::vector<Index>{2, 4, 0});
    CHECK(edit_canvases(canvases, {0, 0, 3}, vocabulary, test_key("edits"))[2] ==
          canvases[2].ids);  // an empty program has nothing to edit
}

TEST_CASE("each canvas has its own number of edits, and equal canvases have edits of their own") {
    const Canvas canvas = make_canvas({1}, {4, 5, 6, 7, 8, 9, 4, 5}, 24, eos);
    const std::vector<Canvas> four(4, canvas);
    const auto content = [](const Ids& ids) {
        return Ids(ids.begin() + 1, ids.begin() + content_end(ids, 1, vocabulary));
    };
    std::vector<Index> farthest(4);
    int twins_differ = 0;
    for (std::uint64_t trial = 0; trial < 30; ++trial) {
        const auto corrupted =
            edit_canvases(four, {0, 1, 5, 5}, vocabulary, test_key("edits").fork(trial));
        for (std::size_t s = 0; s < 4; ++s) {
            farthest[s] =
                std::max(farthest[s], levenshtein(content(canvas.ids), content(corrupted[s])));
        }
        twins_differ += corrupted[2] != corrupted[3];
    }
    CHECK(farthest[0] == 0);
    CHECK(farthest[1] == 1);
    for (const std::size_t s : {2, 3}) CHECK((farthest[s] > 2 && farthest[s] <= 5));
    CHECK(twins_differ == 30);
}

TEST_CASE("lists of different lengths cannot be scored") {
    const Canvas clean{{4, eos}, 0, 2};
    CHECK(error_of([&] { score_repair({clean}, {}, {}); }) ==
          "repair: expected 1 corrupted texts, one for each canvas, got 0");
    CHECK(error_of([&] {
              score_repair({clean}, {{4, eos}}, {});
          }) == "repair: expected 1 repaired texts, one for each canvas, got 0");
    CHECK(error_of([&] {
              score_repair({clean}, {{4, eos}}, {{4}});
          }) == "repair: expected texts of 2 tokens, got 2 and 1");
    CHECK(error_of([&] { edit_canvases({clean}, {}, vocabulary, {}); }) ==
          "repair: expected 1 numbers of edits, one for each canvas, got 0");
    auto model = random_model<float>(small_config(), "model");
    CHECK(error_of([&] {
              measure_repair(model, {clean}, {{4, eos}}, {}, 0);
          }) == "repair: expected a batch >= 1, got 0");
}
