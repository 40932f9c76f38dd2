// The figures of decoded tasks, counted on a few whose answers are known.
#include <nlohmann/json.hpp>

#include "evaluation/decoding_tally.h"
#include "tests/evaluation/fixed_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

std::vector<Task> first_tasks(Index count) {
    RunConfig config;
    config.seed = 17;
    return held_out_tasks(config, {TaskFamily::generation, count, 64});
}

}  // namespace

TEST_CASE("verdicts, calls and tokens of a few decoded tasks add up") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const std::vector<Task> tasks = first_tasks(5);
    const std::string wrong = "function f(a)\n    return {\"no such answer\"}\nend\n",
                      broken = "end";
    DecodingTally tally(tokenizer);
    const auto ids = [&](const std::string& text) { return tokenizer.encode(text); };
    tally.add(std::span(tasks).first(2), {{ids(tasks[0].completion), ids(wrong)}, {3, 5}, 7});
    tally.add(std::span(tasks).subspan(2),
              {{ids(broken), ids(wrong), ids(tasks[4].completion)}, {1, 2, 9}, 4});
    const DecodingReport report = tally.report(TaskFamily::edit, 0.5);
    const double tokens = double(tasks[0].completion.size() + tasks[4].completion.size() +
                                 2 * wrong.size() + broken.size() + 5);  // an eos each
    CHECK(report.family == TaskFamily::edit);
    CHECK(report.tasks == 5);
    CHECK(report.pass_at_1 == 2.0 / 5);
    CHECK(report.calls_per_sample == 20.0 / 5);
    CHECK(report.tokens_per_call == tokens / 20);
    CHECK(report.tokens_per_second == tokens / 0.5);
    CHECK(report.rewrites_per_sample == 11.0 / 5);
    CHECK(report.verdicts == std::vector<std::pair<std::string, Index>>{
                                 {"passed", 2}, {"wrong answer", 2}, {"syntax error", 1}});
    CHECK(report.failures.size() == 3);
    CHECK(report.failures[0].prompt == tasks[1].prompt);
    CHECK(report.failures[1].prompt == tasks[2].prompt);
    CHECK(report.failures[1].completion == broken);
    CHECK(report.failures[1].verdict.starts_with("syntax error: "));
    CHECK(report.failures[2].verdict.starts_with("wrong answer: "));
}

TEST_CASE("a failed edit is shown with its prompt and the program that was to be changed") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    RunConfig config;
    config.seed = 17;
    const std::vector<Task> tasks = held_out_tasks(config, {TaskFamily::edit, 3, 64});
    DecodingTally tally(tokenizer);
    std::vector<std::vector<std::int32_t>> unchanged;
    for (const Task& task : tasks) unchanged.push_back(tokenizer.encode(task.original));
    unchanged[1] = tokenizer.encode(tasks[1].completion);
    tally.add(tasks, {unchanged, {1, 1, 1}, 0});
    const DecodingReport report = tally.report(TaskFamily::edit, 1);
    REQUIRE(report.failures.size() == 2);
    for (const auto& [failure, task] : {std::pair{0, 0}, {1, 2}}) {
        CHECK(report.failures[failure].prompt == tasks[task].prompt + tasks[task].original);
        CHECK(report.failures[failure].completion == tasks[task].original);
    }
}

TEST_CASE("a verdict says how many tests passed, or what failed") {
    const Task task = first_tasks(1)[0];
    CHECK(verdict_text(judge(task.completion, task.tests), task) ==
          fmt::format("passed its {} hidden tests", task.tests.size()));
    CHECK(verdict_text({Verdict::wrong_answer, "f(1) is 2"}, task) == "wrong answer: f(1) is 2");
}

TEST_CASE("where nothing passes pass@1 is 0, and no verdict is invented") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    DecodingTally tally(tokenizer);
    tally.add(first_tasks(1), {{tokenizer.encode("end")}, {4}, 0});
    const DecodingReport report = tally.report(TaskFamily::generation, 1);
    CHECK(report.pass_at_1 == 0);
    CHECK(report.verdicts == std::vector<std::pair<std::string, Index>>{{"syntax error", 1}});
}

TEST_CASE("held-out tasks are the first of one list, in whatever batches they are decoded") {
    const std::vector<Task> tasks = first_tasks(7);
    std::vector<std::string> seen;
    for (Index begin = 0; begin < 7; begin += 3) {
        for (const Task& task : next_tasks(tasks, begin, 3)) seen.push_back(task.prompt);
    }
    CHECK(seen.size() == 7);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        CHECK(seen[i] == tasks[i].prompt);
        CHECK(seen[i] == first_tasks(9)[i].prompt);
        CHECK(split_of(tasks[i].composition) == Split::held_out);
    }
    RunConfig corpus;
    corpus.corpus = "some/folder";
    CHECK(error_of([&] { held_out_tasks(corpus, {}); }) ==
          "pass@1: expected a model of Lua tasks, got one of some/folder");
    CHECK(error_of([&] {
              held_out_tasks({}, {TaskFamily::edit, 0, 64});
          }) == "evaluation: expected tasks and a batch >= 1, got 0, 64");
}

TEST_CASE("a model that knows nothing leaves edit tasks as they stand, and that solves none") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const RunConfig config = bytes_config(300);
    CpuTransformer model = uniform_model(config);
    const DecodingReport report =
        evaluate_decoding(model, config, tokenizer, {TaskFamily::edit, 3, 2}, {{}, 0.9, 5});
    // No token has a probability above 0.9
    CHECK(report.tasks == 3);
    CHECK(report.pass_at_1 == 0);
    CHECK(report.calls_per_sample == 1);
    CHECK(report.rewrites_per_sample == 0);
    CHECK(report.failures.size() == 3);
}

TEST_CASE("every figure of the decoding is under its name in the JSON") {
    const DecodingReport report{
        TaskFamily::edit, 12, 1.5, 2.5, 3.5, 4.5, 5.5, {{"passed", 6}, {"wrong answer", 7}}, {}};
    CHECK(to_json(report) ==
          nlohmann::ordered_json{{"family", "edit"},
                                 {"tasks", 12},
                                 {"pass_at_1", 1.5},
                                 {"calls_per_sample", 2.5},
                                 {"tokens_per_call", 3.5},
                                 {"tokens_per_second", 4.5},
                                 {"rewrites_per_sample", 5.5},
                                 {"verdicts", {{"passed", 6}, {"wrong answer", 7}}}});
}
