// What the launchers of block decoding refuse.
#include "block_decoding/cached_attention_device.h"
#include "block_decoding/compaction_device.h"
#include "block_decoding/fixed_step_device.h"
#include "block_decoding/reveal_in_place_device.h"
#include "tests/support/refusals.h"

using namespace seed;

namespace {

// Two texts of at most 10 positions, 4 heads over 2 of 3 numbers, and 5 new rows of both
constexpr Index columns = key_columns(10);
const std::vector<CacheRun> runs{{1, 4, 2, 0}, {0, 0, 3, 2}};
const CachedAttentionShape good{4, 2, 3, 10, 4, runs};
const auto keys = shaped(2 * 6, columns), values = shaped(2 * 10, 6);
const auto q = shaped(5, 12), kv = shaped(5, 6);

CachedAttentionShape with(const std::vector<CacheRun>& other) {
    CachedAttentionShape shape = good;
    shape.runs = other;
    return shape;
}

std::string no_cache(Index texts, Index key_rows, Index key_cols, Index value_rows,
                     Index value_cols) {
    return fmt::format(
        "cached attention: expected a cache of {} texts, got keys ({}, {}), values ({}, {})", texts,
        key_rows, key_cols, value_rows, value_cols);
}

std::string no_run(Index rows, Index slot, Index begin) {
    return fmt::format(
        "cached attention: expected runs within the cache, got {} rows of text {} at {}", rows,
        slot, begin);
}

}  // namespace

TEST_CASE("what is appended fits the cache and its runs", "[refusals]") {
    for (auto* append : {append_to_cache_thread_per_element, append_to_cache_tile_transposed}) {
        check_refusals({
            {[&] { append(keys, values, kv, shaped(5, 7), good); },
             shape("append to cache: v", "5, 6", "5, 7")},
            {[&] { append(keys, values, shaped(5, 7), shaped(5, 7), good); },
             shape("append to cache: k", "5, 6", "5, 7")},
            {[&] { append(shaped(12, 10), values, kv, kv, good); }, no_cache(2, 12, 10, 20, 6)},
            {[&] { append(shaped(6, columns), values, kv, kv, good); },
             no_cache(2, 6, columns, 20, 6)},
            {[&] { append(keys, values, shaped(6, 6), shaped(6, 6), good); },
             "cached attention: expected runs of 6 rows, got 5"},
        });
    }
    const Index most = 65535 * 32;  // of a grid's y
    const std::vector<CacheRun> one{{0, 0, 1, 0}};
    const CachedAttentionShape wide{1, 1, most + 1, 1, 1, one};
    check_refusals({{[&] {
                         append_to_cache_tile_transposed(shaped(most + 1, key_columns(1)),
                                                         shaped(1, most + 1), shaped(1, most + 1),
                                                         shaped(1, most + 1), wide);
                     },
                     "append to cache: columns: expected at most 2097120, got 2097121"}});
}

TEST_CASE("attention over a cache has queries, and runs within it", "[refusals]") {
    for (auto* attend :
         {cached_attention_forward_thread_per_row, cached_attention_forward_warp_per_row,
          cached_attention_forward_block_per_group}) {
        const auto of_runs = [&](const std::vector<CacheRun>& other) {
            return [=] { attend(q, q, keys, values, with(other)); };
        };
        CachedAttentionShape uneven = good, no_block = good;
        uneven.heads = 3, no_block.block = 0;
        check_refusals({
            {[&] { attend(shaped(4, 12), q, keys, values, good); },
             shape("cached attention: q", "4, 12", "5, 12")},
            {[&] { attend(shaped(5, 13), q, keys, values, good); },
             shape("cached attention: y", "5, 12", "5, 13")},
            {[&] { attend(shaped(5, 9), shaped(5, 9), keys, values, uneven); },
             "cached attention: expected heads in whole groups and a block, got 3 over 2, 4"},
            {[&] { attend(q, q, keys, values, no_block); },
             "cached attention: expected heads in whole groups and a block, got 4 over 2, 0"},
            {[&] { attend(q, q, keys, shaped(20, 5), good); }, no_cache(2, 12, columns, 20, 5)},
            {of_runs({{2, 4, 2, 0}, {0, 0, 3, 2}}), no_run(2, 2, 4)},
            {of_runs({{1, 9, 2, 0}, {0, 0, 3, 2}}), no_run(2, 1, 9)},
            {of_runs({{1, -1, 2, 0}, {0, 0, 3, 2}}), no_run(2, 1, -1)},
            {of_runs({{1, 4, 2, 0}, {0, 0, 3, 1}}), no_run(3, 0, 0)},
            {of_runs({{1, 4, 2, 0}}), "cached attention: expected runs of 5 rows, got 2"},
        });
    }
    const CachedAttentionShape large{1, 1, 129, 10, 4, runs};
    const auto y = shaped(5, 129), values_of_large = shaped(20, 129);
    for (auto* attend :
         {cached_attention_forward_warp_per_row, cached_attention_forward_block_per_group}) {
        check_refusals({{[&] { attend(y, y, shaped(258, columns), values_of_large, large); },
                         "cached attention: expected heads of at most 128, got 129"}});
    }
    const Index most = 65535;  // of a grid's y
    const std::vector<CacheRun> one{{0, 0, 1, 0}};
    const CachedAttentionShape many{most + 1, most + 1, 1, 1, 1, one};
    check_refusals({{[&] {
                         cached_attention_forward_block_per_group(
                             shaped(1, most + 1), shaped(1, most + 1),
                             shaped(most + 1, key_columns(1)), shaped(1, most + 1), many);
                     },
                     "cached attention: key/value heads: expected at most 65535, got 65536"}});
}

