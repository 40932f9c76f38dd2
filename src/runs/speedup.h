// Step reduction as a run on disk: a model is trained on its own rollouts, step by step
// (step_reduction/). Beside the files of every run (run_config.h), its folder holds
//
//   start.safetensors   the weights that it started from: the reference of KL and of the
//   model-based
//                       verifier
//   best.safetensors    those of the checkpoint before which the mean reward was greatest
//
// and each line of its record also says of the step's rollouts
//
//   right      mean verdict: with the hidden tests as verifier, the share that passes them
//   calls      model calls per rollout
//   cost, reward      means, of reward.h
//   log_ratio  log p(tau) - log p_start(tau), in nats per token, at most 100; 0 where kl is 0 and
//              the verifier executes
//   distinct   distinct texts per group, over the group's size
//   threshold  that they were drawn with
//   skipped    1 where nothing was learned: no advantage and no other term, or a loss or gradient
//              that is not finite
//
// All of it is a pure function of the model that it starts from and of the configuration: who is
// killed goes on to the same bits, for any number of threads.
#pragma once

#include "runs/run_folder.h"
#include "runs/speedup_record.h"
#include "runs/speedup_rollouts.h"

namespace seed {

// What a step learns from them: states of its rollouts, and the terms that keep what the model
// knows, of texts of their own.
TrainingBatch speedup_batch(const RunConfig& config, const TextSource& source, Index step,
                            const JudgedRollouts& judged, const Proposals& proposals);

struct SpeedupOutcome {
    CpuTransformer model;  // at the end; of a run that stopped early, the best checkpoint
    std::string stopped;   // why the run ended before its last step; empty: it did not
};

// Trains from the last checkpoint to the last step, or until too few rollouts are right
// (StepReduction::floor): then model.safetensors holds the best checkpoint. Throws Error where the
// folder's run reduces no steps, or a file of it is damaged or another model's.
SpeedupOutcome speed_up_in_folder(const std::filesystem::path& folder, const RunConfig& config,
                                  const TextSource& source, const std::string& title);

}  // namespace seed
