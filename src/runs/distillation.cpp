#include "runs/distillation.h"

#include <algorithm>
#include <numeric>

#include "runs/distillation_pool.h"
#include "runs/fine_tuning.h"
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
        for (Index b = 0; b < config.batch; ++b) {
            canvases.push_back(distilled_text(config, source, step * config.batch + b));
        }
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
        add_edit_term(batch, canvases,
                      asked_edits_of_step(config, source, d.first_text / config.batch + step),
                      config.edit_loss, vocabulary, key.fork("edit term"), proposals);
    }
    return batch;
}
// [/distillation.batch]

}  // namespace

Canvas distilled_text(const RunConfig& config, const TextSource& source, Index s) {
    return source.training(config.distillation->first_text + s, 1)[0];
}

CpuTransformer distill_in_folder(const fs::path& folder, const RunConfig& config,
                                 const TextSource& source, const std::string& title) {
    require(config.distillation.has_value(), "{}: expected a run that distils, got another",
            folder.string());
    TrajectoryFile kept;
    if (config.distillation->orders != Orders::none) {
        const TrajectoryFile pool = complete_pool(folder, config, source, title + ": pool");
        kept = selected_of(pool, config);
        require(!kept.trajectories.empty(),
                "{}: expected a trajectory to train on, got a selection that keeps none of {}, {} "
                "of them without a score; start again in another folder, with more --max-nats",
                folder.string(), pool.trajectories.size(),
                selection_report(pool, config).not_a_number);
        write_safetensors(folder / "selected.safetensors", to_safetensors(kept));
    }
    return train_in_folder(folder, config, source, title, std::nullopt,
                           [&](Index step, const Proposals& proposals) {
                               return distillation_batch(config, source, kept, step, proposals);
                           });
}

CpuTransformer distill_stage(const fs::path& from, const fs::path& folder, const RunConfig& config,
                             const TextSource& source, const std::string& title) {
    return distill_in_folder(folder, start_or_find_fine_tuning(from, folder, config), source, title);
}

}  // namespace seed
