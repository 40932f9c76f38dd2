#include "runs/distillation.h"

#include <algorithm>
#include <numeric>

#include "runs/distillation_pool.h"
#include "runs/training_impl.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

// [distillation.batch]
// The texts of a step: every trajectory once in each epoch, in an order of its own.
std::vector<Index> rows_of_step(Index count, Index step, Index batch, RandomKey key) {
    std::vector<Index> rows, order;
    Index shuffled_epoch = -1;
    for (Index k = step * batch; k < (step + 1) * batch; ++k) {
        if (const Index epoch = k / count; epoch != shuffled_epoch) {
            order.resize(std::size_t(count));
            std::iota(order.begin(), order.end(), Index{0});
            RandomStream stream(key.fork("epoch").fork(std::uint64_t(epoch)), 0);
            for (std::size_t left = order.size(); left > 1; --left) {
                std::swap(order[left - 1], order[stream.below(std::uint32_t(left))]);
            }
            shuffled_epoch = epoch;
        }
        rows.push_back(order[k % count]);
    }
    return rows;
}

std::vector<Index> kept_in_step(const RunConfig& config, Index count, Index step) {
    return rows_of_step(count, step, config.batch, RandomKey{config.seed}.fork("distillation"));
}

TrainingBatch distillation_batch(const RunConfig& config, const TextSource& source,
                                 const TrajectoryFile& kept, Index step,
                                 const Proposals& proposals) {
    const Distillation& d = *config.distillation;
    const RandomKey key = RandomKey{config.seed}.fork("distillation").fork(std::uint64_t(step));
    const EditVocabulary vocabulary = edit_vocabulary(source.tokenizer());
    std::vector<Canvas> canvases;
    TrainingBatch batch;
    if (d.orders == Orders::none) {
        canvases = source.training(d.first_step + step, config.batch);
        batch = masked_batch(canvases, config.loss, vocabulary.mask, key);
    } else {
        std::vector<Trajectory> trajectories;
        for (const Index p : kept_in_step(config, Index(kept.trajectories.size()), step)) {
            canvases.push_back(distilled_text(config, source, kept.text[p]));
            trajectories.push_back(kept.trajectories[p]);
        }
        batch = constrained_batch(canvases, trajectories, d.loss, vocabulary, key);
    }
    if (d.edit_term) {
        add_edit_term(batch, canvases, asked_edits_of_step(config, source, d.first_step + step),
                      config.edit_loss, vocabulary, key.fork("edit term"), proposals);
    }
    return batch;
}
// [/distillation.batch]

}  // namespace

Canvas distilled_text(const RunConfig& config, const TextSource& source, Index s) {
    const Index step = config.distillation->first_step + s / config.batch;
    return source.training(step, config.batch)[s % config.batch];
}

CpuTransformer distill_in_folder(const fs::path& folder, const RunConfig& config,
                                 const TextSource& source, const std::string& title) {
    require(config.distillation.has_value(), "{}: expected a run that distils, got another",
            folder.string());
    TrajectoryFile kept;
    if (config.distillation->orders != Orders::none) {
        kept = selected_of(complete_pool(folder, config, source, title + ": pool"), config);
        require(!kept.trajectories.empty(),
                "{}: expected a trajectory to train on, got a selection that keeps none",
                folder.string());
        const fs::path file = folder / "selected.safetensors";
        if (!fs::exists(file)) write_safetensors(file, to_safetensors(kept));
    }
    return train_in_folder(folder, config, source, title, std::nullopt,
                           [&](Index step, const Proposals& proposals) {
                               return distillation_batch(config, source, kept, step, proposals);
                           });
}

RunConfig start_distillation(const fs::path& from, const fs::path& folder, RunConfig config) {
    require(config.distillation.has_value(), "distillation: expected its options, got none");
    LoadedRun start = load_run(from);
    require(start.config.objective == Objective::diffusion,
            "{}: expected a diffusion model to distil, got an autoregressive one", from.string());
    config.model = start.config.model;
    config.distillation->model = digest_of(start.model.parameters());
    config.distillation->first_step = start.config.steps;
    check_run_config(config);
    require(!fs::exists(folder / "config.json"), "{}: expected a folder without a run, got one",
            folder.string());
    std::error_code error;
    fs::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    Trainer<Host<float>> trainer(start.model, config.adamw, config.steps);
    write_checkpoint(folder, trainer, start.model);
    write_file_atomically(folder / "tokenizer.json", read_file(from / "tokenizer.json"));
    save_config(folder, config);  // last: a folder with a configuration can be resumed
    return config;
}

CpuTransformer distill_stage(const fs::path& from, const fs::path& folder, const RunConfig& config,
                             const TextSource& source, const std::string& title) {
    if (!fs::exists(folder / "config.json")) start_distillation(from, folder, config);
    const RunConfig there = load_config(folder);
    RunConfig expected = config;
    const LoadedRun start = load_run(from);
    expected.model = start.config.model;
    expected.distillation->model = digest_of(start.model.parameters());
    expected.distillation->first_step = start.config.steps;
    require(config_json(there) == config_json(expected),
            "{}: expected a run with the options that were given now, got one with others",
            folder.string());
    return distill_in_folder(folder, there, source, title);
}

}  // namespace seed
