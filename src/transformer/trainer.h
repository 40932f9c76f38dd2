// The training loop's inner step, and everything it needs to go on after a kill.
//
// The state of a run is its weights, AdamW's two moments and the number of steps done. Batches are
// pure functions of a key and the step, so a run that is restored at step S ends with the same bits
// as one that was never interrupted.
#pragma once

#include <optional>

#include "core/safetensors.h"
#include "transformer/optimizer.h"
#include "transformer/transformer.h"

namespace seed {

struct StepReport {
    Index step = 0;            // counted from 1
    double loss = 0;           // before the update, nats
    double gradient_norm = 0;  // before clipping
    double learning_rate = 0;
};

template <class Space>
class Trainer {
public:
    Trainer(Transformer<Space>& model, const Optimizer& options, Index steps);

    // One step on the batch. Throws Error when all steps are done, or where the loss or
    // the gradient is no longer finite: the weights are then those of the step before.
    StepReport step(const TrainingBatch& batch);

    // As step, but where the batch is empty, or the loss or the gradient is not finite: then
    // nothing is learned, the step counts as done, and the result is none.
    std::optional<StepReport> step_or_skip(const TrainingBatch& batch);

    Index steps_done() const { return done_; }

    // Weights, moments ("adamw.m.NAME", "adamw.v.NAME"; Muon's momentum is the first, and it has no
    // second) and the step, for a checkpoint.
    Safetensors state() const;
    // Throws Error, naming `file`, unless the state has this model's tensors and a step in range.
    void restore(const Safetensors& state, const std::string& file);

private:
    StepReport measure(const TrainingBatch& batch);
    void update(StepReport& report);
    void update_with_adamw(std::size_t number, double learning_rate, double scale);
    void update_with_muon(const std::vector<std::size_t>& numbers, double learning_rate,
                          double scale);

    Transformer<Space>& model_;
    Optimizer options_;
    Index steps_;
    Index done_ = 0;
    ParameterSet<Space> gradient_, first_moment_, second_moment_;
};

// The parameters as float tensors under `prefix` + their names: gains and biases (n), matrices
// (rows, cols).
template <class Space>
void add_tensors(Safetensors& file, const ParameterSet<Space>& parameters,
                 const std::string& prefix);

// Throws Error, naming `file`, unless it has the tensors of this model under `prefix`. It takes no
// memory for them, however large they would have to be.
template <class Space>
void require_tensors(const ModelConfig& config, const Safetensors& tensors,
                     const std::string& prefix, const std::string& file);

// Throws Error, naming `file`, where a tensor is missing, has another type or shape, or holds a
// number that is not finite.
template <class Space>
void read_tensors(ParameterSet<Space>& parameters, const Safetensors& tensors,
                  const std::string& prefix, const std::string& file);

// A checkpoint's weights alone. Throws Error also where the file holds any other tensor.
template <class Space>
ParameterSet<Space> read_parameters(const ModelConfig& config, const std::filesystem::path& file);

}  // namespace seed
