// Two tokens, all their texts: the policy gradient against the derivative of the expected reward.
#include <cmath>

#include "step_reduction/policy_batch.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"
#include "trajectory_selection/score.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

const Ids prompt{1, 2, 4};

// Every text of two tokens, written at once or from left to right. No text holds a mask.
std::vector<Rollout> all_rollouts(bool at_once) {
    std::vector<Rollout> rollouts;
    for (std::int32_t a = 0; a < 11; ++a) {
        for (std::int32_t b = 0; b < 11; ++b) {
            if (a == 3 || b == 3) continue;
            Rollout r{prompt, {{-1, -1, -1, 0, at_once ? 0 : 1}, at_once ? 1 : 2}};
            r.ids.push_back(a), r.ids.push_back(b);
            rollouts.push_back(r);
        }
    }
    return rollouts;
}

// Any function of a text.
double reward(const Rollout& r) { return std::sin(double(3 * r.ids[3] + r.ids[4])); }

std::vector<double> probabilities(Transformer<Host<double>>& model,
                                  const std::vector<Rollout>& rollouts) {
    std::vector<MaskableText> texts;
    std::vector<Trajectory> trajectories;
    for (const Rollout& r : rollouts) {
        texts.push_back({r.ids, {3, 4}});
        trajectories.push_back(r.trajectory);
    }
    std::vector<double> p = score_trajectories(model, texts, trajectories, {});
    for (double& value : p) value = std::exp(value);
    return p;
}

double expected_reward(Transformer<Host<double>>& model, const std::vector<Rollout>& rollouts) {
    const std::vector<double> p = probabilities(model, rollouts);
    double sum = 0;
    for (std::size_t r = 0; r < rollouts.size(); ++r) sum += p[r] * reward(rollouts[r]);
    return sum;
}

}  // namespace

TEST_CASE("the policy gradient is the derivative of the expected reward") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto rollouts = all_rollouts(GENERATE(true, false));
    const std::vector<double> p = probabilities(model, rollouts);
    double total = 0;
    std::vector<double> advantages;
    for (std::size_t r = 0; r < rollouts.size(); ++r) {
        total += p[r];
        // policy_batch takes the mean over rollouts and tokens
        advantages.push_back(p[r] * reward(rollouts[r]) * double(rollouts.size()) * 2);
    }
    CHECK(near(total, 1, 1e-10));
    ParameterSet<Host<double>> gradient(model.config());
    model.loss_and_gradient(gradient, policy_batch(rollouts, advantages, 3));
    // Central differences at a few weights of every parameter; the loss is minus the reward. Two
    // steps, h and h / 2, cancel the error in h^2: some models are bent sharply
    for (std::size_t n = 0; n < gradient.named().size(); ++n) {
        const auto& parameter = model.parameters().named()[n].view;
        for (const Index i : {Index{0}, parameter.size() / 2, parameter.size() - 1}) {
            const double weight = parameter.data[i];
            const auto central = [&](double h) {
                parameter.data[i] = weight + h;
                const double above = expected_reward(model, rollouts);
                parameter.data[i] = weight - h;
                const double below = expected_reward(model, rollouts);
                parameter.data[i] = weight;
                return (above - below) / (2 * h);
            };
            const double difference = (4 * central(5e-6) - central(1e-5)) / 3;
            CHECK(std::abs(-gradient.named()[n].view.data[i] - difference) <= 1e-7);
        }
    }
}

TEST_CASE("a baseline changes nothing in the mean") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const auto rollouts = all_rollouts(false);
    std::vector<double> p = probabilities(model, rollouts);
    for (double& value : p) value *= double(rollouts.size()) * 2;  // the same reward for all
    ParameterSet<Host<double>> gradient(model.config());
    model.loss_and_gradient(gradient, policy_batch(rollouts, p, 3));
    for (const auto& [name, view, decays] : gradient.named()) {
        for (Index i = 0; i < view.size(); ++i) CHECK(std::abs(view.data[i]) <= 1e-12);
    }
}

TEST_CASE("a policy batch holds the states of what has an advantage, and nothing else") {
    auto rollouts = all_rollouts(false);
    rollouts.resize(3);
    const TrainingBatch batch = policy_batch(rollouts, std::vector<double>{0, 1, -0.5}, 3);
    CHECK(batch.input.batch == 4);
    CHECK(batch.input.positions == 5);
    CHECK(Ids(batch.input.ids.begin(), batch.input.ids.begin() + 5) == Ids{1, 2, 4, 3, 3});
    CHECK(Ids(batch.input.ids.begin() + 5, batch.input.ids.begin() + 10) == Ids{1, 2, 4, 0, 3});
    const double up = 1.0 / 3 / 2, down = -0.5 / 3 / 2;
    CHECK(batch.weights == std::vector<double>{0, 0, 0, up,   0, 0, 0, 0, 0, up,  //
                                               0, 0, 0, down, 0, 0, 0, 0, 0, down});
    CHECK(policy_batch(rollouts, std::vector<double>(3), 3).input.batch == 0);
    CHECK(error_of([&] { policy_batch(rollouts, std::vector<double>(2), 3); }) ==
          "policy batch: expected 3 advantages, got 2");
    CHECK(error_of([&] { policy_batch(rollouts, std::vector<double>(3, std::nan("")), 3); }) ==
          "policy batch: expected finite advantages, got nan");
}