TEST_CASE("a step in place has views that fit, and a rule that it knows", "[refusals]") {
    const TextsInPlace<DeviceView> good_texts{
        shaped<std::int32_t>(3, 11), shaped<std::int32_t>(3, 11),
        shaped<double>(3, 11),       shaped<const Index>(3, 1),
        shaped<const Index>(3, 1),   shaped<const std::uint64_t>(3, 11)};
    for (auto* reveal : {reveal_in_place_thread_per_text, reveal_in_place_warp_per_row}) {
        const auto with_texts = [&](auto&& change) {
            TextsInPlace<DeviceView> texts = good_texts;
            change(texts);
            return [=] { reveal(texts, shaped<const float>(12, 9), {}); };
        };
        const auto with_options = [&](RevealRule rule, double temperature) {
            DenoiseOptions options;
            options.rule = rule, options.temperature = temperature;
            return [=] { reveal(good_texts, shaped<const float>(12, 9), options); };
        };
        check_refusals({
            {with_texts([](auto& t) { t.masked.cols = 10; }),
             shape("reveal in place: masked", "3, 11", "3, 10")},
            {with_texts([](auto& t) { t.probabilities.rows = 2; }),
             shape("reveal in place: probabilities", "3, 11", "2, 11")},
            {with_texts([](auto& t) { t.begin.rows = 2; }),
             shape("reveal in place: begin", "3, 1", "2, 1")},
            {with_texts([](auto& t) { t.calls.cols = 2; }),
             shape("reveal in place: calls", "3, 1", "3, 2")},
            {with_texts([](auto& t) { t.keys.cols = 12; }),
             shape("reveal in place: keys", "3, 11", "3, 12")},
            {[&] { reveal(good_texts, shaped<const float>(13, 9), {}); },
             "reveal in place: expected as many rows of logits for each of 3 texts, got 13"},
            {[&] { reveal(good_texts, shaped<const float>(12, 0), {}); },
             "reveal in place: expected 1 ... 2^31 - 1 logits in a row, got 0"},
            {with_options(RevealRule::ancestral, 0),
             "reveal in place: expected the rule threshold or count, got another"},
            {with_options(RevealRule::count, -1), "temperature: expected a value >= 0, got -1"},
        });
    }
    check_refusals(
        {{[&] { reveal_in_place_warp_per_row(good_texts, shaped<const float>(12291, 9), {}); },
          "reveal in place: expected blocks of at most 4096 rows, got 4097"}});
}

TEST_CASE("compaction has a place and a flag for every text", "[refusals]") {
    for (auto* order : {active_first_one_thread, active_first_by_prefix_sum}) {
        const auto refused = [&](Index places, Index counts, Index rows) {
            return [=] {
                order(shaped<Index>(1, places), shaped<Index>(1, counts), shaped<Index>(rows, 5));
            };
        };
        check_refusals({
            {refused(4, 1, 1), shape("active first: order", "1, 5", "1, 4")},
            {refused(5, 2, 1), shape("active first: count", "1, 1", "1, 2")},
            {refused(5, 1, 2), shape("active first: active", "1, 5", "2, 5")},
        });
    }
    for (auto* move : {move_rows_thread_per_row, move_rows_thread_per_element}) {
        const auto refused = [&](Index cols, Index places) {
            return [=] {
                move(shaped<std::int32_t>(3, 4), shaped<std::int32_t>(3, cols),
                     shaped<Index>(1, places));
            };
        };
        check_refusals({{refused(5, 3), shape("move rows: from")},
                        {refused(4, 2), shape("move rows: order", "1, 3", "1, 2")}});
    }
}

