#include "app/tasks_command.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/lua_text.h"
#include "app/places.h"
#include "app/writable_file.h"
#include "core/files.h"
#include "core/json.h"
#include "core/require.h"
#include "evaluation/world_figures.h"
#include "lua_tasks/generator.h"
#include "lua_tasks/judge.h"
#include "lua_tasks/prompt_grammar.h"
#include "runs/text_source.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

struct TasksOptions {
    int show = 5;
    std::string family = "generation", choices = "free", split = "train", judged_file, json_file;
    std::uint64_t seed = 1, task = 0;
    bool count = false, grammar = false;

    Task generate(std::uint64_t index) const {
        return generate_task(family_from(family), choices_from(choices),
                             split == "train" ? Split::train : Split::held_out, RandomKey{seed},
                             index);
    }
};

void write_if_asked(const TasksOptions& options, const Json& json) {
    if (!options.json_file.empty()) write_json(options.json_file, json);
}

std::string arguments_text(const TaskTest& test) {
    std::string text;
    for (const Value& argument : test.arguments) {
        text += (text.empty() ? "" : ", ") + lua_literal(argument);
    }
    return text;
}

Json as_json(const Task& task, std::uint64_t index, const TasksOptions& options) {
    Json tests = Json::array();
    for (const TaskTest& test : task.tests) {
        Json arguments = Json::array();
        for (const Value& argument : test.arguments) arguments.push_back(lua_literal(argument));
        tests.push_back({{"arguments", arguments}, {"expected", lua_literal(test.expected)}});
    }
    return {{"index", index},
            {"family", options.family},
            {"split", options.split},
            {"composition", fmt::format("{:016x}", task.composition)},
            {"prompt", task.prompt},
            {"original", task.original},
            {"program", task.completion},
            {"tests", tests}};
}

void show_tasks(const TasksOptions& options) {
    Json shown = Json::array();
    require(options.task <= ~std::uint64_t{0} - std::uint64_t(options.show),
            "--task: expected a number below 2^64 - {}, got {}", options.show, options.task);
    for (std::uint64_t i = options.task; i < options.task + std::uint64_t(options.show); ++i) {
        const Task task = options.generate(i);
        fmt::print("task {} ({}, {}), composition {:016x}\n\n", i, options.family, options.split,
                   task.composition);
        fmt::print("prompt\n{}\n", task.prompt);
        if (!task.original.empty()) fmt::print("program as it stands\n{}\n", task.original);
        fmt::print("program\n{}\nhidden tests\n", task.completion);
        for (const TaskTest& test : task.tests) {
            fmt::print("f({}) == {}\n", arguments_text(test), lua_literal(test.expected));
        }
        fmt::print("\n");
        shown.push_back(as_json(task, i, options));
    }
    write_if_asked(options, shown);
}

void show_count(const TasksOptions& options) {
    const World world{TaskFamily::generation, choices_from(options.choices)};
    const RunConfig config;  // its tokenizer and canvas
    const RandomKey key{options.seed};
    const Tokenizer tokenizer = train_task_tokenizer(int(config.model.vocab_size), world, key);
    TaskSpace space = measure_task_space();
    if (world.choices == Choices::fixed) {  // one program each
        space.programs = double(space.compositions), space.nats_per_program = 0;
    }
    const WorldFigures figures = measure_world(world.choices, tokenizer, config.canvas, key);
    const double nats_per_token = space.nats_per_program / figures.tokens_per_program;
    fmt::print("compositions        {}\nheld out            {} ({:.1f} %)\n", space.compositions,
               space.held_out, 100.0 * double(space.held_out) / double(space.compositions));
    fmt::print("distinct programs   {:.0f}\nH(program | prompt) {:.3f} nats, {:.4f} per token\n",
               space.programs, space.nats_per_program, nats_per_token);
    fmt::print("lost in one step    {:.1f} nats per program\n", figures.one_step_loss);
    write_if_asked(options, {{"compositions", space.compositions},
                             {"held_out", space.held_out},
                             {"programs", space.programs},
                             {"nats_per_program", space.nats_per_program},
                             {"nats_per_token", nats_per_token},
                             {"tokens_per_program", figures.tokens_per_program},
                             {"one_step_loss", figures.one_step_loss}});
}

void judge_file(const TasksOptions& options) {
    require_other_file(options.json_file, options.judged_file);
    const LuaText file = split_lua_text(read_file(options.judged_file));
    // Lines keep their numbers
    const auto lines = std::count(file.head.begin(), file.head.end(), '\n');
    const std::string program = std::string(std::size_t(lines), '\n') + file.program;
    const Task task = options.generate(options.task);
    const Judgement judgement = judge(program, task.tests);
    fmt::print("{}{}{}\n", verdict_name(judgement.verdict), judgement.message.empty() ? "" : ": ",
               judgement.message);
    write_if_asked(options, {{"task", options.task},
                             {"verdict", verdict_name(judgement.verdict)},
                             {"message", judgement.message}});
    if (judgement.verdict != Verdict::passed) throw CLI::RuntimeError(1);
}

}  // namespace

void add_tasks_command(CLI::App& app) {
    const auto options = std::make_shared<TasksOptions>();
    CLI::App* command = app.add_subcommand("tasks", "show, count or judge the Lua tasks");
    command->add_option("--show", options->show, "how many tasks to print")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    command->add_option("--family", options->family, "which family")
        ->check(CLI::IsMember({"generation", "edit", "long"}))
        ->capture_default_str();
    command->add_option("--choices", options->choices, "may programs be written in many ways?")
        ->check(CLI::IsMember({"free", "fixed"}))
        ->capture_default_str();
    command->add_option("--split", options->split, "which side of the split")
        ->check(CLI::IsMember({"train", "held-out"}))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "key of the tasks")
        ->capture_default_str();
    command->add_option("--task", options->task, "number of the (first) task")
        ->capture_default_str();
    command->add_flag("--count", options->count,
                      "instead: the number of programs, their entropy, what one step loses");
    command->add_flag("--grammar", options->grammar,
                      "instead: what prompts say, and what programs are made of");
    command->add_option("--judge", options->judged_file, "judge this Lua file as --task instead");
    command->add_option("--json", options->json_file, "write the same as JSON to this file")
        ->check(writable_file());
    command->callback([options] {
        if (options->grammar) return fmt::print("{}", grammar_text());
        if (options->count) return show_count(*options);
        if (!options->judged_file.empty()) return judge_file(*options);
        show_tasks(*options);
    });
}

}  // namespace seed
