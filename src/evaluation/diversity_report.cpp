#include "evaluation/diversity_report.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/parallel.h"
#include "core/progress.h"
#include "step_reduction/rollout.h"

namespace seed {
namespace {

constexpr Index prompts_at_once = 8;

}  // namespace

RightSamples right_samples(std::span<const std::vector<std::int32_t>> completions,
                           std::span<const Judgement> judgements) {
    RightSamples samples;
    std::set<std::vector<std::int32_t>> programs;
    for (std::size_t i = 0; i < completions.size(); ++i) {
        if (judgements[i].verdict != Verdict::passed) continue;
        ++samples.right;
        programs.insert(completions[i]);
    }
    samples.distinct = Index(programs.size());
    return samples;
}

std::optional<double> distinct_of_world(const RunConfig& config, Index tasks, Index samples) {
    const World& world = config.world;
    if (world.family != TaskFamily::generation || world.choices != Choices::free) return {};
    const RandomKey key = held_out_key(config);
    std::vector<double> expected(tasks, 0);
    parallel_for(tasks, [&](Index i) {
        for_each_program_of_task(Split::held_out, key, std::uint64_t(i),
                                 [&](const std::string&, double p) {
                                     expected[i] += 1 - std::pow(1 - p, double(samples));
                                 });
    });
    double sum = 0;
    for (const double value : expected) sum += value;
    return sum / double(tasks);
}

std::vector<std::vector<std::int32_t>> drawn_completions(
    CpuTransformer& model, const RunConfig& config,
    const std::vector<std::vector<std::int32_t>>& prompts, Index begin, std::int32_t eos,
    const DiversityEffort& effort) {
    const RandomKey key = RandomKey{config.seed}.fork("diversity").fork(std::uint64_t(begin));
    const std::vector<Rollout> rollouts =
        roll_out(model, prompts, config.canvas, {effort.threshold, 1, effort.samples}, key);
    std::vector<std::vector<std::int32_t>> completions;
    for (std::size_t r = 0; r < rollouts.size(); ++r) {
        const auto& prompt = prompts[r / std::size_t(effort.samples)];
        completions.push_back(completion_of(rollouts[r].ids, Index(prompt.size()), eos));
    }
    return completions;
}

DiversityReport mean_diversity(std::span<const RightSamples> of_tasks, Index samples) {
    DiversityReport report{.tasks = Index(of_tasks.size()), .samples = samples};
    for (const RightSamples& task : of_tasks) {
        report.right += double(task.right) / double(report.tasks * samples);
        report.distinct += double(task.distinct) / double(report.tasks);
    }
    return report;
}

// [diversity.report]
DiversityReport evaluate_diversity(CpuTransformer& model, const RunConfig& config,
                                   const Tokenizer& tokenizer, const DiversityEffort& effort) {
    require(effort.samples >= 1, "diversity: expected at least one sample, got {}", effort.samples);
    const std::vector<Task> tasks =
        held_out_tasks(config, {config.world.family, effort.tasks, prompts_at_once});
    const auto samples = std::size_t(effort.samples);
    std::vector<RightSamples> of_tasks;
    Progress progress("diversity", effort.tasks);
    for (Index begin = 0; begin < effort.tasks; begin += prompts_at_once) {
        const std::span<const Task> some = next_tasks(tasks, begin, prompts_at_once);
        const auto completions = drawn_completions(model, config, prompts_of(some, tokenizer),
                                                   begin, tokenizer.eos_id(), effort);
        std::vector<Task> task_of_each;
        for (const Task& task : some) task_of_each.insert(task_of_each.end(), samples, task);
        const std::vector<Judgement> judgements =
            judge_completions(task_of_each, tokenizer, completions);
        for (std::size_t first = 0; first < completions.size(); first += samples) {
            of_tasks.push_back(right_samples(std::span(completions).subspan(first, samples),
                                             std::span(judgements).subspan(first, samples)));
        }
        progress.update(begin + Index(some.size()));
    }
    progress.finish();
    DiversityReport report = mean_diversity(of_tasks, effort.samples);
    report.world_distinct = distinct_of_world(config, effort.tasks, effort.samples);
    return report;
}
// [/diversity.report]

nlohmann::ordered_json to_json(const DiversityReport& report) {
    nlohmann::ordered_json json{{"tasks", report.tasks},
                                {"samples", report.samples},
                                {"right", report.right},
                                {"distinct", report.distinct},
                                {"world_distinct", nullptr}};
    if (report.world_distinct) json["world_distinct"] = *report.world_distinct;
    return json;
}

}  // namespace seed
