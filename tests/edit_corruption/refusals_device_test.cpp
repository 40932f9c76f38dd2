// What the launchers of edit corruption refuse.
#include "edit_corruption/edit_operations_device.h"
#include "edit_corruption/levenshtein_device.h"
#include "tests/support/refusals.h"

using namespace seed;
using Ids = DeviceView<std::int32_t>;
using Numbers = std::vector<Index>;

TEST_CASE("distances are those of pairs whose lengths lie in their rows", "[refusals]") {
    const Ids a = shaped<std::int32_t>(3, 4), b = shaped<std::int32_t>(3, 5);
    const Ids out = shaped<std::int32_t>(3, 1);
    const Numbers fours{4, 4, 4}, fives{5, 5, 5}, two{4, 4};
    const std::string outside = "levenshtein: expected lengths in [0, 4] and [0, 5], got ";
    for (auto* distance :
         {levenshtein_wagner_fischer_thread_per_pair, levenshtein_anti_diagonal_block_per_pair,
          levenshtein_myers_thread_per_pair, levenshtein_myers_warp_per_pair}) {
        check_refusals({
            {[&] { distance(shaped<std::int32_t>(2, 1), a, b, fours, fives); },
             "levenshtein: distances: expected shape (3, 1), got (2, 1)"},
            {[&] { distance(out, a, shaped<std::int32_t>(2, 5), fours, fives); },
             "levenshtein: b: expected shape (3, 5), got (2, 5)"},
            {[&] { distance(out, a, b, two, fives); },
             "levenshtein: expected 3 lengths of a and of b, got 2 and 3"},
            {[&] { distance(out, a, b, fours, two); },
             "levenshtein: expected 3 lengths of a and of b, got 3 and 2"},
            {[&] {
                 distance(out, a, b, Numbers{4, 5, 4}, fives);
             },
             outside + "5 and 5"},
            {[&] {
                 distance(out, a, b, Numbers{4, -1, 4}, fives);
             },
             outside + "-1 and 5"},
            {[&] {
                 distance(out, a, b, fours, Numbers{5, 5, 6});
             },
             outside + "4 and 6"},
            {[&] {
                 distance(out, a, b, fours, Numbers{-1, 5, 5});
             },
             outside + "4 and -1"},
        });
    }
    const Ids long_row = shaped<std::int32_t>(3, 4001);
    check_refusals(
        {{[&] { levenshtein_anti_diagonal_block_per_pair(out, long_row, b, fours, fives); },
          "levenshtein: expected at most 4000 tokens of a, got 4001"}});
}

TEST_CASE("edits stay within canvases and within a vocabulary with a choice", "[refusals]") {
    const Ids ids = shaped<std::int32_t>(3, 4);
    const Numbers prompts{4, 0, 4}, counts{1, 0, 1}, two{4, 4};
    const std::vector<RandomKey> keys(3);
    const EditVocabulary v{20, 0, 1, 2};
    const std::string lists = "edit_tokens: expected 3 prompt lengths, counts and keys, got ";
    const std::string special = "edit corruption: expected special tokens in [0, 20), got ";
    for (auto* edit : {edit_tokens_thread_per_canvas, edit_tokens_block_per_canvas}) {
        check_refusals({
            {[&] { edit(shaped<std::int32_t>(2, 4), ids, two, two, v, keys); },
             "edit_tokens: x0: expected shape (2, 4), got (3, 4)"},
            {[&] { edit(ids, ids, two, counts, v, keys); }, lists + "2, 3 and 3"},
            {[&] { edit(ids, ids, prompts, two, v, keys); }, lists + "3, 2 and 3"},
            {[&] { edit(ids, ids, prompts, counts, v, std::vector<RandomKey>(4)); },
             lists + "3, 3 and 4"},
            {[&] {
                 edit(ids, ids, Numbers{4, 5, 4}, counts, v, keys);
             },
             "edit corruption: expected a prompt within the canvas of 4 tokens, got 5"},
            {[&] {
                 edit(ids, ids, Numbers{4, -1, 4}, counts, v, keys);
             },
             "edit corruption: expected a prompt within the canvas of 4 tokens, got -1"},
            {[&] {
                 edit(ids, ids, prompts, Numbers{1, -1, 1}, v, keys);
             },
             "edit corruption: expected a number of edits >= 0, got -1"},
            {[&] {
                 edit(ids, ids, prompts, counts, {4, 0, 1, 2}, keys);
             },
             "edit corruption: expected at least two ordinary tokens, got 1 of 4"},
            {[&] {
                 edit(ids, ids, prompts, counts, {20, 20, 1, 2}, keys);
             },
             special + "20"},
            {[&] {
                 edit(ids, ids, prompts, counts, {20, 0, 1, -1}, keys);
             },
             special + "-1"},
        });
    }
    const Ids longer = shaped<std::int32_t>(3, 6001);
    check_refusals(
        {{[&] { edit_tokens_block_per_canvas(longer, longer, prompts, counts, v, keys); },
          "edit_tokens: expected canvases of at most 6000 tokens, got 6001"}});
}
