// Some states in the place of all: which ones, what they learn, and that nothing is lost on
// average.
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "step_reduction/policy_batch.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

constexpr std::int32_t mask = 3;

// Texts of six tokens behind a prompt of one; rollout r has as many steps as the last of these
// says.
std::vector<Rollout> three_rollouts() {
    return {{{9, 10, 11, 12, 13, 14, 15}, {{-1, 0, 0, 1, 1, 2, 2}, 3}},
            {{9, 20, 21, 22, 23, 24, 25}, {{-1, 0, 1, 2, 3, 4, 5}, 6}},
            {{9, 30, 31, 32, 33, 34, 35}, {{-1, 0, 0, 0, 0, 0, 0}, 1}}};
}

struct State {
    Index rollout = 0, masked = 0, learned = 0;
    double weight = 0;  // of each of the learned
};

// What row b of a batch is, by its first target: 10, 20 or 30.
State state_of(const TrainingBatch& batch, Index b) {
    const Index T = batch.input.positions;
    State s;
    s.rollout = batch.targets[std::size_t(b * T + 1)] / 10 - 1;
    for (Index i = b * T; i < (b + 1) * T; ++i) {
        s.masked += batch.input.ids[std::size_t(i)] == mask;
        if (batch.weights[std::size_t(i)] == 0) continue;
        CHECK(batch.input.ids[std::size_t(i)] == mask);
        CHECK((s.weight == 0 || s.weight == batch.weights[std::size_t(i)]));
        s.weight = batch.weights[std::size_t(i)];
        ++s.learned;
    }
    return s;
}

}  // namespace

TEST_CASE("states are of the rollouts that count, in equal parts, and a state's targets share") {
    const std::vector<double> advantages{0.5, 0, -2};
    for (const StepTargets targets :
         {StepTargets::revealed, StepTargets::jump, StepTargets::masked}) {
        const TrainingBatch batch =
            sampled_policy_batch(three_rollouts(), advantages, {8, 0.25, targets}, mask, {5});
        REQUIRE(batch.input.batch == 8);
        REQUIRE(batch.input.positions == 7);
        std::map<Index, int> of_rollout;
        for (Index b = 0; b < 8; ++b) {
            const State s = state_of(batch, b);
            ++of_rollout[s.rollout];
            // A K / (R S), of two rollouts that count among three
            CHECK(s.weight * double(s.learned) ==
                  Approx(advantages[std::size_t(s.rollout)] * 2 / (3.0 * 8)));
            if (targets == StepTargets::masked) CHECK(s.learned == s.masked);
        }
        CHECK(of_rollout == std::map<Index, int>{{0, 4}, {2, 4}});
    }
}

TEST_CASE("as many states as asked for are all masked, spread over the rollouts") {
    const std::vector<double> advantages{1, 1, 0};
    for (const double share : {0.0, 0.25, 0.5, 1.0}) {
        int first = 0, others = 0;
        std::set<Index> rollouts;
        for (std::uint64_t key = 0; key < 40; ++key) {
            const TrainingBatch batch = sampled_policy_batch(
                three_rollouts(), advantages, {16, share, StepTargets::revealed}, mask, {key});
            for (Index b = 0; b < 16; ++b) {
                const State s = state_of(batch, b);
                (s.masked == 6 ? first : others) += 1;
                if (s.masked == 6) rollouts.insert(s.rollout);
            }
        }
        // Of the others, a third and a sixth are the first by chance: a quarter in the mean
        const double expected = share + (1 - share) / 4;
        CHECK(std::abs(first / 640.0 - expected) < 0.05);
        CHECK(first + others == 640);
        CHECK(rollouts.size() == 2);
    }
}

TEST_CASE(
    "each rollout that counts has its part of the first states, and any may be the only one") {
    // Two rollouts of six steps each: by chance a state is the first once in six times
    std::vector<Rollout> rollouts{three_rollouts()[1], three_rollouts()[1]};
    for (std::size_t i = 1; i < 7; ++i) rollouts[0].ids[i] -= 10;
    std::set<Index> alone;
    for (std::uint64_t key = 0; key < 20; ++key) {
        const TrainingBatch batch = sampled_policy_batch(
            rollouts, std::vector<double>{1, 1}, {12, 0.5, StepTargets::revealed}, mask, {key});
        std::map<Index, int> first;
        for (Index b = 0; b < 12; ++b) {
            const State s = state_of(batch, b);
            first[s.rollout] += s.masked == 6;
        }
        CHECK(first[0] >= 3);
        CHECK(first[1] >= 3);
        const TrainingBatch one = sampled_policy_batch(rollouts, std::vector<double>{1, 1},
                                                       {1, 0, StepTargets::revealed}, mask, {key});
        alone.insert(state_of(one, 0).rollout);
    }
    CHECK(alone.size() == 2);
}

TEST_CASE("a jump ends at every later state alike") {
    const std::vector<double> advantages{0, 1, 0};
    std::map<Index, int> learned;  // from the first state
    for (std::uint64_t key = 0; key < 60; ++key) {
        const TrainingBatch batch = sampled_policy_batch(three_rollouts(), advantages,
                                                         {10, 1, StepTargets::jump}, mask, {key});
        for (Index b = 0; b < 10; ++b) ++learned[state_of(batch, b).learned];
    }
    REQUIRE(learned.size() == 6);
    for (const auto& [count, times] : learned) CHECK(std::abs(times - 100) < 40);
}

