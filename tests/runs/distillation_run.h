// A distillation of a tiny run, in a folder of its own.
#pragma once

#include "core/files.h"
#include "core/json.h"
#include "runs/distillation.h"
#include "runs/fine_tuning.h"
#include "runs/run_folder.h"
#include "tests/runs/numbered_texts.h"
#include "tests/support/temporary_folder.h"
#include "trajectory_selection/trajectory_file.h"

namespace seed {

struct Distilling {
    Index texts = 9, keep = 1;
    Orders orders = Orders::selected;
    bool edit_term = false;
    Index batch = 3;
    double learning_rate = 0.01;
    ConstrainedLoss loss = {};
};

class DistillationRun {
public:
    DistillationRun() {
        RunConfig config = small_run();
        start_run(from(), config, tokenizer_);
        train_in_folder(from(), config, source, "origin");
        source.asked_for.clear(), source.edits_asked_for.clear();
    }

    std::filesystem::path from() const { return folder_ / "from"; }
    std::filesystem::path folder() const { return folder_ / "distilled"; }

    // 12 steps on two members of each text
    RunConfig config(const Distilling& what) const {
        RunConfig config = small_run();
        config.steps = 12, config.batch = what.batch;
        config.adamw.learning_rate = what.learning_rate;
        Distillation& d = config.distillation.emplace();
        d.texts = what.texts, d.orders = what.orders, d.edit_term = what.edit_term;
        d.pool = {.members = 2,
                  .temperatures = {0.5, 1},
                  .steps = {3, 5},
                  .thresholds = {0.9},
                  .blocks = {0, 2}};
        d.selection.keep = what.keep, d.loss = what.loss;
        return config;
    }

    // What was trained on; nothing where there are no trajectories.
    TrajectoryFile distilled(const Distilling& what) const {
        const RunConfig started = start_fine_tuning(from(), folder(), config(what));
        distill_in_folder(folder(), started, source, "distil");
        if (what.orders == Orders::none) return {};
        return read_trajectories(folder() / "selected.safetensors", 259);
    }
    TrajectoryFile pool() const { return read_trajectories(folder() / "pool.safetensors", 259); }

    std::vector<double> losses() const {
        std::vector<double> losses;
        std::string text = read_file(folder() / "record.jsonl");
        for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.erase(0, end + 1)) {
            losses.push_back(parse_json(text.substr(0, end))["loss"].get<double>());
        }
        return losses;
    }

private:
    TemporaryFolder folder_;
    Tokenizer tokenizer_ = Tokenizer::from_merges({});

public:
    const NumberedTexts source{tokenizer_};
};

}  // namespace seed
