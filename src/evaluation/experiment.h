// One seed of an experiment that goes on from the models of chapters 3 to 5: its folder, its texts,
// and the runs that all its arms share.
#pragma once

#include "evaluation/ablation.h"
#include "runs/speedup.h"
#include "runs/stage.h"

namespace seed {

struct Experiment {
    std::filesystem::path folder;  // of the seed's runs
    RunConfig config;
    Tokenizer tokenizer;
    DistillationSize size;
    Index speedup_steps;
    Index tasks;
    std::unique_ptr<TextSource> source = make_source(config, {}, tokenizer);

    std::string title(const std::string& what) const;  // of a progress bar
};

Experiment experiment_of(const AblationOptions& options);

// The model of stage 2, in FOLDER/stage_2; stage_1 lies beside it. They are those of the ablation
// of edit corruption.
CpuTransformer stage_2_model(const Experiment& experiment);

// That one fine-tuned on selected trajectories, in FOLDER/selected.
CpuTransformer selected_model(const Experiment& experiment);

// A model that is there already, in FOLDER/from, after a step reduction, in FOLDER/name.
SpeedupOutcome reduced_model(const Experiment& experiment, const std::string& from,
                             const std::string& name, const RunConfig& config);

}  // namespace seed
