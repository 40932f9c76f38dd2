// An ablation: models that differ in one thing, its arms, each trained with several seeds. Every
// experiment of a chapter is one, in a file of its own beside this one
// (edit_corruption_ablation.h); `seed ablate NAME` runs it.
#pragma once

#include <functional>
#include <optional>

#include "evaluation/report_file.h"
#include "runs/run_config.h"

namespace seed {

struct AblationOptions {
    std::filesystem::path folder;   // for the runs: FOLDER/seed_S/...
    RunConfig config;               // of all runs; its seed is that of the first rows
    DistillationSize distillation;  // where an arm distils
    Index speedup_steps = step_reduction_training({}).steps;  // where one reduces its steps
    Index tasks = 256;  // held out, for pass@1; and as many programs to repair
};

// A line of the closing table.
struct Figure {
    std::string title;
    std::string place;  // in a row, as a JSON pointer: "/repair/clean/false_edit_rate"
};

struct Ablation {
    using Json = nlohmann::ordered_json;

    std::string name, about;
    std::vector<std::string> arms;
    std::vector<Figure> figures;  // numbers, or null where there is none
    // Throws Error for options with which the arms cannot be trained.
    std::function<void(const AblationOptions&)> check;
    // Trains an arm with options.config.seed and measures it; goes on after a kill. The names of
    // the fields that it returns are those of model_figures.h, or the experiment's own.
    std::function<Json(const AblationOptions&, const std::string& arm)> make_row;
    bool distils = false;        // do its rows depend on options.distillation?
    bool reduces_steps = false;  // and on options.speedup_steps?
};

// All there are, in the order of the chapters.
const std::vector<Ablation>& ablations();
const Ablation& ablation_named(const std::string& name);  // throws Error on an unknown name

// A file whose rows are {arm, seed, and what make_row returns}, for `seeds` seeds from
// options.config.seed on: those that are there already are not made again. `arms` are those that
// are made now; empty: all. Throws Error for an arm that the experiment does not have. The rows
// stay valid when more seeds are asked for, so neither number is one of the file's options.
ReportFile run_ablation(const Ablation& ablation, const AblationOptions& options, Index seeds,
                        const std::filesystem::path& file,
                        const std::vector<std::string>& arms = {});

// Over the rows of an arm: how many have the figure, its mean, the least and the greatest value.
struct Spread {
    Index seeds = 0;
    double mean = 0, least = 0, greatest = 0;
};

std::optional<Spread> spread_of(const nlohmann::ordered_json& rows, const std::string& arm,
                                const Figure& figure);  // none: no row has it

}  // namespace seed
