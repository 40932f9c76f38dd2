// Texts of which a part is cached and the end is new, for the kernels of cuda/block_decoding.
#pragma once

#include "block_decoding/cached_attention.h"
#include "tests/transformer/attention_reference.h"

namespace seed {

// Sizes "S T H K D block", block >= 1. The text in slot s has a length of its own. New are: its
// last block; of every third text its last two; of every third all of it. The last slot comes first
// in the batch, and where there are three or more, slot 1 has no new row.
struct CachedProblem {
    CachedProblem(const std::vector<Index>& sizes, RandomKey key) : texts(sizes, key) {
        const AttentionShape& a = texts.shape;
        for (Index slot = a.batch - 1; slot >= 0; --slot) {
            if (slot == 1 && a.batch > 2) continue;
            const Index end = a_length(slot), block = a.mask.block;
            Index begin = (end - 1) / block * block;
            if (slot % 3 == 0) begin = std::max<Index>(0, begin - block);
            if (slot % 3 == 2) begin = 0;
            runs.push_back({slot, begin, end - begin, rows});
            rows += end - begin;
        }
        shape = {a.heads, a.kv_heads, a.head_size, a.positions, a.mask.block, runs};
    }
    CachedProblem(const CachedProblem&) = delete;

    Index a_length(Index slot) const { return texts.lengths[std::size_t(slot)]; }
    Index key_rows() const { return texts.shape.batch * texts.k_cols(); }
    Index columns() const { return key_columns(texts.shape.positions); }

    // The run of a row of the batch, and its row among all S * T tokens.
    const CacheRun& run_of(Index n) const {
        for (const CacheRun& run : runs) {
            if (n < run.first_row + run.count) return run;
        }
        fail("no run has row {}", n);
    }
    Index token_of(Index n) const {
        const CacheRun& run = run_of(n);
        return run.slot * texts.shape.positions + run.begin + n - run.first_row;
    }

    AttentionProblem texts;  // as without a cache: all tokens of all slots
    std::vector<CacheRun> runs;
    Index rows = 0;  // N
    CachedAttentionShape shape;
};

}  // namespace seed
