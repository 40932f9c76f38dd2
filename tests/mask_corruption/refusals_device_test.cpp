// What the launchers of mask corruption refuse.
#include "mask_corruption/denoise_device.h"
#include "mask_corruption/elbo_loss_device.h"
#include "mask_corruption/entropy_device.h"
#include "mask_corruption/mask_tokens_device.h"
#include "mask_corruption/sampling_device.h"
#include "tests/support/refusals.h"

using namespace seed;
using Ids = DeviceView<std::int32_t>;
using Firsts = std::vector<Index>;

TEST_CASE("masking takes a prompt, a probability and a key for each row", "[refusals]") {
    const std::vector<Index> prompts(2);
    const std::vector<double> two(2), one(1);
    const std::vector<RandomKey> keys(2);
    const Ids ids = shaped<std::int32_t>(2, 4);
    const Ids inside_row{reinterpret_cast<std::int32_t*>(8), 2, 4};
    const auto four = mask_tokens_four_per_thread;
    const std::string boundary =
        "mask_tokens: expected four tokens at a time to begin on a boundary of 16 bytes";
    check_refusals({{[&] { four(inside_row, ids, prompts, two, 3, keys); }, boundary},
                    {[&] { four(ids, inside_row, prompts, two, 3, keys); }, boundary}});
    const std::string expected = "mask_tokens: expected 2 prompt lengths, probabilities and keys, ";
    for (auto* mask : {mask_tokens_thread_per_token, mask_tokens_four_per_thread}) {
        check_refusals({
            {[&] { mask(ids, shaped<std::int32_t>(2, 3), prompts, two, 3, keys); },
             "mask_tokens: x0: expected shape (2, 4), got (2, 3)"},
            {[&] { mask(ids, ids, Firsts(3), two, 3, keys); }, expected + "got 3, 2 and 2"},
            {[&] { mask(ids, ids, prompts, one, 3, keys); }, expected + "got 2, 1 and 2"},
            {[&] { mask(ids, ids, prompts, two, 3, std::vector<RandomKey>(1)); },
             expected + "got 2, 2 and 1"},
        });
    }
}

TEST_CASE("a loss is one number of a column of losses and weights", "[refusals]") {
    const auto column = shaped(3, 1);
    const auto loss = shaped<double>(1, 1), weights = shaped<double>(3, 1);
    for (auto* add : {elbo_loss_one_thread, elbo_loss_one_block, elbo_loss_many_blocks}) {
        check_refusals({
            {[&] { add(shaped<double>(1, 2), column, weights); },
             "elbo_loss: loss: expected shape (1, 1), got (1, 2)"},
            {[&] { add(loss, shaped(2, 1), weights); },
             "elbo_loss: losses: expected shape (3, 1), got (2, 1)"},
            {[&] { add(loss, column, shaped<double>(3, 2)); },
             "elbo_loss: weights: expected shape (3, 1), got (3, 2)"},
        });
    }
    check_refusals(
        {{[&] { elbo_loss(DeviceView<const float>(shaped(2, 4)), std::vector<double>(2)); },
          "elbo_loss: losses: expected shape (2, 1), got (2, 4)"}});
}

TEST_CASE("a choice takes a key and a row of it for each row of logits", "[refusals]") {
    const std::vector<RandomKey> keys(2), more_keys(3);
    const std::vector<std::uint64_t> rows(2), fewer_rows(1);
    const auto tokens = shaped<std::int32_t>(2, 1);
    const auto probabilities = shaped<double>(2, 1);
    const auto logits = shaped(2, 4);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (auto* choose : {choose_tokens_thread_per_row, choose_tokens_warp_per_row}) {
        const auto from = [&](DeviceView<const float> z, double temperature = 0) {
            choose(tokens, probabilities, z, temperature, keys, rows);
        };
        check_refusals({
            {[&] { from(logits, -1); }, "temperature: expected a value >= 0, got -1"},
            {[&] { from(logits, nan); }, "temperature: expected a value >= 0, got nan"},
            {[&] { from(shaped(2, 0)); },
             "choose_tokens: expected 1 ... 2^31 - 1 logits in a row, got 0"},
            {[&] { from(shaped(2, Index{1} << 31)); },
             "choose_tokens: expected 1 ... 2^31 - 1 logits in a row, got 2147483648"},
            {[&] { from(shaped(3, 4)); },
             "choose_tokens: tokens: expected shape (3, 1), got (2, 1)"},
            {[&] { choose(tokens, shaped<double>(2, 2), logits, 0, keys, rows); },
             "choose_tokens: probabilities: expected shape (2, 1), got (2, 2)"},
            {[&] { choose(tokens, probabilities, logits, 0, more_keys, rows); },
             "choose_tokens: expected 2 keys and rows of them, got 3 and 2"},
            {[&] { choose(tokens, probabilities, logits, 0, keys, fewer_rows); },
             "choose_tokens: expected 2 keys and rows of them, got 2 and 1"},
        });
    }
}

