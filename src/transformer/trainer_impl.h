// The bodies of trainer.h.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/parallel.h"
#include "transformer/muon_impl.h"
#include "transformer/trainer.h"

namespace seed {

// Of a parameter: (n) for a gain or a bias, (rows, cols) for a matrix.
std::vector<std::int64_t> tensor_shape(Index rows, Index cols);

// The float tensor of this name and shape. Throws Error, naming `file`, where there is none.
const Tensor& find_tensor(const Safetensors& tensors, const std::string& name, Index rows,
                          Index cols, const std::string& file);

template <class Space>
Trainer<Space>::Trainer(Transformer<Space>& model, const Optimizer& options, Index steps)
    : model_(model),
      options_(options),
      steps_(steps),
      gradient_(model.config()),
      first_moment_(model.config()),
      second_moment_(model.config()) {
    require(steps >= 1, "training: expected at least one step, got {}", steps);
}

// [trainer.step]
template <class Space>
StepReport Trainer<Space>::measure(const TrainingBatch& batch) {
    require(done_ < steps_, "training: expected at most {} steps, got one more", steps_);
    StepReport report;
    report.learning_rate = learning_rate_at(options_.adamw, done_, steps_);
    fill(gradient_.flat(), 0);
    report.loss = model_.loss_and_gradient(gradient_, batch);
    report.gradient_norm = global_norm(typename Space::ConstView(gradient_.flat()));
    return report;
}

template <class Space>
void Trainer<Space>::update(StepReport& report) {
    const double most = options_.adamw.clip_norm;
    const bool clip = most > 0 && report.gradient_norm > most;
    const double scale = clip ? most / report.gradient_norm : 1.0;
    report.step = ++done_;
    std::vector<std::size_t> of_layers;
    for (std::size_t i = 0; i < gradient_.named().size(); ++i) {
        const bool is_of_layer =
            gradient_.named()[i].decays && gradient_.named()[i].name.starts_with("model.layers.");
        if (options_.muon && is_of_layer) {
            of_layers.push_back(i);
        } else {
            update_with_adamw(i, report.learning_rate, scale);
        }
    }
    update_with_muon(of_layers, report.learning_rate, scale);
}

template <class Space>
void Trainer<Space>::update_with_adamw(std::size_t i, double learning_rate, double scale) {
    const auto& parameter = model_.parameters().named()[i];
    adamw_update(parameter.view, first_moment_.named()[i].view, second_moment_.named()[i].view,
                 gradient_.named()[i].view, options_.adamw, learning_rate,
                 parameter.decays ? options_.adamw.weight_decay : 0.0, scale, done_);
}

inline bool is_finite(const StepReport& report) {
    return std::isfinite(report.loss) && std::isfinite(report.gradient_norm);
}

template <class Space>
StepReport Trainer<Space>::step(const TrainingBatch& batch) {
    StepReport report = measure(batch);
    require(is_finite(report),
            "training: expected a finite loss and gradient at step {}, got {} and {}", done_ + 1,
            report.loss, report.gradient_norm);
    update(report);
    return report;
}
// [/trainer.step]

// Products this small gain little from several threads: on the host each matrix has its own.
template <class Space>
void Trainer<Space>::update_with_muon(const std::vector<std::size_t>& numbers, double learning_rate,
                                      double scale) {
    const auto update = [&](Index task) {
        const std::size_t i = numbers[std::size_t(task)];
        muon_update<Space>(model_.parameters().named()[i].view, first_moment_.named()[i].view,
                           gradient_.named()[i].view, *options_.muon, learning_rate,
                           options_.adamw.weight_decay, scale);
    };
    const Index count = Index(numbers.size());
    if constexpr (std::is_same_v<Space, Host<typename Space::Scalar>>) {
        parallel_for(count, update);
    } else {
        for (Index task = 0; task < count; ++task) update(task);
    }
}

template <class Space>
std::optional<StepReport> Trainer<Space>::step_or_skip(const TrainingBatch& batch) {
    if (batch.input.batch > 0) {
        StepReport report = measure(batch);
        if (is_finite(report)) {
            update(report);
            return report;
        }
    }
    require(done_ < steps_, "training: expected at most {} steps, got one more", steps_);
    ++done_;
    return std::nullopt;
}

template <class Space>
Safetensors Trainer<Space>::state() const {
    Safetensors state;
    add_tensors(state, model_.parameters(), "");
    add_tensors(state, first_moment_, "adamw.m.");
    add_tensors(state, second_moment_, "adamw.v.");
    state.metadata["step"] = std::to_string(done_);
    return state;
}

template <class Space>
void Trainer<Space>::restore(const Safetensors& state, const std::string& file) {
    const auto entry = state.metadata.find("step");
    require(entry != state.metadata.end(), "{}: expected a step in the metadata, got none", file);
    const std::string& text = entry->second;
    Index step = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), step);
    require(parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() && step >= 0 &&
                step <= steps_,
            "{}: expected a step in 0 ... {}, got {}", file, steps_, text);
    const std::size_t tensors = 3 * gradient_.named().size();
    require(state.tensors.size() == tensors,
            "{}: expected the {} tensors of the configured training, got {}", file, tensors,
            state.tensors.size());
    read_tensors(model_.parameters(), state, "", file);
    read_tensors(first_moment_, state, "adamw.m.", file);
    read_tensors(second_moment_, state, "adamw.v.", file);
    done_ = step;
}

template <class Space>
void add_tensors(Safetensors& file, const ParameterSet<Space>& parameters,
                 const std::string& prefix) {
    for (const auto& [name, view, decays] : parameters.named()) {
        const auto values = to_host(view);
        const std::vector<float> floats(values.view().data, values.view().data + view.size());
        file.tensors[prefix + name] =
            Tensor::from<float>(std::span(floats), tensor_shape(view.rows, view.cols));
    }
}

template <class Space>
void require_tensors(const ModelConfig& config, const Safetensors& tensors,
                     const std::string& prefix, const std::string& file) {
    const auto shapes = ParameterSet<Space>::shapes_only(config);
    for (const auto& [name, view, decays] : shapes.named()) {
        find_tensor(tensors, prefix + name, view.rows, view.cols, file);
    }
}

template <class Space>
void read_tensors(ParameterSet<Space>& parameters, const Safetensors& tensors,
                  const std::string& prefix, const std::string& file) {
    for (const auto& [name, view, decays] : parameters.named()) {
        const std::span<const float> floats =
            find_tensor(tensors, prefix + name, view.rows, view.cols, file)
                .template values<float>();
        const bool is_finite =
            std::all_of(floats.begin(), floats.end(), [](float x) { return std::isfinite(x); });
        require(is_finite, "{}: {}: expected finite numbers, got others", file, prefix + name);
        std::vector<typename Space::Scalar> values(floats.begin(), floats.end());
        copy(view, HostView<const typename Space::Scalar>{values.data(), view.rows, view.cols});
    }
}

template <class Space>
ParameterSet<Space> read_parameters(const ModelConfig& config, const std::filesystem::path& file) {
    const Safetensors tensors = read_safetensors(file);
    require_tensors<Space>(config, tensors, "", file.string());
    ParameterSet<Space> parameters(config);
    read_tensors(parameters, tensors, "", file.string());
    require(tensors.tensors.size() == parameters.named().size(),
            "{}: expected the {} tensors of the configured model, got {}", file.string(),
            parameters.named().size(), tensors.tensors.size());
    return parameters;
}

}  // namespace seed
