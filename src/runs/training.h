// Training in the folder of a run, step by step.
#pragma once

#include <functional>
#include <optional>

#include "runs/run_config.h"
#include "runs/text_source.h"
#include "transformer/trainer.h"

namespace seed {

using CpuTransformer = Transformer<Host<float>>;

// The model at step 0.
CpuTransformer initial_model(const RunConfig& config);

// The same model where `Space` says.
template <class Space>
Transformer<Space> copy_of(const CpuTransformer& model);

// The batch of a step, counted from 0, where the model makes the substitutions.
using BatchOfStep = std::function<TrainingBatch(Index, const Proposals&)>;

// Trains from the folder's last checkpoint, or from nothing, to the last step (config.steps if none
// is given), with a progress bar called `title`. The learning rate follows config.steps in any
// case: a run that stops early is the first part of the whole run, bit for bit. Writes a checkpoint
// every config.checkpoint_every steps and at the end, and adds to the record. What a kill left half
// done is put right first. Returns the model at the end. Space says where it trains; the
// checkpoints are the same. The batches are training_batch's, or those that are given.
template <class Space = Host<float>>
Transformer<Space> train_in_folder(const std::filesystem::path& folder, const RunConfig& config,
                                   const TextSource& source, const std::string& title,
                                   std::optional<Index> last_step = std::nullopt,
                                   const BatchOfStep& batch_of_step = {});

// The batch of a step, counted from 0: a pure function of the configuration, the step and, where
// the model makes the substitutions of stage 2, of what it proposes. Throws Error where it is to
// make them and `proposals` is empty.
TrainingBatch training_batch(const RunConfig& config, const TextSource& source, Index step,
                             const Proposals& proposals = {});

// What the edit term of a step is asked to edit.
std::vector<AskedEdit> asked_edits_of_step(const RunConfig& config, const TextSource& source,
                                           Index step);

}  // namespace seed
