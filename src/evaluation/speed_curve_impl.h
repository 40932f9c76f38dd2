// The body of speed_curve.h.
#pragma once

#include "block_decoding/block_denoise.h"
#include "evaluation/decoding_report_impl.h"
#include "evaluation/speed_curve.h"

namespace seed {

template <class Space>
DecodingReport evaluate_by_block(Transformer<Space>& model, const RunConfig& config,
                                 const Tokenizer& tokenizer, const DecodingEffort& effort,
                                 const Budget& budget) {
    const std::vector<Task> tasks = held_out_tasks(config, effort);
    DecodingTally tally(tokenizer);
    double seconds = 0;
    Progress progress(fmt::format("decode in blocks of {}", budget.block), effort.tasks);
    for (Index begin = 0; begin < effort.tasks; begin += effort.batch) {
        const std::span<const Task> some = next_tasks(tasks, begin, effort.batch);
        const auto prompts = prompts_of(some, tokenizer);
        const auto start = std::chrono::steady_clock::now();
        const auto states = denoise_by_block(
            model, prompts, config.canvas, {budget.options(), budget.block, tokenizer.eos_id()},
            [&](Index, const DenoisingState&) { progress.update(begin); });
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        Decoded decoded;
        for (std::size_t s = 0; s < states.size(); ++s) {
            decoded.completions.push_back(
                completion_of(states[s].ids, Index(prompts[s].size()), tokenizer.eos_id()));
            decoded.calls.push_back(states[s].calls);
        }
        tally.add(some, decoded);
        progress.update(begin + Index(some.size()));
    }
    progress.finish();
    return tally.report(effort.family, seconds);
}

template <class Space>
std::vector<SpeedPoint> speed_curve(Transformer<Space>& model, const RunConfig& config,
                                    const Tokenizer& tokenizer, const DecodingEffort& effort,
                                    const std::vector<Budget>& budgets) {
    std::vector<SpeedPoint> curve;
    for (const Budget& budget : budgets) {
        curve.push_back({budget, budget.block > 0
                                     ? evaluate_by_block(model, config, tokenizer, effort, budget)
                                     : evaluate_decoding(model, config, tokenizer, effort,
                                                         only_fill(budget.options()))});
    }
    return curve;
}

}  // namespace seed
