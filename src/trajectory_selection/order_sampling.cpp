#include "trajectory_selection/order_sampling.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace seed {

void check_order_rule(const OrderRule& rule) {
    constexpr Index most = 1'000'000;
    require(rule.rule == RevealRule::count || rule.rule == RevealRule::threshold,
            "order: expected positions revealed by count or threshold, got another rule");
    require(rule.steps >= 1 && rule.steps <= most, "order: expected 1 ... {} steps, got {}", most,
            rule.steps);
    require(rule.threshold >= 0 && rule.threshold <= 1,
            "order: expected a threshold in 0 ... 1, got {}", rule.threshold);
    require(rule.block >= 0 && rule.block <= most,
            "order: expected a block of 1 ... {} positions, or 0, got {}", most, rule.block);
    require(rule.temperature >= 0 && rule.temperature <= 10,
            "order: expected a temperature in 0 ... 10, got {}", rule.temperature);
}

// [order_sampling.gumbel]
void add_gumbel_noise(HostView<double> noisy, HostView<const double> confidence,
                      std::span<const double> temperatures, std::span<const RandomKey> keys,
                      std::span<const std::uint64_t> rows) {
    const std::size_t count = std::size_t(noisy.rows);
    require_shape(noisy, noisy.rows, 1, "order noise: result");
    require_shape(confidence, noisy.rows, 1, "order noise: confidence");
    require(temperatures.size() == count && keys.size() == count && rows.size() == count,
            "order noise: expected {} temperatures, keys and rows, got {}, {} and {}", count,
            temperatures.size(), keys.size(), rows.size());
    for (std::size_t m = 0; m < count; ++m) {
        const double tau = temperatures[m];
        noisy.data[m] = tau < 0 ? 0 : confidence.data[m];
        if (tau <= 0) continue;
        const double gumbel = -std::log(-std::log(uniform_double(keys[m], rows[m], 0)));
        noisy.data[m] *= std::exp(tau * gumbel);
    }
}
// [/order_sampling.gumbel]

namespace {

// [order_sampling.log_p]
template <class T>
void target_log_p_on_host(HostView<double> log_p, HostView<double> confidence,
                          HostView<const T> logits, std::span<const std::int32_t> targets) {
    require_shape(log_p, logits.rows, 1, "target log p: result");
    require_shape(confidence, logits.rows, 1, "target log p: confidence");
    require(Index(targets.size()) == logits.rows, "target log p: expected {} targets, got {}",
            logits.rows, targets.size());
    parallel_for(logits.rows, [&](Index m) {
        require(targets[m] >= 0 && targets[m] < logits.cols,
                "target log p: expected a token in 0 ... {}, got {}", logits.cols - 1, targets[m]);
        const std::vector<double> all = log_softmax(logits.row_range(m, 1));  // (1, V)
        log_p.data[m] = all[targets[m]];
        confidence.data[m] = std::exp(*std::max_element(all.begin(), all.end()));
    });
}
// [/order_sampling.log_p]

}  // namespace

void target_log_p(HostView<double> log_p, HostView<double> confidence, HostView<const float> logits,
                  std::span<const std::int32_t> targets) {
    target_log_p_on_host(log_p, confidence, logits, targets);
}

void target_log_p(HostView<double> log_p, HostView<double> confidence,
                  HostView<const double> logits, std::span<const std::int32_t> targets) {
    target_log_p_on_host(log_p, confidence, logits, targets);
}

OrderNoise order_noise(std::span<const OrderedText> texts) {
    OrderNoise all;
    for (const OrderedText& text : texts) {
        check_order_rule(text.rule);
        require(text.tokens.size() == text.masked.size(),
                "order: expected a token for each of {} masked positions, got {}",
                text.masked.size(), text.tokens.size());
        const RandomKey key = text.key.fork("order").fork(std::uint64_t(text.step));
        const Index block = text.rule.block;
        for (const Index i : text.masked) {
            const bool is_open = block == 0 || i / block == text.masked.front() / block;
            all.temperatures.push_back(is_open ? text.rule.temperature : -1);
        }
        all.keys.insert(all.keys.end(), text.masked.size(), key);
        all.rows.insert(all.rows.end(), text.masked.begin(), text.masked.end());
        all.targets.insert(all.targets.end(), text.tokens.begin(), text.tokens.end());
    }
    return all;
}

namespace {

// [order_sampling.step]
template <class T>
std::vector<Ordered> order_step_on_host(HostView<const T> logits,
                                        std::span<const OrderedText> texts) {
    const OrderNoise noise = order_noise(texts);
    HostMatrix<double> log_p(logits.rows, 1), confidence(logits.rows, 1), noisy(logits.rows, 1);
    target_log_p(log_p.view(), confidence.view(), logits, noise.targets);
    add_gumbel_noise(noisy.view(), confidence.view(), noise.temperatures, noise.keys, noise.rows);

    std::vector<Ordered> outcome;
    for (Index m = 0; m < logits.rows; ++m) {
        outcome.push_back({log_p.view().data[m], confidence.view().data[m], false});
    }
    Index begin = 0;
    for (const OrderedText& text : texts) {
        std::vector<TokenChoice> choices;
        for (std::size_t k = 0; k < text.masked.size(); ++k) {
            choices.push_back({text.tokens[k], noisy.view().data[begin + Index(k)]});
        }
        DenoiseOptions options;
        options.rule = text.rule.rule;
        options.steps = text.rule.steps, options.threshold = text.rule.threshold;
        for (const Index k : positions_to_reveal(choices, text.step, options, text.key)) {
            outcome[begin + k].revealed = true;
        }
        begin += Index(text.masked.size());
    }
    return outcome;
}
// [/order_sampling.step]

}  // namespace

std::vector<Ordered> order_step(HostView<const float> logits, std::span<const OrderedText> texts) {
    return order_step_on_host(logits, texts);
}

std::vector<Ordered> order_step(HostView<const double> logits, std::span<const OrderedText> texts) {
    return order_step_on_host(logits, texts);
}

}  // namespace seed