TEST_CASE("rows that were laid out on the device fit the cache", "[refusals]") {
    const CachedRowsOnDevice laid_out{4, 2, 3, 10, shaped<Index>(5, 3), shaped<Index>(2, 3)};
    const auto cached_rows = [&](Index rows) {
        CachedRowsOnDevice other = laid_out;
        other.rows.rows = rows;
        return other;
    };
    check_refusals({
        {[&] { append_to_cache(keys, values, kv, shaped(5, 7), laid_out); },
         shape("append to cache: v", "5, 6", "5, 7")},
        {[&] { append_to_cache(keys, values, shaped(5, 7), shaped(5, 7), laid_out); },
         shape("append to cache: k", "5, 6", "5, 7")},
        {[&] { append_to_cache(keys, values, kv, kv, cached_rows(6)); },
         shape("cached rows: rows", "5, 3", "6, 3")},
        {[&] { append_to_cache(shaped(12, 10), values, kv, kv, laid_out); },
         shape("cached rows: keys", "12, 32", "12, 10")},
        {[&] { cached_attention_forward(q, q, keys, shaped(20, 5), laid_out); },
         shape("cached rows: values", "20, 6", "20, 5")},
        {[&] { cached_attention_forward(shaped(4, 12), q, keys, values, laid_out); },
         shape("cached attention: q", "4, 12", "5, 12")},
        {[&] { cached_attention_forward(shaped(5, 13), q, keys, values, laid_out); },
         shape("cached attention: y", "5, 12", "5, 13")},
    });
}

TEST_CASE("a step of fixed shape has all of its texts' numbers, and rows for them", "[refusals]") {
    const auto ids = shaped<std::int32_t>(3, 11);
    const auto number = shaped<Index>(3, 1);
    const FixedTexts<DeviceView> good_texts{ids,
                                            ids,
                                            shaped<double>(3, 11),
                                            shaped<std::uint64_t>(3, 11),
                                            number,
                                            number,
                                            number,
                                            number,
                                            number,
                                            number};
    const auto lay_out = [](Index tokens, Index places, Index rows, auto&& texts) {
        return [=] {
            lay_out_step(shaped<std::int32_t>(tokens, 1), shaped<Index>(places, 1),
                         shaped<Index>(rows, 3), texts, 4);
        };
    };
    const auto with_texts = [&](auto&& change) {
        FixedTexts<DeviceView> texts = good_texts;
        change(texts);
        return lay_out(24, 24, 24, texts);
    };
    check_refusals({
        {lay_out(23, 24, 24, good_texts), shape("lay out: tokens", "24, 1", "23, 1")},
        {lay_out(24, 25, 24, good_texts), shape("lay out: positions", "24, 1", "25, 1")},
        {lay_out(24, 24, 20, good_texts), shape("lay out: rows", "24, 3", "20, 3")},
        {with_texts([](auto& t) { t.masked.cols = 10; }),
         shape("fixed step: masked", "3, 11", "3, 10")},
        {with_texts([](auto& t) { t.probabilities.rows = 2; }),
         shape("fixed step: probabilities", "3, 11", "2, 11")},
        {with_texts([](auto& t) { t.keys.cols = 1; }), shape("fixed step: keys", "3, 11", "3, 1")},
        {with_texts([](auto& t) { t.active.rows = 4; }),
         shape("fixed step: a number per text", "3, 1", "4, 1")},
    });
    for (auto* next : {enter_next_blocks_thread_per_text, enter_next_blocks_warp_per_text}) {
        check_refusals({
            {[&] { next(shaped<Index>(1, 2), good_texts, 4, 2); },
             shape("next blocks: still active", "1, 1", "1, 2")},
            {[&] { next(shaped<Index>(1, 1), good_texts, 0, 2); },
             "block: expected 1 ... 11, the canvas, got 0"},
            {[&] { next(shaped<Index>(1, 1), good_texts, 12, 2); },
             "block: expected 1 ... 11, the canvas, got 12"},
        });
    }
}
