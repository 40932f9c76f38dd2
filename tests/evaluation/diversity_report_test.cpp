// Programs counted once each, and what the world itself would give.
#include "evaluation/diversity_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/evaluation/known_models.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("only what passes counts, and what was written twice counts once") {
    const std::vector<std::vector<std::int32_t>> programs{{1, 2}, {1, 3}, {1, 2}, {4}, {1, 2}};
    const Judgement right{}, wrong{Verdict::wrong_answer, "no"};
    const std::vector<Judgement> judgements{right, wrong, right, right, wrong};
    const RightSamples samples = right_samples(programs, judgements);
    CHECK(samples.right == 3);
    CHECK(samples.distinct == 2);
}

TEST_CASE("the world's own number of distinct programs is exact") {
    RunConfig config = task_config();
    CHECK(!distinct_of_world(config, 2, 8).has_value());  // one program a prompt
    config.world.choices = Choices::free;
    // One draw is one program; very many are all there are
    CHECK(*distinct_of_world(config, 3, 1) == Approx(1));
    double programs = 0, twice = 0;
    for (std::uint64_t i = 0; i < 3; ++i) {
        for_each_program_of_task(Split::held_out, held_out_key(config), i,
                                 [&](const std::string&, double p) {
                                     ++programs;
                                     twice += p * p;  // two draws are the same
                                 });
    }
    CHECK(*distinct_of_world(config, 3, 2) == Approx(2 - twice / 3));
    CHECK(*distinct_of_world(config, 3, 100'000'000) == Approx(programs / 3).epsilon(1e-6));
    // Of the tasks that the model is asked to solve
    const Task task = held_out_task(config, TaskFamily::generation, 1);
    bool is_there = false;
    for_each_program_of_task(Split::held_out, held_out_key(config), 1,
                             [&](const std::string& program, double) {
                                 is_there = is_there || program == task.completion;
                             });
    CHECK(is_there);
}

TEST_CASE("right is a share of all samples, distinct a number of each task") {
    const std::vector<RightSamples> of_tasks{{6, 4}, {0, 0}, {3, 1}, {1, 1}};
    const DiversityReport report = mean_diversity(of_tasks, 8);
    CHECK(report.tasks == 4);
    CHECK(report.samples == 8);
    CHECK(report.right == Approx(10 / 32.0));
    CHECK(report.distinct == Approx(6 / 4.0));
}

TEST_CASE("samples of a prompt differ, in one batch and in another one, and end before their eos") {
    RunConfig config = task_config();
    config.canvas = 24;
    // The eos has one part in ten, all others share the rest
    const std::int32_t eos = task_tokenizer().eos_id();
    CpuTransformer model = sure_model(config.model, eos, 0.1);
    const auto drawn = [&](Index begin) {
        return drawn_completions(model, config, {{5, 6}, {7, 8, 9}}, begin, eos,
                                 {.samples = 3, .threshold = 0.5});
    };
    std::set<std::vector<std::int32_t>> all;
    int starts_with_9 = 0;
    for (const Index begin : {0, 8}) {
        const auto completions = drawn(begin);
        REQUIRE(completions.size() == 6);
        for (const auto& completion : completions) {
            CHECK(completion.size() <= 22);
            // None begins with its prompt's end, by chance once in 400 times
            if (!completion.empty()) starts_with_9 += completion.front() == 9;
            CHECK(std::count(completion.begin(), completion.end(), eos) == 0);
            if (completion.size() > 4) all.insert(completion);
        }
    }
    CHECK(starts_with_9 <= 1);
    CHECK(all.size() > 4);  // a short one may come twice
    CHECK(drawn(0) == drawn(0));
    CHECK(drawn(0) != drawn(8));
}

TEST_CASE("a model that knows nothing writes nothing right, and a report says so") {
    const RunConfig config = task_config();
    CpuTransformer model = wild_model(config.model);
    const DiversityReport report =
        evaluate_diversity(model, config, task_tokenizer(), {.tasks = 9, .samples = 2});
    CHECK(to_json(report) == nlohmann::ordered_json{{"tasks", 9},
                                                    {"samples", 2},
                                                    {"right", 0.0},
                                                    {"distinct", 0.0},
                                                    {"world_distinct", nullptr}});
    CHECK(error_of([&] { evaluate_diversity(model, config, task_tokenizer(), {.samples = 0}); }) ==
          "diversity: expected at least one sample, got 0");
}
