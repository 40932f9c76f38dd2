#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

#include "evaluation/likelihood_report_impl.h"

namespace seed {

std::vector<EvaluationText> first_texts(const std::vector<EvaluationText>& texts, Index count) {
    return {texts.begin(), texts.begin() + std::min(count, Index(texts.size()))};
}

std::optional<double> Likelihood::above_limit() const {
    if (!limit_nats_per_token) return std::nullopt;
    return nats_per_token - *limit_nats_per_token;
}

Likelihood normalise(const std::vector<double>& nats, const std::vector<EvaluationText>& texts) {
    double tokens = 0, bytes = 0, own_nats = 0;
    bool all_known = true;
    for (const EvaluationText& text : texts) {
        tokens += double(text.canvas.content_length - text.canvas.prompt_length);
        bytes += double(text.bytes);
        own_nats += text.nats.value_or(0);
        all_known = all_known && text.nats;
    }
    const double sum = std::accumulate(nats.begin(), nats.end(), 0.0);
    Likelihood likelihood{sum / tokens, sum / bytes / std::numbers::ln2};
    if (all_known) likelihood.limit_nats_per_token = own_nats / tokens;
    return likelihood;
}

double standard_error(const std::vector<double>& nats, const std::vector<EvaluationText>& texts) {
    const double n = double(nats.size()), mean = normalise(nats, texts).nats_per_token;
    double squares = 0, tokens = 0;
    for (std::size_t i = 0; i < nats.size(); ++i) {
        const Canvas& canvas = texts[i].canvas;
        const double length = double(canvas.content_length - canvas.prompt_length);
        squares += std::pow(nats[i] - mean * length, 2);
        tokens += length;
    }
    return n > 1 ? std::sqrt(squares * n / (n - 1)) / tokens : 0;
}

std::vector<MaskableText> maskable(const std::vector<EvaluationText>& texts) {
    std::vector<MaskableText> result;
    for (const EvaluationText& text : texts) {
        result.push_back(MaskableText::behind_prompt(text.canvas));
    }
    return result;
}

std::vector<MaskableText> windows(const std::vector<EvaluationText>& texts, Index tokens,
                                  RandomKey key) {
    std::vector<MaskableText> result;
    for (std::size_t s = 0; s < texts.size(); ++s) {
        const Canvas& canvas = texts[s].canvas;
        const Index length = canvas.content_length - canvas.prompt_length;
        const Index places = std::max<Index>(1, length - tokens + 1);
        const Index begin =
            canvas.prompt_length + Index(uniform_double(key, s, 0) * double(places));
        MaskableText text{canvas.ids, {}};
        for (Index i = begin; i < std::min(begin + tokens, canvas.content_length); ++i) {
            text.positions.push_back(i);
        }
        result.push_back(std::move(text));
    }
    return result;
}

Index state_count(const std::vector<MaskableText>& texts, const std::vector<MaskableText>& few,
                  const std::vector<MaskableText>& windows, Index samples) {
    Index count = (Index(texts.size()) + Index(windows.size())) * samples;
    for (const MaskableText& text : few) count += 2 * Index(text.positions.size());
    for (const MaskableText& text : windows) {
        const Index n = Index(text.positions.size());
        count += (Index{1} << n) - 1 + 2 * n;
    }
    return count;
}

double mean_per_position(const std::vector<double>& nats, const std::vector<MaskableText>& texts) {
    double positions = 0;
    for (const MaskableText& text : texts) positions += double(text.positions.size());
    return std::accumulate(nats.begin(), nats.end(), 0.0) / positions;
}

nlohmann::ordered_json to_json(const LikelihoodReport& r) {
    nlohmann::ordered_json json{{"texts", r.texts}};
    const auto add = [&](const std::string& name, const std::optional<Likelihood>& likelihood) {
        if (!likelihood) return;
        json[name + "_nats_per_token"] = likelihood->nats_per_token;
        json[name + "_bits_per_byte"] = likelihood->bits_per_byte;
        const auto& limit = likelihood->limit_nats_per_token;
        json[name + "_limit_nats_per_token"] = limit ? nlohmann::json(*limit) : nlohmann::json();
    };
    add("nelbo", r.nelbo);
    if (r.nelbo) json["nelbo_standard_error"] = r.standard_error;
    add("left_to_right", r.left_to_right);
    add("confidence", r.confidence);
    if (r.window_tokens > 0) {
        json["window_tokens"] = r.window_tokens;
        json["window_exact_nats_per_token"] = r.window_exact;
        json["window_monte_carlo_nats_per_token"] = r.window_monte_carlo;
        json["window_left_to_right_nats_per_token"] = r.window_left_to_right;
        json["window_confidence_nats_per_token"] = r.window_confidence;
    }
    return json;
}

}  // namespace seed