TEST_CASE("in the mean over keys the sampled gradient is the whole one, where steps are alike") {
    const std::vector<double> advantages{0.5, -1, 0};
    const std::vector<Rollout> rollouts = three_rollouts();
    const TrainingBatch whole = policy_batch(rollouts, advantages, mask);
    std::map<std::vector<std::int32_t>, double> expected, actual;  // weight by state and target
    const auto add = [](auto& sum, const TrainingBatch& batch, double part) {
        for (Index b = 0; b < batch.input.batch; ++b) {
            const auto row = batch.input.ids.begin() + b * 7;
            for (Index i = 0; i < 7; ++i) {
                std::vector<std::int32_t> place(row, row + 7);
                place.push_back(batch.targets[std::size_t(b * 7 + i)]);
                if (const double w = batch.weights[std::size_t(b * 7 + i)]; w != 0) {
                    sum[place] += part * w;
                }
            }
        }
    };
    add(expected, whole, 1);
    constexpr int keys = 4000;
    for (std::uint64_t key = 0; key < keys; ++key) {
        add(actual,
            sampled_policy_batch(rollouts, advantages, {4, 0, StepTargets::revealed}, mask, {key}),
            1.0 / keys);
    }
    REQUIRE(actual.size() == expected.size());
    for (const auto& [place, weight] : expected) {
        CHECK(std::abs(actual[place] - weight) < 0.1 * std::abs(weight));
    }
}

TEST_CASE("nothing to learn gives no batch, and what cannot be is refused") {
    const std::vector<Rollout> rollouts = three_rollouts();
    CHECK(sampled_policy_batch(rollouts, std::vector<double>{0, 0, 0}, {}, mask, {1}).input.batch ==
          0);
    CHECK(error_of([&] {
              sampled_policy_batch(rollouts, std::vector<double>{1, NAN, 0}, {}, mask, {1});
          }) == "policy batch: expected finite advantages, got nan");
    CHECK(error_of([&] {
              sampled_policy_batch(rollouts, std::vector<double>{1}, {}, mask, {1});
          }) == "policy batch: expected 3 advantages, got 1");
    CHECK(error_of([] { check_policy_sample({.states = 0}); }) ==
          "--states: expected 1 ... 4096, got 0");
    CHECK(error_of([] { check_policy_sample({.first = 1.5}); }) ==
          "--first-states: expected 0 ... 1, got 1.5");
    CHECK(error_of([] { step_targets_from("some"); }) ==
          "targets: expected revealed, jump or masked, got some");
    for (const StepTargets t : {StepTargets::revealed, StepTargets::jump, StepTargets::masked}) {
        CHECK(step_targets_from(step_targets_name(t)) == t);
    }
}

TEST_CASE("by blocks a state learns its own block alone, and sees no later one") {
    // Blocks of 3: the prompt and two tokens in steps 0 and 1, three in steps 2, 2, 3, one in 4
    const std::vector<Rollout> rollouts{{{9, 10, 11, 12, 13, 14, 15}, {{-1, 1, 0, 2, 3, 2, 4}, 5}}};
    const std::vector<double> advantages{1.5};
    std::set<std::pair<Index, Index>> seen;  // masked, learned
    std::set<Index> first;
    for (std::uint64_t key = 0; key < 20; ++key) {
        const PolicySample sample{4, 0, StepTargets::masked, 3};
        const TrainingBatch batch = sampled_policy_batch(rollouts, advantages, sample, mask, {key});
        CHECK(batch.input.mask.block == 3);
        for (Index b = 0; b < 4; ++b) {
            const State s = state_of(batch, b);
            seen.insert({s.masked, s.learned});
            CHECK(s.weight * double(s.learned) == Approx(1.5 / 4));
        }
        const PolicySample all_first{4, 1, StepTargets::masked, 3};
        const TrainingBatch begins =
            sampled_policy_batch(rollouts, advantages, all_first, mask, {key});
        for (Index b = 0; b < 4; ++b) first.insert(state_of(begins, b).masked);
    }
    CHECK(seen == std::set<std::pair<Index, Index>>{{6, 2}, {5, 1}, {4, 3}, {2, 1}, {1, 1}});
    CHECK(first == std::set<Index>{6, 4, 1});
}

TEST_CASE("a step revealed at random stays within its block") {
    const std::vector<Rollout> rollouts{{{9, 10, 11, 12, 13, 14, 15}, {{-1, 1, 0, 2, 3, 2, 4}, 5}}};
    std::set<Index> learned;
    for (std::uint64_t key = 0; key < 20; ++key) {
        const TrainingBatch batch = sampled_policy_batch(rollouts, std::vector<double>{1},
                                                         {4, 0, StepTargets::jump, 3}, mask, {key});
        for (Index b = 0; b < 4; ++b) {
            const State s = state_of(batch, b);
            learned.insert(s.learned);
            CHECK(s.learned <= 3);
        }
    }
    CHECK(learned == std::set<Index>{1, 2, 3});
}
