// Chapter 7.
#include "block_decoding/cached_attention.h"
#include "tests/exercises/code_check.h"

namespace seed {
namespace {

using Append = void(HostView<float>, HostView<float>, HostView<const float>, HostView<const float>,
                    const CachedAttentionShape&);

constexpr float before = 0.25f;  // what every place of the cache holds

HostMatrix<float> numbers(RandomKey key, Index rows, Index cols) {
    HostMatrix<float> x(rows, cols);
    for (Index i = 0; i < x.size(); ++i) {
        x.view().data[i] = 1 + uniform_float(key, std::uint64_t(i), 0);
    }
    return x;
}

// Runs of three texts, one of them twice, in a cache of four
void check_append_to_cache(const Student<Append>& append, RandomKey key) {
    RandomStream sizes(key.fork("sizes"), 0);
    const Index kv_heads = sizes.between(1, 3), head_size = sizes.between(2, 5);
    const Index positions = sizes.between(7, 20), first = sizes.between(0, 2);
    const CacheRun runs[] = {{2, first, 3, 0}, {0, 4, 2, 3}, {3, 1, 1, 5}, {2, first + 3, 2, 6}};
    const CachedAttentionShape s{2 * kv_heads, kv_heads, head_size, positions, 1, runs};
    const Index width = s.kv_heads * s.head_size, texts = 4, rows = 8;
    const Index columns = key_columns(s.positions);
    const HostMatrix<float> k = numbers(key.fork("k"), rows, width),
                            v = numbers(key.fork("v"), rows, width);
    const std::vector<float> got = append.with([&](Append* function) {
        HostMatrix<float> keys(texts * width, columns), values(texts * s.positions, width);
        std::fill_n(keys.view().data, keys.size(), before);
        std::fill_n(values.view().data, values.size(), before);
        function(keys.view(), values.view(), k.view(), v.view(), s);
        std::vector<float> all(keys.view().data, keys.view().data + keys.size());
        all.insert(all.end(), values.view().data, values.view().data + values.size());
        return all;
    });
    const auto row_of = [&](Index slot, Index position) {
        for (const CacheRun& run : runs) {
            const Index i = position - run.begin;
            if (run.slot == slot && i >= 0 && i < run.count) return run.first_row + i;
        }
        return Index{-1};
    };
    require(Index(got.size()) == texts * width * columns + texts * s.positions * width,
            "returned something else");
    for (Index slot = 0; slot < texts; ++slot) {
        for (Index c = 0; c < width; ++c) {
            for (Index position = 0; position < columns; ++position) {
                const Index row = row_of(slot, position), at = slot * width + c;
                const float expected = row < 0 ? before : k.view()(row, c);
                require(got[at * columns + position] == expected,
                        "keys, text {}, number {}, position {}: expected {}, got {}{}", slot, c,
                        position, expected, got[at * columns + position],
                        row < 0 ? ", which was there before" : "");
                if (position >= s.positions) continue;
                const float value = row < 0 ? before : v.view()(row, c);
                const Index place =
                    texts * width * columns + (slot * s.positions + position) * width;
                require(got[place + c] == value,
                        "values, text {}, position {}, number {}: expected {}, got {}", slot,
                        position, c, value, got[place + c]);
            }
        }
    }
}

const RegisterCodeCheck append_to_cache_check{"append_to_cache", "&seed::append_to_cache<float>",
                                              check_append_to_cache};

}  // namespace
}  // namespace seed
