// The KV cache: what attention needs of the tokens that are finished, so that they never have to be
// computed again.
//
// Under a block-causal mask the keys and values of a position depend on its own block and on those
// before it alone. Once a block is finished they are final: the cache is exact. Nothing like it
// exists for full attention, where every new token changes all of them.
#pragma once

#include <vector>

#include "transformer/config.h"

namespace seed {

// Some tokens of one text, in a row: they stand at positions begin ... begin + |ids| - 1.
struct CachedTokens {
    Index slot = 0;  // of the text in the cache
    Index begin = 0;
    std::vector<std::int32_t> ids;

    Index end() const { return begin + Index(ids.size()); }
};

// Room for S texts of at most T tokens each, allocated once.
template <class Space>
class KvCache {
public:
    using View = typename Space::View;

    // Throws Error for fewer than one sequence or position, or where memory does not suffice.
    KvCache(const ModelConfig& config, Index sequences, Index positions);

    // Keys after RoPE, and values, as cached_attention.h lays them out.
    View keys(Index layer) const { return keys_[std::size_t(layer)]; }      // (S * K * D, T + gap)
    View values(Index layer) const { return values_[std::size_t(layer)]; }  // (S * T, K * D)

    // cos and sin of every position's rotary angles (transformer/rope.h).
    View cos_sin() const { return cos_sin_; }  // (T, D)

    // Makes the tokens the last ones of their text: what was cached behind them is forgotten.
    // Throws Error for a slot or positions that are not there, for a gap in front of the tokens,
    // and where they do not begin with a block: then they would not see all of it.
    void extend(const CachedTokens& tokens, Index block);
    void clear();  // forgets all texts

    const ModelConfig& config() const { return config_; }
    Index sequences() const { return Index(filled_.size()); }  // S
    Index positions() const { return positions_; }             // T

private:
    ModelConfig config_;
    Index positions_;
    Arena<Space> arena_;
    std::vector<View> keys_, values_;  // one of each per layer
    View cos_sin_;                     // (T, D)
    std::vector<Index> filled_;        // (S) positions 0 ... filled - 1 are cached
};

}  // namespace seed
