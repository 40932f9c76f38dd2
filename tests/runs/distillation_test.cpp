// What a distillation draws, keeps and trains on, recomputed from its parts.
#include "runs/distillation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "runs/distillation_pool.h"
#include "runs/run_folder.h"
#include "tests/runs/distillation_run.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("a pool drawn in parts is the pool of all texts, each with its own keys") {
    const DistillationRun run;
    RunConfig config = run.config({.texts = 40});  // two parts
    config = start_fine_tuning(run.from(), run.folder(), config);
    CHECK(config.distillation->first_text == 30);
    CpuTransformer model = load_run(run.from()).model;
    CHECK(config.distillation->model == digest_of(model.parameters()));
    distill_in_folder(run.folder(), config, run.source, "distil");

    const TrajectoryFile pool = run.pool();
    std::vector<MaskableText> texts;
    for (Index s = 0; s < 40; ++s) {
        const Canvas canvas = run.source.text(10 * 3 + s);  // behind the texts of the run before
        CHECK(distilled_text(config, run.source, s).ids == canvas.ids);
        CHECK(pool.ids[std::size_t(s)] == canvas.ids);
        texts.push_back(MaskableText::behind_prompt(canvas));
    }
    const auto expected =
        draw_pool(model, texts, config.distillation->pool, RandomKey{config.seed}.fork("pool"));
    REQUIRE(pool.trajectories.size() == expected.size());
    std::set<std::vector<std::int32_t>> orders;
    for (std::size_t p = 0; p < expected.size(); ++p) {
        CHECK(pool.text[p] == Index(p / 2));
        CHECK(pool.trajectories[p].reveal == expected[p].reveal);
        CHECK(std::abs(pool.trajectories[p].score - expected[p].score) < 1e-4);
        orders.insert(expected[p].reveal);
    }
    CHECK(orders.size() > 40);
}

TEST_CASE("the best of each text are kept; a control keeps them shuffled, each by its own key") {
    const DistillationRun run, control;
    const TrajectoryFile kept = run.distilled({.texts = 9}), pool = run.pool();
    REQUIRE(kept.text == std::vector<Index>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    std::vector<std::size_t> best;
    for (std::size_t s = 0; s < 9; ++s) {
        best.push_back(2 * s +
                       (pool.trajectories[2 * s + 1].score > pool.trajectories[2 * s].score));
        CHECK(kept.trajectories[s].reveal == pool.trajectories[best[s]].reveal);
    }
    const TrajectoryFile random = control.distilled({.texts = 9, .orders = Orders::random});
    REQUIRE(random.text == kept.text);
    const RandomKey key = RandomKey{17}.fork("orders");
    for (std::size_t s = 0; s < 9; ++s) {
        CHECK(random.trajectories[s].reveal ==
              shuffled(kept.trajectories[s], key.fork(best[s])).reveal);
    }
}

TEST_CASE("the other control keeps members of each text's own, not the same ones of all") {
    const DistillationRun run;
    const TrajectoryFile kept = run.distilled({.texts = 20, .orders = Orders::unselected});
    const TrajectoryFile pool = run.pool();
    std::set<int> members;
    REQUIRE(kept.text.size() == 20);
    for (std::size_t s = 0; s < 20; ++s) {
        CHECK(kept.text[s] == Index(s));
        const bool is_first = kept.trajectories[s].reveal == pool.trajectories[2 * s].reveal;
        const bool is_second = kept.trajectories[s].reveal == pool.trajectories[2 * s + 1].reveal;
        CHECK((is_first || is_second));
        if (is_first != is_second) members.insert(is_second);
    }
    CHECK(members.size() == 2);
}

TEST_CASE("every epoch has each trajectory once, in an order of its own") {
    for (const Index keep : {1, 2}) {
        const DistillationRun run;
        run.distilled({.texts = 9, .keep = keep});
        // One by one, behind the 30 texts of the run before; an epoch is 9 or 18 texts
        const auto& asked = run.source.asked_for;
        const std::size_t epoch = std::size_t(9 * keep), trained = 12 * 3;
        std::vector<Index> from;
        for (auto k = asked.end() - std::ptrdiff_t(trained); k != asked.end(); ++k) {
            CHECK(k->second == 1);
            from.push_back(k->first - 30);
        }
        for (std::size_t begin = 0; begin < trained; begin += epoch) {
            std::map<Index, Index> counts;
            for (std::size_t k = begin; k < begin + epoch; ++k) ++counts[from[k]];
            std::map<Index, Index> expected;
            for (Index s = 0; s < 9; ++s) expected[s] = keep;
            CHECK(counts == expected);
        }
        CHECK(!std::equal(from.begin(), from.begin() + std::ptrdiff_t(epoch),
                          from.begin() + std::ptrdiff_t(epoch)));
    }
}

TEST_CASE("two steps of one text are noised differently, and each option changes the run") {
    const auto losses_of = [](const Distilling& what) {
        const DistillationRun run;
        run.distilled(what);
        return run.losses();
    };
    // The learning rate is so small that the model stays as it is
    const Distilling still{.texts = 1, .batch = 1, .learning_rate = 1e-30};
    const std::vector<double> losses = losses_of(still);
    CHECK(std::set<double>(losses.begin(), losses.end()).size() > 3);
    CHECK(losses_of(still) == losses);
    Distilling plain = still;
    plain.texts = plain.batch = 4;
    Distilling other = plain;
    other.loss.weight = StateWeight::by_position;
    CHECK(losses_of(other) != losses_of(plain));
    Distilling half_edited = plain;
    half_edited.loss.max_alpha = 1;
    CHECK(losses_of(half_edited) != losses_of(plain));
    other = half_edited;
    other.loss.edited = 1;
    CHECK(losses_of(other) != losses_of(half_edited));
}

TEST_CASE("the edit term asks for the edits of its step, where it is wanted") {
    const DistillationRun with, without, none;
    with.distilled({.texts = 4, .edit_term = true});
    std::vector<std::pair<Index, Index>> expected;
    for (Index step = 10; step < 22; ++step) expected.emplace_back(step, 1);
    CHECK(with.source.edits_asked_for == expected);
    without.distilled({.texts = 4});
    CHECK(without.source.edits_asked_for.empty());

    none.distilled({.texts = 4, .orders = Orders::none});
    CHECK(!std::filesystem::exists(none.folder() / "pool.safetensors"));
    expected.clear();
    for (Index text = 30; text < 66; ++text) expected.emplace_back(text, 1);
    CHECK(none.source.asked_for == expected);
}
