#include "evaluation/held_out_orders.h"

#include <nlohmann/json.hpp>

#include "core/progress.h"
#include "trajectory_selection/score.h"
#include "trajectory_selection/selection.h"

namespace seed {

HeldOutTexts held_out_texts(const TextSource& source, Index count) {
    HeldOutTexts all{source.held_out(count), {}, {}};
    for (const EvaluationText& text : all.evaluation) {
        all.texts.push_back(MaskableText::behind_prompt(text.canvas));
        all.ids.push_back(text.canvas.ids);
    }
    return all;
}

std::vector<Trajectory> held_out_pool(CpuTransformer& model, const HeldOutTexts& held_out,
                                      const PoolOptions& options, RandomKey key) {
    Progress progress("held-out orders", Index(held_out.texts.size()) * options.members, stderr,
                      patience);
    Index done = 0;
    std::vector<Trajectory> pool = draw_pool(model, held_out.texts, options, key, 0,
                                             [&](Index count) { progress.update(done += count); });
    progress.finish();
    return pool;
}

namespace {

double nats_along(CpuTransformer& model, const HeldOutTexts& held_out,
                  const std::vector<Trajectory>& trajectories) {
    Index states = 0, done = 0;
    for (const Trajectory& t : trajectories) states += t.steps;
    Progress progress("score orders", states, stderr, patience);
    std::vector<double> losses =
        score_trajectories(model, held_out.texts, trajectories,
                           {.on_states = [&](Index count) { progress.update(done += count); }});
    progress.finish();
    for (double& loss : losses) loss = -loss;
    return normalise(losses, held_out.evaluation).nats_per_token;
}

}  // namespace

ChainRules chain_rules(CpuTransformer& model, CpuTransformer& start, const HeldOutTexts& held_out,
                       const PoolOptions& options, RandomKey key) {
    const std::vector<Trajectory> pool = held_out_pool(start, held_out, options, key);
    std::vector<double> scores;
    for (const Trajectory& t : pool) scores.push_back(t.score);
    const Selected best =
        select_trajectories(scores, std::vector<Index>(scores.size(), 1), options.members, {});
    std::vector<Trajectory> selected, random;
    for (const Index p : best.rows) {
        selected.push_back(pool[p]);
        random.push_back(shuffled(pool[p], key.fork("shuffled").fork(std::uint64_t(p))));
    }
    ChainRules nats;
    nats.selected = nats_along(model, held_out, selected);
    nats.random = nats_along(model, held_out, random);
    return nats;
}

nlohmann::ordered_json to_json(const ChainRules& nats) {
    return {{"chain_rule_selected", nats.selected}, {"chain_rule_random", nats.random}};
}

}  // namespace seed
