// What the transformer's logits are scored with: losses, log likelihoods, and the way back.
#pragma once

#include "transformer/cross_entropy.h"
#include "transformer/transformer.h"

namespace seed {

template <class Space>
double Transformer<Space>::loss(const TrainingBatch& batch) {
    return weighted_loss(batch, false);
}

template <class Space>
double Transformer<Space>::loss_and_gradient(ParameterSet<Space>& gradient,
                                             const TrainingBatch& batch) {
    const double loss = weighted_loss(batch, true);
    if (!rows_.empty()) backward(gradient, batch.input);
    return loss;
}

template <class Space>
std::vector<double> Transformer<Space>::log_likelihoods(const TokenBatch& batch,
                                                        std::span<const Index> rows,
                                                        std::span<const std::int32_t> targets) {
    if (rows.empty()) return {};
    rows_.assign(rows.begin(), rows.end());
    targets_.assign(targets.begin(), targets.end());
    score(batch, std::vector<double>(rows.size(), 1.0), false);
    std::vector<double> values = losses_on_host();
    for (double& value : values) value = -value;
    return values;
}

template <class Space>
double Transformer<Space>::weighted_loss(const TrainingBatch& batch, bool with_gradient) {
    const std::size_t n = batch.input.ids.size();
    require(batch.targets.size() == n && batch.weights.size() == n,
            "loss: expected {} targets and weights, got {} and {}", n, batch.targets.size(),
            batch.weights.size());
    // Keep the rows that count: where the weight is 0, no logit is needed
    rows_.clear(), targets_.clear();
    std::vector<double> weights;
    for (std::size_t i = 0; i < n; ++i) {
        if (batch.weights[i] == 0) continue;
        rows_.push_back(Index(i));
        targets_.push_back(batch.targets[i]);
        weights.push_back(batch.weights[i]);
    }
    if (rows_.empty()) return 0;
    score(batch.input, weights, with_gradient);
    double sum = 0;
    for (double loss : losses_on_host()) sum += loss;
    return sum;
}

// Runs the model and leaves the weighted losses of rows_ and targets_ in act_.losses.
template <class Space>
void Transformer<Space>::score(const TokenBatch& batch, const std::vector<double>& weights,
                               bool with_gradient) {
    prepare(batch, Index(rows_.size()), with_gradient);
    forward(batch, rows_);
    std::vector<Scalar> values(weights.begin(), weights.end());
    copy(act_.weights, HostView<const Scalar>{values.data(), Index(values.size()), 1});
    cross_entropy_forward(act_.losses, act_.lse, act_.logits, targets_, act_.weights);
}

template <class Space>
std::vector<double> Transformer<Space>::losses_on_host() const {
    std::vector<Scalar> values(rows_.size());
    copy(HostView<Scalar>{values.data(), Index(values.size()), 1}, act_.losses);
    return {values.begin(), values.end()};
}

}  // namespace seed
