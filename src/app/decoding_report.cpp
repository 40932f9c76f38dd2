#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "app/evaluation.h"
#include "app/held_out_tasks.h"
#include "core/device_array.h"
#include "core/progress.h"
#include "transformer/autoregressive.h"

namespace seed {
namespace {

struct Decoded {
    std::vector<std::vector<std::int32_t>> completions;  // without eos
    std::vector<Index> calls;
    Index rewrites = 0;
};

// An edit begins with the program as it stands, every other task with masks.
template <class Space>
std::vector<RefiningState> denoise_tasks(Transformer<Space>& model, const RunConfig& config,
                                         const Tokenizer& tokenizer, std::span<const Task> tasks,
                                         const std::vector<std::vector<std::int32_t>>& prompts,
                                         const RefineOptions& options) {
    if (tasks[0].family != TaskFamily::edit) {
        return fill_and_rewrite(model, prompts, config.canvas, options);
    }
    std::vector<Canvas> canvases;
    for (const Task& task : tasks) {
        canvases.push_back(original_canvas(task, tokenizer, config.canvas));
    }
    return repair(model, canvases, options);
}

template <class Space>
Decoded decode_tasks(Transformer<Space>& model, const RunConfig& config, const Tokenizer& tokenizer,
                     std::span<const Task> tasks, const RefineOptions& options) {
    const auto prompts = prompts_of(tasks, tokenizer);
    if (config.objective == Objective::autoregressive) {
        require(tasks[0].family != TaskFamily::edit,
                "edit tasks: expected a diffusion model, got an autoregressive one");
        auto result = greedy_decode(model, prompts, config.canvas, tokenizer.eos_id());
        return {std::move(result.completions), std::move(result.calls)};
    }
    Decoded decoded;
    const auto states = denoise_tasks(model, config, tokenizer, tasks, prompts, options);
    for (std::size_t s = 0; s < states.size(); ++s) {
        decoded.completions.push_back(
            completion_of(states[s].text.ids, Index(prompts[s].size()), tokenizer.eos_id()));
        decoded.calls.push_back(states[s].text.calls);
        decoded.rewrites += states[s].rewrites;
    }
    return decoded;
}

// Sums over the tasks, and what failed.
class Tally {
public:
    explicit Tally(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    void add(std::span<const Task> tasks, const Decoded& decoded) {
        const std::vector<Judgement> judgements =
            judge_completions(tasks, tokenizer_, decoded.completions);
        rewrites_ += double(decoded.rewrites);
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            calls_ += double(decoded.calls[i]);
            tokens_ += double(decoded.completions[i].size()) + 1;
            const auto& [verdict, message] = judgements[i];
            ++verdicts_[verdict];
            if (verdict == Verdict::passed) continue;
            failures_.push_back({tasks[i].prompt + tasks[i].original,
                                 tokenizer_.decode(decoded.completions[i]),
                                 fmt::format("{}: {}", verdict_name(verdict), message)});
        }
    }

    DecodingReport report(const DecodingEffort& effort, double seconds) {
        const double count = double(effort.tasks);
        DecodingReport report{effort.family,
                              effort.tasks,
                              double(verdicts_[Verdict::passed]) / count,
                              calls_ / count,
                              tokens_ / calls_,
                              tokens_ / seconds,
                              rewrites_ / count,
                              {},
                              std::move(failures_)};
        for (const auto& [verdict, n] : verdicts_) {
            if (n > 0) report.verdicts.emplace_back(verdict_name(verdict), n);
        }
        return report;
    }

private:
    const Tokenizer& tokenizer_;
    double calls_ = 0, tokens_ = 0, rewrites_ = 0;
    std::map<Verdict, Index> verdicts_;
    std::vector<Failure> failures_;
};

}  // namespace

template <class Space>
DecodingReport evaluate_decoding(Transformer<Space>& model, const RunConfig& config,
                                 const Tokenizer& tokenizer, const DecodingEffort& effort,
                                 const RefineOptions& options) {
    const std::vector<Task> tasks = held_out_tasks(config, effort);
    Tally tally(tokenizer);
    double seconds = 0;
    const bool edits = effort.family == TaskFamily::edit;
    Progress progress(edits ? "decode held-out edits" : "decode held-out tasks", effort.tasks);
    for (Index begin = 0; begin < effort.tasks; begin += effort.batch) {
        const std::span<const Task> some = next_tasks(tasks, begin, effort.batch);
        const auto start = std::chrono::steady_clock::now();
        const Decoded decoded = decode_tasks(model, config, tokenizer, some, options);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        tally.add(some, decoded);
        progress.update(begin + Index(some.size()));
    }
    progress.finish();
    return tally.report(effort, seconds);
}

template DecodingReport evaluate_decoding(CpuTransformer&, const RunConfig&, const Tokenizer&,
                                          const DecodingEffort&, const RefineOptions&);
template DecodingReport evaluate_decoding(Transformer<Device>&, const RunConfig&, const Tokenizer&,
                                          const DecodingEffort&, const RefineOptions&);

nlohmann::ordered_json to_json(const DecodingReport& r) {
    nlohmann::ordered_json json{{"family", family_name(r.family)},
                                {"tasks", r.tasks},
                                {"pass_at_1", r.pass_at_1},
                                {"calls_per_sample", r.calls_per_sample},
                                {"tokens_per_call", r.tokens_per_call},
                                {"tokens_per_second", r.tokens_per_second},
                                {"rewrites_per_sample", r.rewrites_per_sample}};
    json["verdicts"] = nlohmann::ordered_json::object();
    for (const auto& [name, count] : r.verdicts) json["verdicts"][name] = count;
    return json;
}

}  // namespace seed
