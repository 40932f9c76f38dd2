// What one model says along the orders of another one, recomputed from its parts.
#include "evaluation/held_out_orders.h"

#include <nlohmann/json.hpp>

#include "tests/evaluation/known_models.h"
#include "tests/support/catch.h"
#include "trajectory_selection/score.h"

using namespace seed;

namespace {

const PoolOptions& pool_of_three() {
    static const PoolOptions options{
        .members = 3, .temperatures = {0.5, 1}, .steps = {5, 7}, .thresholds = {}};
    return options;
}

// The best member of each text.
std::vector<Trajectory> best_of_three(const std::vector<Trajectory>& pool,
                                      std::vector<std::size_t>& rows) {
    std::vector<Trajectory> best;
    for (std::size_t first = 0; first < pool.size(); first += 3) {
        std::size_t row = first;
        for (std::size_t p = first + 1; p < first + 3; ++p) {
            if (pool[p].score > pool[row].score) row = p;
        }
        rows.push_back(row), best.push_back(pool[row]);
    }
    return best;
}

double nats_per_token(CpuTransformer& model, const HeldOutTexts& held_out,
                      const std::vector<Trajectory>& trajectories) {
    double nats = 0, tokens = 0;
    for (const double score : score_trajectories(model, held_out.texts, trajectories, {})) {
        nats -= score;
    }
    for (const EvaluationText& text : held_out.evaluation) {
        tokens += double(text.canvas.content_length - text.canvas.prompt_length);
    }
    return nats / tokens;
}

}  // namespace

TEST_CASE("a model is measured along the start's best orders, and along these shuffled") {
    const RunConfig config = task_config();
    const auto source = make_source(config, {}, task_tokenizer());
    const HeldOutTexts held_out = held_out_texts(*source, 4);
    CpuTransformer start = wild_model(config.model);
    CpuTransformer model = random_model<float>(config.model, "another wild model");
    const RandomKey key{7};
    std::vector<std::size_t> rows;
    const auto pool = draw_pool(start, held_out.texts, pool_of_three(), key);
    const std::vector<Trajectory> best = best_of_three(pool, rows);
    std::vector<Trajectory> random;
    for (std::size_t s = 0; s < 4; ++s) {
        random.push_back(shuffled(best[s], key.fork("shuffled").fork(rows[s])));
    }
    const ChainRules nats = chain_rules(model, start, held_out, pool_of_three(), key);
    CHECK(near(nats.selected, nats_per_token(model, held_out, best), 1e-9));
    CHECK(near(nats.random, nats_per_token(model, held_out, random), 1e-9));

    // Else it would not matter whose orders they are, which are the best, and what is shuffled
    const ChainRules own = chain_rules(model, model, held_out, pool_of_three(), key);
    const ChainRules of_start = chain_rules(start, start, held_out, pool_of_three(), key);
    for (const double other : {own.selected, of_start.selected, nats.random}) {
        CHECK(!near(nats.selected, other, 1e-8));
    }
}

TEST_CASE("a model to which all orders are the same has one figure along them all") {
    const RunConfig config = task_config();
    const auto source = make_source(config, {}, task_tokenizer());
    const HeldOutTexts held_out = held_out_texts(*source, 3);
    CHECK(held_out.ids[2] == source->held_out(3)[2].canvas.ids);
    CpuTransformer start = wild_model(config.model);
    CpuTransformer uniform = {config.model, ParameterSet<Host<float>>(config.model)};
    const ChainRules nats = chain_rules(uniform, start, held_out, pool_of_three(), {7});
    double positions = 0, tokens = 0;  // the padding is written too, and counts as no token
    for (const EvaluationText& text : held_out.evaluation) {
        positions += double(config.canvas - text.canvas.prompt_length);
        tokens += double(text.canvas.content_length - text.canvas.prompt_length);
    }
    const double expected = positions / tokens * std::log(double(config.model.vocab_size) - 1);
    CHECK(nats.selected == Approx(expected));
    CHECK(nats.random == Approx(expected));
    CHECK(to_json(ChainRules{1.5, 2.5}) ==
          nlohmann::ordered_json{{"chain_rule_selected", 1.5}, {"chain_rule_random", 2.5}});
}
