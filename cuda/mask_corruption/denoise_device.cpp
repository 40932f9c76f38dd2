// The whole step: choices, then the rule. Only launchers are called here.
#include "mask_corruption/denoise_device.h"

#include "mask_corruption/entropy_device.h"
#include "mask_corruption/sampling_device.h"

namespace seed {
namespace {

std::vector<Index> first_rows(std::span<const TextStep> texts) {
    std::vector<Index> first = {0};
    for (const TextStep& text : texts) first.push_back(first.back() + Index(text.masked.size()));
    return first;
}

void reveal_by_count(DeviceView<std::int32_t> revealed, DeviceView<const double> probabilities,
                     std::span<const TextStep> texts, const DenoiseOptions& options) {
    std::vector<Index> counts;
    for (const TextStep& text : texts) {
        counts.push_back(count_to_reveal(Index(text.masked.size()), text.step, options));
    }
    reveal_count_rank_per_thread(revealed, probabilities, first_rows(texts), counts);
}

void reveal_by_chance(DeviceView<std::int32_t> revealed, std::span<const TextStep> texts,
                      const DenoiseOptions& options) {
    std::vector<double> chances;
    std::vector<Index> steps;
    std::vector<RandomKey> keys;
    for (const TextStep& text : texts) {
        chances.push_back(chance_to_reveal(text.step, options));
        steps.push_back(text.step);
        keys.push_back(text.key.fork("positions"));
    }
    reveal_at_random_block_per_text(revealed, first_rows(texts), chances, steps, keys);
}

void reveal_by_entropy(DeviceView<std::int32_t> revealed, DeviceView<const float> logits,
                       std::span<const TextStep> texts, const DenoiseOptions& options) {
    const DeviceBuffer<double> entropies(logits.rows);
    const DeviceView<double> column{entropies.data(), logits.rows, 1};
    row_entropies_warp_per_row(column, logits);
    reveal_within_bound_thread_per_row(revealed, column, first_rows(texts), options.entropy_bound);
}

void reveal_by_rule(DeviceView<std::int32_t> revealed, DeviceView<const double> probabilities,
                    DeviceView<const float> logits, std::span<const TextStep> texts,
                    const DenoiseOptions& options) {
    switch (options.rule) {
        case RevealRule::ancestral:
            return reveal_by_chance(revealed, texts, options);
        case RevealRule::count:
            return reveal_by_count(revealed, probabilities, texts, options);
        case RevealRule::threshold:
            return reveal_above_block_per_text(revealed, probabilities, first_rows(texts),
                                               options.threshold);
        case RevealRule::entropy:
            return reveal_by_entropy(revealed, logits, texts, options);
    }
    fail("reveal rule: expected a known rule, got {}", int(options.rule));
}

}  // namespace

// [reveal.step]
std::vector<Reveal> reveal_step(DeviceView<const float> logits, std::span<const TextStep> texts,
                                const DenoiseOptions& options) {
    const Index m = logits.rows;
    const DeviceBuffer<std::int32_t> tokens(m), revealed(m);
    const DeviceBuffer<double> probabilities(m);
    const ChoiceKeys all = choice_keys(texts);
    choose_tokens({tokens.data(), m, 1}, {probabilities.data(), m, 1}, logits, options.temperature,
                  all.keys, all.rows);
    reveal_by_rule({revealed.data(), m, 1}, DeviceView<double>{probabilities.data(), m, 1}, logits,
                   texts, options);

    // 16 bytes a row come back, whatever the vocabulary
    const auto token_list = tokens.download(), revealed_list = revealed.download();
    const auto probability_list = probabilities.download();
    std::vector<Reveal> outcome;
    for (std::size_t i = 0; i < token_list.size(); ++i) {
        outcome.push_back({{token_list[i], probability_list[i]}, revealed_list[i] != 0});
    }
    return outcome;
}
// [/reveal.step]

}  // namespace seed
