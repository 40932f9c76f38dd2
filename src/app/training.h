// A training run in a folder: started, killed, resumed, and loaded again.
#pragma once

#include <optional>

#include "app/run_config.h"
#include "app/text_source.h"
#include "transformer/trainer.h"

namespace seed {

using CpuTransformer = Transformer<Host<float>>;

// A trained model with what is needed to use it.
struct LoadedRun {
    RunConfig config;
    Tokenizer tokenizer;
    CpuTransformer model;
};

// The model at step 0.
CpuTransformer initial_model(const RunConfig& config);

// The tokenizer of a run. Throws Error where it is not that of the configured model.
Tokenizer load_run_tokenizer(const std::filesystem::path& folder, const RunConfig& config);

// Throws Error, naming the file, where one is missing, damaged, or of another shape.
LoadedRun load_run(const std::filesystem::path& folder);

// Trains from the folder's last checkpoint, or from nothing, to the last step (config.steps if none
// is given), with a progress bar called `title`. The learning rate follows config.steps in any
// case: a run that stops early is the first part of the whole run, bit for bit. Writes a checkpoint
// every config.checkpoint_every steps and at the end, and adds to the record. What a kill left half
// done is put right first. Returns the model at the end. Space says where it trains; the
// checkpoints are the same.
template <class Space = Host<float>>
Transformer<Space> train_in_folder(const std::filesystem::path& folder, const RunConfig& config,
                                   const TextSource& source, const std::string& title,
                                   std::optional<Index> last_step = std::nullopt);

// Makes the folder, if need be, and writes config.json and tokenizer.json. Throws Error if the
// folder holds a run or another tokenizer already: nothing is overwritten.
void start_run(const std::filesystem::path& folder, const RunConfig& config,
               const Tokenizer& tokenizer);

// Makes a run in `folder` that goes on from the last checkpoint of the run in `from`, with its
// record so far, under another configuration of the same model. A folder that a kill left half made
// is completed. Throws Error if the folder holds a run already.
void branch_run(const std::filesystem::path& from, const std::filesystem::path& folder,
                const RunConfig& config);

// Takes away what start_run wrote if not a single step was recorded since: a run whose first step
// failed is not in the way of the next attempt.
void discard_unused_run(const std::filesystem::path& folder);

// The batch of a step, counted from 0: a pure function of the configuration, the step and, where the
// model makes the substitutions of stage 2, of what it proposes. Throws Error where it is to make
// them and `proposals` is empty.
TrainingBatch training_batch(const RunConfig& config, const TextSource& source, Index step,
                             const Proposals& proposals = {});

}  // namespace seed
