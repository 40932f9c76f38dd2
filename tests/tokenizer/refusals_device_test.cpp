// What the launchers of the tokenizer refuse.
#include "tests/support/refusals.h"
#include "tests/tokenizer/kernel_texts.h"
#include "tokenizer/pair_counts_device.h"
#include "tokenizer/prefix_sum_device.h"
#include "tokenizer/tokenizer_device.h"

using namespace seed;
using Byte = std::uint8_t;

TEST_CASE("words to encode lie one after the other", "[refusals]") {
    const MergeTable merges{};
    for (auto* encode : {encode_words_thread_per_word, encode_words_warp_per_word}) {
        const auto words = [&](Index symbols, Index bytes, std::vector<Index> first) {
            encode(shaped<TokenId>(1, symbols), shaped<Byte>(1, bytes), first, merges);
        };
        const std::string cover = "encode_words: expected words that cover 5 bytes, got others";
        check_refusals({
            {[&] {
                 words(5, 4, {0, 5});
             },
             "encode_words: bytes: expected shape (1, 5), got (1, 4)"},
            {[&] { encode(shaped<TokenId>(2, 5), shaped<Byte>(1, 5), {}, merges); },
             "encode_words: symbols: expected shape (1, 5), got (2, 5)"},
            {[&] {
                 words(Index{1} << 32, Index{1} << 32, {0, Index{1} << 32});
             },
             "encode_words: expected less than 2^32 bytes, got 4294967296"},
            {[&] { words(5, 5, {}); }, cover},
            {[&] {
                 words(5, 5, {1, 5});
             },
             cover},
            {[&] {
                 words(5, 5, {0, 4});
             },
             cover},
            {[&] {
                 words(5, 5, {0, 3, 2, 5});
             },
             "encode_words: expected ascending words, got 3 before 2"},
        });
    }
}

TEST_CASE("marks, places and texts fit their tokens", "[refusals]") {
    const TokenBytes table{};
    const auto ids = shaped<TokenId>(1, 3), two_rows = shaped<TokenId>(2, 3);
    const auto mark = mark_tokens_thread_per_symbol;
    const auto compact = compact_tokens_thread_per_symbol;
    const auto lengths = token_lengths_thread_per_token;
    check_refusals({
        {[&] { mark(shaped<Index>(1, 2), ids); },
         "mark_tokens: kept: expected shape (1, 3), got (1, 2)"},
        {[&] { mark(shaped<Index>(1, 3), two_rows); },
         "mark_tokens: symbols: expected shape (1, 3), got (2, 3)"},
        {[&] { compact(two_rows, ids, shaped<Index>(1, 4)); },
         "compact_tokens: ids: expected shape (1, 3), got (2, 3)"},
        {[&] { compact(ids, two_rows, shaped<Index>(1, 4)); },
         "compact_tokens: symbols: expected shape (1, 3), got (2, 3)"},
        {[&] { compact(ids, ids, shaped<Index>(1, 3)); },
         "compact_tokens: places: expected shape (1, 4), got (1, 3)"},
        {[&] { lengths(shaped<Index>(1, 3), two_rows, table); },
         "token_lengths: ids: expected shape (1, 3), got (2, 3)"},
        {[&] { lengths(shaped<Index>(1, 4), ids, table); },
         "token_lengths: lengths: expected shape (1, 3), got (1, 4)"},
    });
    for (auto* decode : {decode_tokens_thread_per_token, decode_tokens_thread_per_byte}) {
        const auto places = shaped<Index>(1, 4);
        check_refusals({
            {[&] { decode(shaped<Byte>(2, 9), ids, places, table); },
             "decode_tokens: text: expected shape (1, 9), got (2, 9)"},
            {[&] { decode(shaped<Byte>(1, 9), two_rows, places, table); },
             "decode_tokens: ids: expected shape (1, 3), got (2, 3)"},
            {[&] { decode(shaped<Byte>(1, 9), ids, shaped<Index>(1, 3), table); },
             "decode_tokens: places: expected shape (1, 4), got (1, 3)"},
        });
    }
}

TEST_CASE("a prefix sum has a place more than there are values", "[refusals]") {
    for (auto* sum : {prefix_sum_one_thread, prefix_sum_one_block, prefix_sum_many_blocks}) {
        check_refusals({
            {[&] { sum(shaped<Index>(1, 4), shaped<Index>(2, 3)); },
             "prefix_sum: values: expected shape (1, 3), got (2, 3)"},
            {[&] { sum(shaped<Index>(1, 3), shaped<Index>(1, 3)); },
             "prefix_sum: sums: expected shape (1, 4), got (1, 3)"},
        });
    }
}

TEST_CASE("pairs are counted of symbols with a weight each, the last one 0", "[refusals]") {
    const DeviceBuffer<std::int64_t> weights(std::vector<std::int64_t>{1, 0, 7});
    const DeviceView<std::int64_t> on_device{weights.data(), 1, 3};
    const auto few = shaped<std::int64_t>(1, 2);
    const Index many = (Index{1} << 30) + 1;
    for (auto* count : {count_pairs_global_table, count_pairs_block_table}) {
        check_refusals({
            {[&] { count(shaped<TokenId>(2, 2), few); },
             "count_pairs: symbols: expected shape (1, 2), got (2, 2)"},
            {[&] { count(shaped<TokenId>(1, 3), few); },
             "count_pairs: weights: expected shape (1, 3), got (1, 2)"},
            {[&] { count(shaped<TokenId>(1, many), shaped<std::int64_t>(1, many)); },
             "count_pairs: expected at most 2^30 symbols, got 1073741825"},
            {[&] { count(shaped<TokenId>(1, 3), on_device); },
             "count_pairs: expected 0 as the last symbol's weight, got 7"},
        });
    }
}

TEST_CASE("the device refuses an id out of range as the host does", "[refusals]") {
    const Tokenizer& tokenizer = kernel_tokenizer();
    const DeviceTokenizer on_device(tokenizer);
    const TokenId size = TokenId(tokenizer.vocab_size());
    for (const TokenId id : {-1, size}) {
        const std::vector<TokenId> ids = {5, id};
        check_refusals({{[&] { on_device.decode(ids); },
                         fmt::format("token id: expected 0 ... {}, got {}", size - 1, id)},
                        {[&] { tokenizer.decode(ids); },
                         fmt::format("token id: expected 0 ... {}, got {}", size - 1, id)}});
    }
}