TEST_CASE("the texts of a reveal step are all rows, one text after the other", "[refusals]") {
    const Ids revealed = shaped<std::int32_t>(5, 1);
    const auto p = shaped<double>(5, 1);
    using Reveal = std::function<void(Ids, DeviceView<const double>, const Firsts&)>;
    const std::vector<Index> counts(2), steps(2);
    const std::vector<double> chances(2);
    const std::vector<RandomKey> keys(2);
    const std::string ends = "reveal: expected texts of 5 rows from 0 on, got other ends";
    const std::string shape = "reveal: revealed: expected shape (5, 1), got (5, 2)";
    const std::string order = "reveal: expected ascending first rows, got 4 before 3";
    const std::string other = "reveal: probabilities: expected shape (5, 1), got (4, 1)";
    const std::vector<Reveal> by_probability = {
        [&](auto r, auto q, const Firsts& f) { reveal_above_thread_per_text(r, q, f, 0.5); },
        [&](auto r, auto q, const Firsts& f) { reveal_above_block_per_text(r, q, f, 0.5); },
        [&](auto r, auto q, const Firsts& f) { reveal_count_thread_per_text(r, q, f, counts); },
        [&](auto r, auto q, const Firsts& f) { reveal_count_rank_per_thread(r, q, f, counts); }};
    std::vector<Reveal> all = by_probability;
    all.push_back([&](auto r, auto, const Firsts& f) {
        reveal_at_random_block_per_text(r, f, chances, steps, keys);
    });
    for (const Reveal& reveal : all) {
        check_refusals({{[&] { reveal(revealed, p, {}); }, ends},
                        {[&] {
                             reveal(revealed, p, {1, 5});
                         },
                         ends},
                        {[&] {
                             reveal(revealed, p, {0, 4});
                         },
                         ends},
                        {[&] {
                             reveal(revealed, p, {0, 4, 3, 5});
                         },
                         order},
                        {[&] {
                             reveal(shaped<std::int32_t>(5, 2), p, {0, 2, 5});
                         },
                         shape}});
    }
    for (const Reveal& reveal : by_probability) {
        check_refusals({{[&] { reveal(revealed, shaped<double>(4, 1), {0, 2, 5}); }, other}});
    }
}

TEST_CASE("every text of a reveal step has what its rule asks for", "[refusals]") {
    const Ids revealed = shaped<std::int32_t>(5, 1);
    const auto p = shaped<double>(5, 1);
    const Firsts first = {0, 2, 5};
    const std::vector<Index> three(3), two(2);
    const std::vector<double> chances(2);
    const std::vector<RandomKey> keys(2);
    for (auto* reveal : {reveal_count_thread_per_text, reveal_count_rank_per_thread}) {
        check_refusals(
            {{[&] { reveal(revealed, p, first, three); }, "reveal: expected 2 counts, got 3"}});
    }
    const auto random = reveal_at_random_block_per_text;
    DenoiseOptions options;
    options.rule = RevealRule(7);
    DeviceMatrix<float> logits(0, 4);
    check_refusals({
        {[&] { random(revealed, first, std::vector<double>(1), two, keys); },
         "reveal: expected 2 chances, got 1"},
        {[&] { random(revealed, first, chances, three, keys); }, "reveal: expected 2 steps, got 3"},
        {[&] { random(revealed, first, chances, two, std::vector<RandomKey>(3)); },
         "reveal: expected 2 keys, got 3"},
        {[&] { reveal_step(DeviceView<const float>(logits.view()), {}, options); },
         "reveal rule: expected a known rule, got 7"},
    });
}

TEST_CASE("an entropy bound takes an entropy for each row of the texts", "[refusals]") {
    check_refusals({{[&] { row_entropies_warp_per_row(shaped<double>(2, 2), shaped(2, 4)); },
                     shape("row_entropies: entropies", "2, 1", "2, 2")},
                    {[&] { row_entropies_thread_per_row(shaped<double>(2, 1), shaped(2, 0)); },
                     "row_entropies: expected logits in a row, got none"}});
    const auto revealed = shaped<std::int32_t>(3, 1);
    const auto entropies = shaped<double>(3, 1);
    const Firsts first{0, 1, 3};
    for (auto* within : {reveal_within_bound_thread_per_text, reveal_within_bound_thread_per_row}) {
        check_refusals({{[&] { within(revealed, entropies, first, -1); },
                         "entropy bound: expected a number >= 0, got -1"},
                        {[&] { within(revealed, shaped<double>(3, 2), first, 1); },
                         shape("reveal: entropies", "3, 1", "3, 2")},
                        {[&] {
                             within(revealed, entropies, Firsts{0, 2}, 1);
                         },
                         "reveal: expected texts of 3 rows from 0 on, got other ends"}});
    }
}
