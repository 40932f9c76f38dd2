#include "evaluation/held_out_tasks.h"

#include "core/parallel.h"

namespace seed {

RandomKey held_out_key(const RunConfig& config) {
    return RandomKey{config.seed}.fork("evaluation tasks");
}

Task held_out_task(const RunConfig& config, TaskFamily family, std::uint64_t number) {
    require(config.corpus.empty(), "pass@1: expected a model of Lua tasks, got one of {}",
            config.corpus);
    const bool is_edit = family == TaskFamily::edit && has_asked_edits(config.world);
    require(family == config.world.family || is_edit,
            "pass@1: expected tasks of the model's world, {}, got {}",
            family_name(config.world.family), family_name(family));
    return generate_task(family, config.world.choices, Split::held_out, held_out_key(config),
                         number);
}

std::vector<Task> held_out_tasks(const RunConfig& config, const DecodingEffort& effort) {
    require(effort.tasks >= 1 && effort.batch >= 1,
            "evaluation: expected tasks and a batch >= 1, got {}, {}", effort.tasks, effort.batch);
    std::vector<Task> tasks(effort.tasks);
    parallel_for(effort.tasks, [&](Index i) {
        tasks[i] = held_out_task(config, effort.family, std::uint64_t(i));
    });
    return tasks;
}

std::span<const Task> next_tasks(std::span<const Task> tasks, Index begin, Index batch) {
    const std::span<const Task> rest = tasks.subspan(std::size_t(begin));
    return rest.first(std::min(rest.size(), std::size_t(batch)));
}

std::vector<std::vector<std::int32_t>> prompts_of(std::span<const Task> tasks,
                                                  const Tokenizer& tokenizer) {
    std::vector<std::vector<std::int32_t>> prompts;
    for (const Task& task : tasks) prompts.push_back(tokenizer.encode(task.prompt));
    return prompts;
}

std::string verdict_text(const Judgement& judgement, const Task& task) {
    if (judgement.verdict == Verdict::passed) {
        return fmt::format("passed its {} hidden tests", task.tests.size());
    }
    return fmt::format("{}: {}", verdict_name(judgement.verdict), judgement.message);
}

std::vector<Judgement> judge_completions(
    std::span<const Task> tasks, const Tokenizer& tokenizer,
    const std::vector<std::vector<std::int32_t>>& completions) {
    std::vector<Judgement> judgements(tasks.size());
    parallel_for(Index(tasks.size()), [&](Index i) {
        judgements[i] = judge(tokenizer.decode(completions[i]), tasks[i].tests);
    });
    return judgements;
}

}  // namespace seed
