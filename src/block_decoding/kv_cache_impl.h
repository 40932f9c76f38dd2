// The bodies of kv_cache.h.
#pragma once

#include "block_decoding/cached_attention.h"
#include "block_decoding/kv_cache.h"
#include "transformer/rope.h"

namespace seed {

template <class Space>
KvCache<Space>::KvCache(const ModelConfig& config, Index sequences, Index positions)
    : config_(config), positions_(positions) {
    check_config(config_);
    require(sequences >= 1 && positions >= 1,
            "cache: expected room for at least one token of one text, got {} texts of {}",
            sequences, positions);
    filled_.assign(std::size_t(sequences), 0);
    const Index width = config.kv_heads * config.head_size;
    for (const bool counting : {true, false}) {
        counting ? arena_.start_counting() : arena_.allocate();
        keys_.clear(), values_.clear();
        cos_sin_ = arena_.take(positions, config.head_size);
        for (Index l = 0; l < config.layers; ++l) {
            keys_.push_back(arena_.take(sequences * width, key_columns(positions)));
            values_.push_back(arena_.take(sequences * positions, width));
        }
    }
    rope_table(cos_sin_, config.rope_theta);
}

// [kv_cache.extend]
template <class Space>
void KvCache<Space>::extend(const CachedTokens& tokens, Index block) {
    require(block >= 1, "cache: expected blocks of at least one position, got {}", block);
    require(tokens.slot >= 0 && tokens.slot < sequences(),
            "cache: expected one of its {} texts, got text {}", sequences(), tokens.slot);
    Index& filled = filled_[std::size_t(tokens.slot)];
    require(tokens.begin >= 0 && tokens.begin <= filled && !tokens.ids.empty() &&
                tokens.end() <= positions_,
            "cache: expected tokens behind {} of at most {}, got positions {} to {}", filled,
            positions_, tokens.begin, tokens.end());
    require(tokens.begin % block == 0,
            "cache: expected tokens from the begin of a block of {}, got position {}", block,
            tokens.begin);
    filled = tokens.end();
}
// [/kv_cache.extend]

template <class Space>
void KvCache<Space>::clear() {
    filled_.assign(filled_.size(), 0);
}

}  // namespace seed
