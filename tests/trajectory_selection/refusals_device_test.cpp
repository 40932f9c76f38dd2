// What the launchers of trajectory selection refuse.
#include "tests/support/refusals.h"
#include "trajectory_selection/order_sampling_device.h"
#include "trajectory_selection/score_device.h"
#include "trajectory_selection/selection_device.h"
#include "trajectory_selection/trajectory_device.h"

using namespace seed;
using Ids = DeviceView<std::int32_t>;
using Firsts = std::vector<Index>;

TEST_CASE("states take a trajectory and a step for each row", "[refusals]") {
    const Ids ids = shaped<std::int32_t>(3, 4), other = shaped<std::int32_t>(3, 5);
    const Firsts steps(3);
    for (auto* states : {trajectory_states_thread_per_token, trajectory_states_four_per_thread}) {
        check_refusals({
            {[&] { states(ids, other, ids, steps, 9); }, shape("trajectory states: x0")},
            {[&] { states(ids, ids, other, steps, 9); }, shape("trajectory states: reveal")},
            {[&] { states(ids, ids, ids, Firsts(2), 9); },
             "trajectory states: expected 3 steps, got 2"},
        });
    }
    const Ids inside_row{reinterpret_cast<std::int32_t*>(8), 3, 4};
    const auto four = trajectory_states_four_per_thread;
    const std::string boundary =
        "trajectory states: expected four tokens at a time to begin on a boundary of 16 bytes";
    check_refusals({{[&] { four(inside_row, ids, ids, steps, 9); }, boundary},
                    {[&] { four(ids, inside_row, ids, steps, 9); }, boundary},
                    {[&] { four(ids, ids, inside_row, steps, 9); }, boundary}});
}

TEST_CASE("log p takes a token of the vocabulary for each row", "[refusals]") {
    const auto column = shaped<double>(3, 1), wrong = shaped<double>(3, 2);
    const auto logits = shaped(3, 4);
    using Targets = std::vector<std::int32_t>;
    const Targets targets(3);
    for (auto* log_p :
         {target_log_p_thread_per_row, target_log_p_warp_per_row, target_log_p_rows_in_tiles}) {
        check_refusals({
            {[&] { log_p(wrong, column, logits, targets); },
             shape("target log p: result", "3, 1", "3, 2")},
            {[&] { log_p(column, wrong, logits, targets); },
             shape("target log p: confidence", "3, 1", "3, 2")},
            {[&] { log_p(column, column, logits, Targets(2)); },
             "target log p: expected 3 targets, got 2"},
            {[&] {
                 log_p(column, column, logits, Targets{0, 3, 4});
             },
             "target log p: expected a token in 0 ... 3, got 4"},
            {[&] {
                 log_p(column, column, logits, Targets{0, -1, 3});
             },
             "target log p: expected a token in 0 ... 3, got -1"},
        });
    }
}

TEST_CASE("noise takes a temperature, a key and a row of it for each confidence", "[refusals]") {
    const auto column = shaped<double>(3, 1), wrong = shaped<double>(3, 2);
    const auto other = shaped<double>(2, 1);
    const std::vector<double> taus(3), two_taus(2);
    const std::vector<RandomKey> keys(3), two_keys(2);
    const std::vector<std::uint64_t> rows(3), four_rows(4);
    const auto add = add_gumbel_noise_thread_per_row;
    const std::string expected = "order noise: expected 3 temperatures, keys and rows, got ";
    check_refusals({
        {[&] { add(wrong, column, taus, keys, rows); },
         shape("order noise: result", "3, 1", "3, 2")},
        {[&] { add(column, other, taus, keys, rows); },
         shape("order noise: confidence", "3, 1", "2, 1")},
        {[&] { add(column, column, two_taus, keys, rows); }, expected + "2, 3 and 3"},
        {[&] { add(column, column, taus, two_keys, rows); }, expected + "3, 2 and 3"},
        {[&] { add(column, column, taus, keys, four_rows); }, expected + "3, 3 and 4"},
    });
}

TEST_CASE("sums are of parts that all values are cut into", "[refusals]") {
    const auto sums = shaped<double>(2, 1), values = shaped<double>(5, 1);
    const Firsts bounds{0, 2, 5};
    const std::string other = "segmented sum: expected 5 values cut into 2 parts, got other bounds";
    for (auto* sum : {segmented_sum_thread_per_segment, segmented_sum_warp_per_segment}) {
        check_refusals({{[&] { sum(shaped<double>(2, 3), values, bounds); },
                         shape("segmented sum: sums", "2, 1", "2, 3")},
                        {[&] { sum(sums, shaped<double>(5, 2), bounds); },
                         shape("segmented sum: values", "5, 1", "5, 2")}});
        for (const Firsts& wrong :
             {Firsts{}, Firsts{0, 5}, Firsts{1, 2, 5}, Firsts{0, 2, 4}, Firsts{0, 6, 5}}) {
            check_refusals({{[&] { sum(sums, values, wrong); }, other}});
        }
    }
    check_refusals({{[] { score_steps(DeviceView<const float>(shaped(0, 4)), {}, {}); },
                     "segmented sum: expected 0 values cut into 0 parts, got other bounds"}});
}

TEST_CASE("the best are of parts that all scores are cut into", "[refusals]") {
    const auto best = shaped<std::int32_t>(2, 3);
    const auto scores = shaped<double>(5, 1);
    const Firsts bounds{0, 2, 5};
    const std::string other = "top k: expected 5 scores cut into 2 parts, got other bounds";
    for (auto* top_k : {segmented_top_k_thread_per_segment, segmented_top_k_rank_per_thread}) {
        check_refusals({{[&] { top_k(best, shaped<double>(5, 2), bounds); },
                         shape("top k: scores", "5, 1", "5, 2")},
                        {[&] { top_k(shaped<std::int32_t>(2, 0), scores, bounds); },
                         "top k: expected k >= 1, got 0"}});
        for (const Firsts& wrong :
             {Firsts{}, Firsts{0, 5}, Firsts{1, 2, 5}, Firsts{0, 2, 4}, Firsts{0, 6, 5}}) {
            check_refusals({{[&] { top_k(best, scores, wrong); }, other}});
        }
    }
}
