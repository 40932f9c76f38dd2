// The folder of a run: started, branched off another, loaded again. What lies in it: run_config.h.
#pragma once

#include "runs/training.h"

namespace seed {

// A trained model with what is needed to use it.
struct LoadedRun {
    RunConfig config;
    Tokenizer tokenizer;
    CpuTransformer model;
};

// The tokenizer of a run. Throws Error where it is not that of the configured model.
Tokenizer load_run_tokenizer(const std::filesystem::path& folder, const RunConfig& config);

// Throws Error, naming the file, where one is missing, damaged, or of another shape.
LoadedRun load_run(const std::filesystem::path& folder);

// Throws Error where a report, which the option names, is to be written over a file of the run. No
// name means no report.
void require_not_of_run(const std::filesystem::path& report, const std::filesystem::path& folder,
                        const char* option = "--json");

// Throws Error if start_run would, as far as that can be known before there is a tokenizer: there
// is a run in the folder, or the folder cannot be made.
void require_startable(const std::filesystem::path& folder);

// Makes the folder, if need be, and writes config.json and tokenizer.json, or neither. Throws Error
// if the folder holds a run or another tokenizer already: nothing is overwritten.
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

}  // namespace seed
