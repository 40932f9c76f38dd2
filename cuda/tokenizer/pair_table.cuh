// Hash tables on the device whose keys are pairs of tokens: open addressing, linear probing, a
// power of two of slots, of which at least half stay free. The host fills the table of merges,
// kernels fill tables of counts.
#pragma once

#include "core/host_device.h"
#include "tokenizer/vocabulary.h"

namespace seed {

using PairWord = unsigned long long;  // both ids in one word; CUDA's atomics want this type
inline constexpr PairWord no_pair = ~PairWord{0};

SEED_HOST_DEVICE constexpr PairWord pair_word(TokenId left, TokenId right) {
    return PairWord(std::uint32_t(left)) << 32 | std::uint32_t(right);
}

// Where the search for a pair begins: as TokenPairHash, the well mixed high bits of a product.
SEED_HOST_DEVICE constexpr unsigned first_slot(PairWord pair, unsigned last_slot) {
    return unsigned(pair * 0x9E3779B97F4A7C15u >> 32) & last_slot;
}

// [pair_table.find_merge]
struct MergeSlot {
    PairWord pair;
    int rank;
    TokenId product;
};

// What a kernel encodes by; all pointers are the device's.
struct MergeTable {
    const MergeSlot* slots;
    unsigned last_slot;       // number of slots - 1
    const TokenId* byte_ids;  // (256)
};

// The merge of two adjacent tokens; nullptr if they are never merged.
SEED_HOST_DEVICE inline const MergeSlot* find_merge(const MergeTable& table, TokenId left,
                                                    TokenId right) {
    const PairWord pair = pair_word(left, right);
    unsigned slot = first_slot(pair, table.last_slot);
    while (table.slots[slot].pair != no_pair) {
        if (table.slots[slot].pair == pair) return &table.slots[slot];
        slot = (slot + 1) & table.last_slot;
    }
    return nullptr;
}
// [/pair_table.find_merge]

}  // namespace seed
