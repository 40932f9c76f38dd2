// The whole step: log p and confidence, the noise, then the rules. Only launchers are called here.
#include "trajectory_selection/order_sampling_device.h"

#include <map>

#include "mask_corruption/denoise_device.h"

namespace seed {
namespace {

// A threshold, or by count: what one launch can answer for all texts.
using Question = std::pair<RevealRule, double>;

Question question_of(const OrderRule& rule) {
    return {rule.rule, rule.rule == RevealRule::threshold ? rule.threshold : 0};
}

// Whether a rule reveals each row, for all texts (M).
std::vector<std::int32_t> answer(const Question& question, DeviceView<const double> noisy,
                                 std::span<const Index> first_row, std::span<const Index> counts) {
    const DeviceBuffer<std::int32_t> revealed(noisy.rows);
    const DeviceView<std::int32_t> column{revealed.data(), noisy.rows, 1};
    const auto [rule, threshold] = question;
    if (rule == RevealRule::count) {
        reveal_count_rank_per_thread(column, noisy, first_row, counts);
    } else {
        reveal_above_block_per_text(column, noisy, first_row, threshold);
    }
    return revealed.download();
}

}  // namespace

// [order_sampling.device_step]
std::vector<Ordered> order_step(DeviceView<const float> logits,
                                std::span<const OrderedText> texts) {
    const Index rows = logits.rows;
    const OrderNoise noise = order_noise(texts);
    const DeviceBuffer<double> log_p(rows), confidence(rows), noisy(rows);
    const DeviceView<double> c{confidence.data(), rows, 1}, c_noisy{noisy.data(), rows, 1};
    target_log_p({log_p.data(), rows, 1}, c, logits, noise.targets);
    add_gumbel_noise(c_noisy, c, noise.temperatures, noise.keys, noise.rows);

    std::vector<Index> first_row{0}, counts;
    for (const OrderedText& text : texts) {
        const Index masked = Index(text.masked.size());
        DenoiseOptions options;
        options.steps = text.rule.steps;
        counts.push_back(count_to_reveal(masked, text.step, options));
        first_row.push_back(first_row.back() + masked);
    }
    // Ask a rule once, for all texts; each takes the answer of its own
    std::map<Question, std::vector<std::int32_t>> answers;
    const auto log_p_list = log_p.download(), confidence_list = confidence.download();
    std::vector<Ordered> outcome;
    for (std::size_t b = 0; b < texts.size(); ++b) {
        const Question question = question_of(texts[b].rule);
        std::vector<std::int32_t>& revealed = answers[question];
        if (revealed.empty()) revealed = answer(question, c_noisy, first_row, counts);
        for (Index m = first_row[b]; m < first_row[b + 1]; ++m) {
            outcome.push_back({log_p_list[m], confidence_list[m], revealed[m] != 0});
        }
    }
    return outcome;
}
// [/order_sampling.device_step]

}  // namespace seed
