// The tasks that a model is measured on: whose they are, and that every test of theirs is run.
#include "evaluation/held_out_tasks.h"

#include <set>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

std::vector<std::string> texts_of(const std::vector<Task>& tasks) {
    std::vector<std::string> texts;
    for (const Task& task : tasks) texts.push_back(task.prompt + task.original + task.completion);
    return texts;
}

// f(1) = 1, f(2) = 2, f(3) = 3
Task identity_task() {
    Task task;
    task.prompt = "-- itself\n";
    for (const int n : {1, 2, 3}) task.tests.push_back({{Value(n)}, Value(n)});
    return task;
}

}  // namespace

TEST_CASE("held-out tasks are the generator's own, of the family, the choices and the seed") {
    for (const auto& [world, family] :
         {std::pair{World{TaskFamily::generation, Choices::free}, TaskFamily::generation},
          {World{TaskFamily::generation, Choices::fixed}, TaskFamily::generation},
          {World{TaskFamily::generation, Choices::fixed}, TaskFamily::edit},
          {World{TaskFamily::long_program, Choices::free}, TaskFamily::long_program}}) {
        RunConfig config;
        config.world = world, config.seed = 23;
        const RandomKey key = RandomKey{23}.fork("evaluation tasks");
        std::vector<Task> expected;
        for (std::uint64_t i = 0; i < 6; ++i) {
            expected.push_back(generate_task(family, world.choices, Split::held_out, key, i));
        }
        const std::vector<Task> tasks = held_out_tasks(config, {family, 6, 2});
        CHECK(texts_of(tasks) == texts_of(expected));
        for (const Task& task : tasks) {
            CHECK(task.family == family);
            if (family == TaskFamily::long_program) continue;
            CHECK(split_of(task.composition) == Split::held_out);
        }
        const auto texts = texts_of(tasks);
        CHECK(std::set<std::string>(texts.begin(), texts.end()).size() == 6);
    }
}

TEST_CASE("tasks of another world than the model's are refused") {
    RunConfig config;
    CHECK(error_of([&] {
              held_out_tasks(config, {TaskFamily::long_program, 2, 2});
          }) == "pass@1: expected tasks of the model's world, generation, got long");
    config.world.family = TaskFamily::long_program;
    CHECK(error_of([&] {
              held_out_tasks(config, {TaskFamily::edit, 2, 2});
          }) == "pass@1: expected tasks of the model's world, long, got edit");
}

TEST_CASE("every hidden test of a task is run, the first and the last") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const std::vector<Task> tasks(4, identity_task());
    std::vector<std::vector<std::int32_t>> completions;
    for (const int wrong : {1, 2, 3, 4}) {
        completions.push_back(tokenizer.encode(fmt::format(
            "function f(x)\n  if x == {} then return 0 end\n  return x\nend\n", wrong)));
    }
    const auto judgements = judge_completions(tasks, tokenizer, completions);
    for (const std::size_t i : {0, 1, 2}) {
        CHECK(judgements[i].verdict == Verdict::wrong_answer);
        CHECK(judgements[i].message == fmt::format("f({}): expected {}, got 0", i + 1, i + 1));
    }
    CHECK(judgements[3].verdict == Verdict::passed);
}

TEST_CASE("each prompt is its own task's, and a batch ends with the tasks") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const std::vector<Task> tasks = held_out_tasks({}, {TaskFamily::generation, 5, 2});
    const auto prompts = prompts_of(tasks, tokenizer);
    for (std::size_t i = 0; i < 5; ++i) CHECK(tokenizer.decode(prompts[i]) == tasks[i].prompt);
    CHECK(next_tasks(tasks, 0, 2).size() == 2);
    CHECK(next_tasks(tasks, 4, 2).size() == 1);
    CHECK(next_tasks(tasks, 4, 2).data() == &tasks[4]);
}
