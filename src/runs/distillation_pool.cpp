#include "runs/distillation_pool.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/files.h"
#include "core/progress.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

constexpr Index least_part = 32;  // texts between two writes of the pool

std::vector<MaskableText> maskable(const std::vector<Canvas>& canvases) {
    std::vector<MaskableText> texts;
    for (const Canvas& canvas : canvases) texts.push_back(MaskableText::behind_prompt(canvas));
    return texts;
}

std::string tokenizer_digest(const fs::path& folder) {
    return digest_of(read_file(folder / "tokenizer.json"));
}

// The pool so far: whole texts only.
TrajectoryFile read_pool(const fs::path& folder, const RunConfig& config,
                         const TextSource& source) {
    const fs::path file = folder / "pool.safetensors";
    const std::string tokenizer = tokenizer_digest(folder);
    const Distillation& d = *config.distillation;
    if (!fs::exists(file)) return {d.model, tokenizer, {}, {}, {}};
    TrajectoryFile pool = read_trajectories(file, config.model.vocab_size);
    check_trajectories_of(pool, file, d.model, tokenizer, config.canvas);
    require(pool.trajectories.size() == pool.ids.size() * std::size_t(d.pool.members) &&
                Index(pool.ids.size()) <= d.texts,
            "{}: expected {} trajectories of each of {} texts, got {} of {}", file.string(),
            d.pool.members, d.texts, pool.trajectories.size(), pool.ids.size());
    for (Index p = 0; p < Index(pool.trajectories.size()); ++p) {
        const Index s = p / d.pool.members;
        const Canvas text = distilled_text(config, source, s);
        require(pool.text[p] == s && pool.ids[s] == text.ids &&
                    masked_before(pool.trajectories[p], 0) ==
                        MaskableText::behind_prompt(text).positions,
                "{}: expected the texts of this run, got another one in row {}", file.string(), p);
    }
    return pool;
}

}  // namespace

// [distillation.pool]
TrajectoryFile complete_pool(const fs::path& folder, const RunConfig& config,
                             const TextSource& source, const std::string& title) {
    const Distillation& d = *config.distillation;
    TrajectoryFile pool = read_pool(folder, config, source);
    if (Index(pool.ids.size()) == d.texts) return pool;
    CpuTransformer model = load_run(folder).model;
    require(digest_of(model.parameters()) == d.model,
            "{}: expected the weights that the pool is drawn from, got others", folder.string());
    Progress progress(title, d.texts * d.pool.members);
    const Index part = std::max(least_part, d.texts / 32);  // the file is written over each time
    Index done = Index(pool.trajectories.size());
    progress.update(done);
    while (Index(pool.ids.size()) < d.texts) {
        const Index first = Index(pool.ids.size());
        std::vector<Canvas> canvases;
        for (Index s = first; s < std::min(d.texts, first + part); ++s) {
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

namespace {

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

// In place of what a selection keeps, as many of the same text: any that it might have kept.
std::vector<Index> random_members(const TrajectoryFile& pool, const Selected& selected,
                                  const Distillation& d, RandomKey key) {
    std::vector<Index> chosen;
    for (auto next = selected.rows.begin(); next != selected.rows.end();) {
        const Index text = *next / d.pool.members;
        std::vector<Index> rows;
        for (Index p = text * d.pool.members; p < (text + 1) * d.pool.members; ++p) {
            const Trajectory& t = pool.trajectories[p];
            const double limit = d.selection.max_nats * double(tokens_of(t));
            const bool is_too_poor = d.selection.max_nats > 0 && -t.score > limit;
            if (!std::isnan(t.score) && !is_too_poor) rows.push_back(p);
        }
        RandomStream stream(key.fork(std::uint64_t(text)), 0);
        for (std::size_t k = 0; next != selected.rows.end() && *next / d.pool.members == text;
             ++k, ++next) {
            std::swap(rows[k], rows[k + stream.below(std::uint32_t(rows.size() - k))]);
            chosen.push_back(rows[k]);
        }
    }
    return chosen;
}

}  // namespace

// [distillation.orders]
TrajectoryFile selected_of(const TrajectoryFile& pool, const RunConfig& config) {
    const Distillation& d = *config.distillation;
    const RandomKey key = RandomKey{config.seed}.fork("orders");
    const Selected selected = select_from(pool, d);
    const std::vector<Index> rows =
        d.orders == Orders::unselected ? random_members(pool, selected, d, key) : selected.rows;
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

SelectionReport selection_report(const TrajectoryFile& pool, const RunConfig& config) {
    const Distillation& d = *config.distillation;
    SelectionReport report;
    const Selected selected = select_from(pool, d);
    const TrajectoryFile kept = selected_of(pool, config);
    const auto nats_of = [](const Trajectory& t) { return -t.score / double(tokens_of(t)); };
    const auto nats = [&](Index p) { return nats_of(pool.trajectories[p]); };
    report.drawn = Index(pool.trajectories.size());
    report.kept = Index(kept.trajectories.size());
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
    report.mean_nats /= double(std::max<Index>(1, numbers));
    report.best_nats /= double(std::max<Index>(1, texts));
    double kept_nats = 0;
    for (const Trajectory& t : kept.trajectories) kept_nats += nats_of(t);
    if (!std::isnan(kept_nats) && report.kept > 0)
        report.kept_nats = kept_nats / double(report.kept);
    return report;
}

nlohmann::ordered_json to_json(const SelectionReport& report) {
    return {{"drawn", report.drawn},
            {"kept", report.kept},
            {"not_a_number", report.not_a_number},
            {"texts_without", report.texts_without},
            {"pool_nats_per_token", report.mean_nats},
            {"best_nats_per_token", report.best_nats},
            {"kept_nats_per_token",
             report.kept_nats ? nlohmann::ordered_json(*report.kept_nats) : nullptr}};
}

}  // namespace seed
