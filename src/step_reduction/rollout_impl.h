// The body of rollout.h.
#pragma once

#include "step_reduction/rollout.h"
#include "trajectory_selection/order_sampling.h"

namespace seed {

// A rollout on its way.
struct RolloutWalk {
    Rollout rollout;
    RandomKey key;
    Index prompt = 0;           // its length
    std::vector<Index> masked;  // positions that may be revealed, ascending; empty: all is done
};

RolloutWalk start_rollout(const std::vector<std::int32_t>& prompt, Index positions,
                          std::int32_t mask_token, const RolloutOptions& options, RandomKey key);

// Goes on to the next block where the current one is full; ends the text behind its eos.
void enter_next_block(RolloutWalk& walk, const RolloutOptions& options);

// Writes down what a step made of the masked positions, `tokens` what was sampled there.
void advance(RolloutWalk& walk, std::span<const TokenChoice> tokens, std::span<const Ordered> step);

template <class Space>
void roll_out_once(Transformer<Space>& model, std::vector<RolloutWalk>& walks,
                   const std::vector<Index>& active, const RolloutOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(walks[0].rollout.ids.size());
    if (options.block > 0) {
        batch.mask = AttentionMask::block_causal(options.block);
        // What nobody sees is left out
        Index last = 0;
        for (const Index s : active) last = std::max(last, walks[s].masked.back() / options.block);
        batch.positions = std::min(batch.positions, (last + 1) * options.block);
    }
    std::vector<Index> rows;
    std::vector<TextStep> samples;
    for (Index b = 0; b < batch.batch; ++b) {
        const RolloutWalk& walk = walks[active[b]];
        const auto begin = walk.rollout.ids.begin();
        batch.ids.insert(batch.ids.end(), begin, begin + batch.positions);
        for (const Index i : walk.masked) rows.push_back(b * batch.positions + i);
        samples.push_back({walk.masked, walk.rollout.trajectory.steps, walk.key});
    }
    const auto logits = model.logits(batch, rows);  // (M, V)
    const ChoiceKeys keys = choice_keys(samples);
    const std::vector<TokenChoice> choices =
        choose_tokens(logits, options.temperature, keys.keys, keys.rows);

    std::vector<std::vector<std::int32_t>> tokens;
    std::vector<OrderedText> texts;
    auto next = choices.begin();
    for (const Index s : active) {
        tokens.emplace_back();
        for (std::size_t k = 0; k < walks[s].masked.size(); ++k) {
            tokens.back().push_back((next++)->token);
        }
    }
    for (std::size_t b = 0; b < active.size(); ++b) {
        const RolloutWalk& walk = walks[active[b]];
        const OrderRule rule{.rule = RevealRule::threshold, .threshold = options.threshold};
        texts.push_back({walk.masked, tokens[b], walk.rollout.trajectory.steps, rule, walk.key});
    }
    const std::vector<Ordered> outcome = order_step(logits, texts);  // M
    std::size_t begin = 0;
    for (const Index s : active) {
        const std::size_t count = walks[s].masked.size();
        advance(walks[s], std::span(choices).subspan(begin, count),
                std::span(outcome).subspan(begin, count));
        begin += count;
    }
}

// [rollout.loop]
template <class Space>
std::vector<Rollout> roll_out(Transformer<Space>& model,
                              const std::vector<std::vector<std::int32_t>>& prompts,
                              Index positions, const RolloutOptions& options, RandomKey key) {
    check_rollouts(prompts, positions, options);
    std::vector<RolloutWalk> walks;
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        for (Index g = 0; g < options.group; ++g) {
            walks.push_back(start_rollout(prompts[s], positions, model.config().mask_token, options,
                                          key.fork(std::uint64_t(s)).fork(std::uint64_t(g))));
        }
    }
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(walks.size()); ++s) {
            if (!walks[s].masked.empty()) active.push_back(s);
        }
        if (active.empty()) break;
        roll_out_once(model, walks, active, options);
        for (const Index s : active) enter_next_block(walks[s], options);
    }
    std::vector<Rollout> rollouts;
    for (RolloutWalk& walk : walks) rollouts.push_back(std::move(walk.rollout));
    return rollouts;
}
// [/rollout.loop]

}  // namespace seed
