// The body of pool.h.
#pragma once

#include <algorithm>

#include "core/parallel.h"
#include "mask_corruption/masked_states.h"
#include "trajectory_selection/pool.h"

namespace seed {

// A trajectory on its way.
struct Walk {
    Index text = 0;
    OrderRule rule;
    RandomKey key;
    std::vector<Index> masked;  // positions, ascending
    Trajectory trajectory;
};

Walk start_walk(const MaskableText& text, Index number, const PoolOptions& options, RandomKey key);

// Writes down what a step made of the masked positions.
void advance(Walk& walk, std::span<const Ordered> step);

// One step of all the walks, in one call of the model.
template <class Space>
void walk_once(Transformer<Space>& model, const std::vector<MaskableText>& texts,
               std::vector<Walk>& walks) {
    TokenBatch batch;
    batch.batch = Index(walks.size());
    batch.positions = Index(texts[0].ids.size());
    std::vector<Index> rows;
    std::vector<std::vector<std::int32_t>> tokens;
    std::vector<OrderedText> steps;
    for (Index b = 0; b < batch.batch; ++b) {
        const Walk& walk = walks[b];
        std::vector<std::int32_t> ids = texts[walk.text].ids;
        tokens.emplace_back();
        for (const Index i : walk.masked) {
            tokens.back().push_back(ids[i]);
            ids[i] = model.config().mask_token;
            rows.push_back(b * batch.positions + i);
        }
        batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
    }
    for (std::size_t b = 0; b < walks.size(); ++b) {
        const Walk& walk = walks[b];
        steps.push_back({walk.masked, tokens[b], walk.trajectory.steps, walk.rule, walk.key});
    }
    const std::vector<Ordered> outcome = order_step(model.logits(batch, rows), steps);  // M
    auto next = outcome.begin();
    for (Walk& walk : walks) {
        const auto count = walk.masked.size();
        advance(walk, {next, count});
        next += std::ptrdiff_t(count);
    }
}

// [pool.draw]
template <class Space>
std::vector<Trajectory> draw_pool(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                                  const PoolOptions& options, RandomKey key, Index first,
                                  const std::function<void(Index)>& on_done) {
    check_pool_options(options);
    check_texts(texts);
    const Index count = Index(texts.size()) * options.members;
    std::vector<Trajectory> pool(static_cast<std::size_t>(count));
    std::vector<Walk> walks;   // at most options.batch; a finished one gives its place away
    std::vector<Index> place;  // of each walk in the pool
    Index started = 0;
    while (true) {
        while (started < count && Index(walks.size()) < options.batch) {
            const Index s = started / options.members, m = started % options.members;
            walks.push_back(start_walk(texts[s], s, options,
                                       key.fork(std::uint64_t(first + s)).fork(std::uint64_t(m))));
            place.push_back(started++);
        }
        if (walks.empty()) return pool;
        walk_once(model, texts, walks);
        for (std::size_t w = walks.size(); w-- > 0;) {
            if (!walks[w].masked.empty()) continue;
            pool[place[w]] = std::move(walks[w].trajectory);
            walks.erase(walks.begin() + std::ptrdiff_t(w));
            place.erase(place.begin() + std::ptrdiff_t(w));
            if (on_done) on_done(1);
        }
    }
}
// [/pool.draw]

}  // namespace seed
