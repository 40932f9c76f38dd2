// The bodies of decoding_report.h.
#pragma once

#include <chrono>

#include "block_decoding/cached_greedy.h"
#include "block_decoding/decode.h"
#include "core/progress.h"
#include "evaluation/decoding_tally.h"

namespace seed {

template <class Space>
std::vector<RefiningState> denoise_in_blocks(Transformer<Space>& model, const RunConfig& config,
                                             const Tokenizer& tokenizer,
                                             const std::vector<std::vector<std::int32_t>>& prompts,
                                             const DecodingEffort& effort,
                                             const RefineOptions& options,
                                             const RefineObserver& observer) {
    require(effort.family != TaskFamily::edit, "--block: expected programs to write, got edits");
    const BlockOptions blocks{options.fill,       effort.block,     effort.block_causal,
                              tokenizer.eos_id(), options.tau_edit, options.passes};
    return decode_blocks(model, prompts, config.canvas, blocks, observer);
}

// An edit begins with the program as it stands, every other task with masks.
template <class Space>
std::vector<RefiningState> denoise_tasks(Transformer<Space>& model, const RunConfig& config,
                                         const Tokenizer& tokenizer, std::span<const Task> tasks,
                                         const std::vector<std::vector<std::int32_t>>& prompts,
                                         const DecodingEffort& effort, const RefineOptions& options,
                                         const RefineObserver& observer) {
    if (effort.block > 0) {
        return denoise_in_blocks(model, config, tokenizer, prompts, effort, options, observer);
    }
    if (tasks[0].family != TaskFamily::edit) {
        return denoise_and_rewrite(model, prompts, config.canvas, options, observer);
    }
    std::vector<Canvas> canvases;
    for (const Task& task : tasks) {
        canvases.push_back(original_canvas(task, tokenizer, config.canvas));
    }
    return repair(model, canvases, options, observer);
}

template <class Space>
Decoded decode_tasks(Transformer<Space>& model, const RunConfig& config, const Tokenizer& tokenizer,
                     std::span<const Task> tasks, const DecodingEffort& effort,
                     const RefineOptions& options, const RefineObserver& observer) {
    const auto prompts = prompts_of(tasks, tokenizer);
    if (config.objective == Objective::autoregressive) {
        require(tasks[0].family != TaskFamily::edit,
                "edit tasks: expected a diffusion model, got an autoregressive one");
        auto result = greedy_decode_with_cache(model, prompts, config.canvas, tokenizer.eos_id());
        return {std::move(result.completions), std::move(result.calls)};
    }
    Decoded decoded;
    const auto states =
        denoise_tasks(model, config, tokenizer, tasks, prompts, effort, options, observer);
    for (std::size_t s = 0; s < states.size(); ++s) {
        decoded.completions.push_back(
            completion_of(states[s].text.ids, Index(prompts[s].size()), tokenizer.eos_id()));
        decoded.calls.push_back(states[s].text.calls);
        decoded.rewrites += states[s].rewrites;
    }
    return decoded;
}

template <class Space>
DecodingReport evaluate_decoding(Transformer<Space>& model, const RunConfig& config,
                                 const Tokenizer& tokenizer, const DecodingEffort& effort,
                                 const RefineOptions& options) {
    const std::vector<Task> tasks = held_out_tasks(config, effort);
    DecodingTally tally(tokenizer);
    double seconds = 0;
    const bool edits = effort.family == TaskFamily::edit;
    Progress progress(edits ? "decode held-out edits" : "decode held-out tasks", effort.tasks);
    for (Index begin = 0; begin < effort.tasks; begin += effort.batch) {
        const std::span<const Task> some = next_tasks(tasks, begin, effort.batch);
        const auto start = std::chrono::steady_clock::now();
        // A batch may take long: every step of it is a sign of life
        const auto see = [&](Index, const RefiningState&) { progress.update(begin); };
        const Decoded decoded = decode_tasks(model, config, tokenizer, some, effort, options, see);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        tally.add(some, decoded);
        progress.update(begin + Index(some.size()));
    }
    progress.finish();
    return tally.report(effort.family, seconds);
}

}  // namespace seed
