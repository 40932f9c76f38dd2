#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "app/evaluation.h"
#include "core/device_array.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "lua_tasks/judge.h"
#include "transformer/autoregressive.h"

namespace seed {
namespace {

struct Decoded {
    std::vector<std::vector<std::int32_t>> completions;  // without eos
    std::vector<Index> calls;
};

template <class Space>
Decoded decode(Transformer<Space>& model, const RunConfig& config, const Tokenizer& tokenizer,
               const std::vector<std::vector<std::int32_t>>& prompts,
               const DenoiseOptions& options) {
    if (config.objective == Objective::autoregressive) {
        auto result = greedy_decode(model, prompts, config.canvas, tokenizer.eos_id());
        return {std::move(result.completions), std::move(result.calls)};
    }
    Decoded decoded;
    const auto states = denoise(model, prompts, config.canvas, options);
    for (std::size_t s = 0; s < states.size(); ++s) {
        decoded.completions.push_back(
            completion_of(states[s].ids, Index(prompts[s].size()), tokenizer.eos_id()));
        decoded.calls.push_back(states[s].calls);
    }
    return decoded;
}

std::vector<Task> held_out_tasks(const RunConfig& config, Index count) {
    std::vector<Task> tasks(count);
    const RandomKey key = RandomKey{config.seed}.fork("evaluation tasks");
    parallel_for(count, [&](Index i) {
        tasks[i] = generate_task(TaskFamily::generation, Split::held_out, key, std::uint64_t(i));
    });
    return tasks;
}

}  // namespace

template <class Space>
DecodingReport evaluate_decoding(Transformer<Space>& model, const RunConfig& config,
                                 const Tokenizer& tokenizer, Index count, Index batch,
                                 const DenoiseOptions& options) {
    require(count >= 1 && batch >= 1, "evaluation: expected tasks and a batch >= 1, got {}, {}",
            count, batch);
    require(config.corpus.empty(), "pass@1: expected a model of Lua tasks, got one of {}",
            config.corpus);
    const std::vector<Task> tasks = held_out_tasks(config, count);
    DecodingReport report;
    report.tasks = count;
    double calls = 0, tokens = 0, seconds = 0;
    std::map<Verdict, Index> verdicts;
    Progress progress("decode held-out tasks", count);
    for (Index begin = 0; begin < count; begin += batch) {
        const Index end = std::min(begin + batch, count);
        std::vector<std::vector<std::int32_t>> prompts;
        for (Index i = begin; i < end; ++i) prompts.push_back(tokenizer.encode(tasks[i].prompt));
        const auto start = std::chrono::steady_clock::now();
        const Decoded decoded = decode(model, config, tokenizer, prompts, options);
        const auto& completions = decoded.completions;
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        std::vector<Judgement> judgements(end - begin);
        parallel_for(end - begin, [&](Index i) {
            judgements[i] = judge(tokenizer.decode(completions[i]), tasks[begin + i].tests);
        });
        for (Index i = 0; i < end - begin; ++i) {
            calls += double(decoded.calls[i]);
            tokens += double(completions[i].size()) + 1;
            ++verdicts[judgements[i].verdict];
            if (judgements[i].verdict == Verdict::passed) continue;
            report.failures.push_back({tasks[begin + i].prompt, tokenizer.decode(completions[i]),
                                       fmt::format("{}: {}", verdict_name(judgements[i].verdict),
                                                   judgements[i].message)});
        }
        progress.update(end);
    }
    progress.finish();
    for (const auto& [verdict, n] : verdicts) {
        report.verdicts.emplace_back(verdict_name(verdict), n);
    }
    report.pass_at_1 = double(verdicts[Verdict::passed]) / double(count);
    report.calls_per_sample = calls / double(count);
    report.tokens_per_call = tokens / calls;
    report.tokens_per_second = tokens / seconds;
    return report;
}

template DecodingReport evaluate_decoding(CpuTransformer&, const RunConfig&, const Tokenizer&,
                                          Index, Index, const DenoiseOptions&);
template DecodingReport evaluate_decoding(Transformer<Device>&, const RunConfig&, const Tokenizer&,
                                          Index, Index, const DenoiseOptions&);

nlohmann::ordered_json to_json(const DecodingReport& r) {
    nlohmann::ordered_json json{{"tasks", r.tasks},
                                {"pass_at_1", r.pass_at_1},
                                {"calls_per_sample", r.calls_per_sample},
                                {"tokens_per_call", r.tokens_per_call},
                                {"tokens_per_second", r.tokens_per_second}};
    json["verdicts"] = nlohmann::ordered_json::object();
    for (const auto& [name, count] : r.verdicts) json["verdicts"][name] = count;
    return json;
}

}  // namespace seed
