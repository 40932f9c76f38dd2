#include "runs/distillation.h"

#include <algorithm>
#include <numeric>

#include "core/progress.h"
#include "runs/training_impl.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

constexpr Index texts_per_part = 32;

std::vector<MaskableText> maskable(const std::vector<Canvas>& canvases) {
    std::vector<MaskableText> texts;
    for (const Canvas& canvas : canvases) texts.push_back(MaskableText::behind_prompt(canvas));
    return texts;
}

std::string tokenizer_digest(const fs::path& folder) {
    return digest_of(read_file(folder / "tokenizer.json"));
}

// The pool so far: whole texts only.
TrajectoryFile read_pool(const fs::path& folder, const RunConfig& config) {
    const fs::path file = folder / "pool.safetensors";
    const std::string tokenizer = tokenizer_digest(folder);
    const Distillation& d = *config.distillation;
    if (!fs::exists(file)) return {d.model, tokenizer, {}, {}, {}};
    TrajectoryFile pool =
        read_trajectories_of(file, config.model.vocab_size, d.model, tokenizer, config.canvas);
    require(pool.trajectories.size() == pool.ids.size() * std::size_t(d.pool.members) &&
                Index(pool.ids.size()) <= d.texts,
            "{}: expected {} trajectories of each of {} texts, got {} of {}", file.string(),
            d.pool.members, d.texts, pool.trajectories.size(), pool.ids.size());
    return pool;
}

// [distillation.pool]
// Draws what is missing, part by part, and leaves every part on the disk.
TrajectoryFile complete_pool(const fs::path& folder, const RunConfig& config,
                             const TextSource& source, const std::string& title) {
    const Distillation& d = *config.distillation;
    TrajectoryFile pool = read_pool(folder, config);
    if (Index(pool.ids.size()) == d.texts) return pool;
    CpuTransformer model = load_run(folder).model;
    require(digest_of(model.parameters()) == d.model,
            "{}: expected the weights that the pool is drawn from, got others", folder.string());
    Progress progress(title, d.texts * d.pool.members);
    Index done = Index(pool.trajectories.size());
    progress.update(done);
    while (Index(pool.ids.size()) < d.texts) {
        const Index first = Index(pool.ids.size());
        std::vector<Canvas> canvases;
        for (Index s = first; s < std::min(d.texts, first + texts_per_part); ++s) {
            canvases.push_back(distilled_text(config, source, s));
        }
        std::vector<Trajectory> drawn =
            draw_pool(model, maskable(canvases), d.pool, RandomKey{config.seed}.fork("pool"), first,
                      [&](Index count) { progress.update(done += count); });
        for (std::size_t p = 0; p < drawn.size(); ++p) {
            pool.text.push_back(first + Index(p) / d.pool.members);
            pool.trajectories.push_back(std::move(drawn[p]));
        }
        for (const Canvas& canvas : canvases) pool.ids.push_back(canvas.ids);
        write_safetensors(folder / "pool.safetensors", to_safetensors(pool));
    }
    progress.finish();
    return pool;
}
// [/distillation.pool]

Index tokens_of(const Trajectory& trajectory) { return Index(masked_before(trajectory, 0).size()); }

Selected select_from(const TrajectoryFile& pool, const Distillation& d) {
    std::vector<double> scores;
    std::vector<Index> tokens;
    for (const Trajectory& t : pool.trajectories) {
        scores.push_back(t.score);
        tokens.push_back(tokens_of(t));
    }
    return select_trajectories(scores, tokens, d.pool.members, d.selection);
}

// `keep` members of a text, drawn at random.
std::vector<Index> random_members(Index text, const Distillation& d, RandomKey key) {
    std::vector<Index> rows(static_cast<std::size_t>(d.pool.members));
    std::iota(rows.begin(), rows.end(), text * d.pool.members);
    RandomStream stream(key.fork(std::uint64_t(text)), 0);
    for (std::size_t k = 0; k < std::size_t(d.selection.keep); ++k) {
        std::swap(rows[k], rows[k + stream.below(std::uint32_t(rows.size() - k))]);
    }
    rows.resize(std::size_t(d.selection.keep));
    return rows;
}

// [distillation.orders]
// What is trained on: the selection, or what a control puts in its place.
TrajectoryFile selected_of(const TrajectoryFile& pool, const RunConfig& config) {
    const Distillation& d = *config.distillation;
    const RandomKey key = RandomKey{config.seed}.fork("orders");
    std::vector<Index> rows;
    if (d.orders == Orders::unselected) {
        for (Index s = 0; s < Index(pool.ids.size()); ++s) {
            const std::vector<Index> some = random_members(s, d, key);
            rows.insert(rows.end(), some.begin(), some.end());
        }
    } else {
        rows = select_from(pool, d).rows;
    }
    TrajectoryFile kept{pool.model, pool.tokenizer, pool.ids, {}, {}};
    for (const Index p : rows) {
        const Trajectory& t = pool.trajectories[p];
        const bool is_random = d.orders == Orders::random;
        kept.text.push_back(pool.text[p]);
        kept.trajectories.push_back(is_random ? shuffled(t, key.fork(std::uint64_t(p))) : t);
    }
    return kept;
}
// [/distillation.orders]

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

SelectionReport selection_report(const TrajectoryFile& pool, const Distillation& d) {
    SelectionReport report;
    const Selected selected = select_from(pool, d);
    const auto nats = [&](Index p) {
        return -pool.trajectories[p].score / double(tokens_of(pool.trajectories[p]));
    };
    report.drawn = Index(pool.trajectories.size());
    report.kept = Index(selected.rows.size());
    report.not_a_number = selected.not_a_number, report.texts_without = selected.texts_without;
    Index numbers = 0, texts = 0;
    for (Index s = 0; s < Index(pool.ids.size()); ++s) {
        double best = std::numeric_limits<double>::infinity();
        for (Index p = s * d.pool.members; p < (s + 1) * d.pool.members; ++p) {
            if (std::isnan(nats(p))) continue;
            report.mean_nats += nats(p), ++numbers;
            best = std::min(best, nats(p));
        }
        if (std::isfinite(best)) report.best_nats += best, ++texts;
    }
    report.mean_nats /= double(numbers), report.best_nats /= double(texts);
    for (const Index p : selected.rows) report.kept_nats += nats(p) / double(report.kept);
    return report;
}

nlohmann::ordered_json to_json(const SelectionReport& report) {
    return {{"drawn", report.drawn},
            {"kept", report.kept},
            {"not_a_number", report.not_a_number},
            {"texts_without", report.texts_without},
            {"pool_nats_per_token", report.mean_nats},
            {"best_nats_per_token", report.best_nats},
            {"kept_nats_per_token", report.kept_nats}};
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
