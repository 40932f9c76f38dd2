#include "app/decode_contest.h"

#include <algorithm>

#include "app/stopwatch.h"
#include "block_decoding/cached_greedy.h"

namespace seed {
namespace {

// Prompts begin ... begin + count - 1.
Prompts some_of(const Prompts& prompts, Index begin, Index count) {
    const auto first = prompts.begin() + begin;
    return {first, first + std::min(count, Index(prompts.size()) - begin)};
}

auto counter_of(CallCounts& calls) {
    return [&calls](Index rows, Index logits) { ++calls[{rows, logits}]; };
}

void add_texts(TimedTexts& timed, const std::vector<RefiningState>& states, const Prompts& prompts,
               std::int32_t eos) {
    for (std::size_t s = 0; s < states.size(); ++s) {
        timed.own_calls += states[s].text.calls;
        timed.completions.push_back(completion_of(states[s].text.ids, Index(prompts[s].size()), eos));
    }
}

// Hooks that do something with text s of this batch, which is text begin + s of all.
using StepHook = std::function<void(Index text, std::span<Reveal> step)>;

TimedTexts decode_all(CpuTransformer& model, const Prompts& prompts, Index positions,
                      const BlockContestant& c, const StepHook& hook) {
    TimedTexts timed;
    KvCache<Host<float>> cache(model.config(), c.batch, positions);
    for (Index begin = 0; begin < Index(prompts.size()); begin += c.batch) {
        const Prompts some = some_of(prompts, begin, c.batch);
        DecodeHooks hooks;
        hooks.count_call = counter_of(timed.calls);
        if (hook) {
            hooks.replay = [&](Index s, std::span<const Index>, std::span<Reveal> step) {
                hook(begin + s, step);
            };
        }
        std::vector<RefiningState> states;
        timed.seconds += seconds_of([&] {
            states = c.cache ? denoise_with_cache(model, cache, some, positions, c.options, hooks)
                             : denoise_by_block(model, some, positions, c.options);
        });
        add_texts(timed, states, some, c.options.eos);
    }
    return timed;
}

}  // namespace

Index TimedTexts::tokens() const {
    Index sum = 0;
    for (const auto& text : completions) sum += Index(text.size()) + 1;
    return sum;
}

TimedTexts time_blocks(CpuTransformer& model, const Prompts& prompts, Index positions,
                       const BlockContestant& contestant, RevealSchedule* record) {
    if (record == nullptr) return decode_all(model, prompts, positions, contestant, {});
    record->texts.assign(prompts.size(), {});
    return decode_all(model, prompts, positions, contestant,
                      [&](Index text, std::span<Reveal> step) {
                          record->texts[std::size_t(text)].emplace_back(step.begin(), step.end());
                      });
}

TimedTexts time_replay(CpuTransformer& model, const Prompts& prompts, Index positions,
                       const BlockContestant& contestant, const RevealSchedule& schedule) {
    std::vector<std::size_t> done(prompts.size(), 0);
    return decode_all(model, prompts, positions, contestant,
                      [&](Index text, std::span<Reveal> step) {
                          const auto& steps = schedule.texts[std::size_t(text)];
                          const std::size_t k = done[std::size_t(text)]++;
                          require(k < steps.size() && steps[k].size() == step.size(),
                                  "replay: expected the recorded steps, got others");
                          std::copy(steps[k].begin(), steps[k].end(), step.begin());
                      });
}

TimedTexts time_greedy(CpuTransformer& model, const Prompts& prompts, Index positions,
                       std::int32_t eos, Index batch, bool cache,
                       const std::vector<std::vector<std::int32_t>>* texts) {
    TimedTexts timed;
    KvCache<Host<float>> room(model.config(), batch, positions);
    for (Index begin = 0; begin < Index(prompts.size()); begin += batch) {
        const Prompts some = some_of(prompts, begin, batch);
        GreedyHooks hooks;
        hooks.count_call = counter_of(timed.calls);
        if (texts) {
            hooks.replay = [&](Index s, Index position, std::int32_t) {
                const auto& text = (*texts)[std::size_t(begin + s)];
                const std::size_t i = std::size_t(position) - some[std::size_t(s)].size();
                return i < text.size() ? text[i] : eos;
            };
        }
        AutoregressiveResult result;
        timed.seconds += seconds_of([&] {
            result = cache ? greedy_decode_with_cache(model, room, some, positions, eos, hooks)
                           : greedy_decode(model, some, positions, eos);
        });
        for (std::size_t s = 0; s < some.size(); ++s) {
            timed.own_calls += result.calls[s];
            timed.completions.push_back(std::move(result.completions[s]));
        }
    }
    return timed;
}

double seconds_per_call(CpuTransformer& model, Index block, Index cached, int tries) {
    // Blocks do not straddle: the call begins at the last one that fits behind `cached` tokens
    const Index begin = cached / block * block;
    KvCache<Host<float>> cache(model.config(), 1, begin + block);
    CachedTransformer<Host<float>> decoder(model, cache);
    const std::int32_t token = model.config().mask_token;
    if (begin > 0) {
        const CachedTokens given{0, 0, std::vector<std::int32_t>(std::size_t(begin), token)};
        decoder.logits({&given, 1}, block, {});
    }
    const CachedTokens current{0, begin, std::vector<std::int32_t>(std::size_t(block), token)};
    std::vector<Index> rows;
    for (Index i = 0; i < block; ++i) rows.push_back(i);
    double best = 0;
    for (int i = 0; i <= tries; ++i) {
        const double once = seconds_of([&] { decoder.logits({&current, 1}, block, rows); });
        if (i == 0 || once < best) best = once;
    }
    return best;
}

}  // namespace seed
