#include "trajectory_selection/pool.h"

namespace seed {

void check_pool_options(const PoolOptions& options) {
    require(options.members >= 1 && options.members <= 1000,
            "pool: expected 1 ... 1000 trajectories per text, got {}", options.members);
    require(!options.temperatures.empty(), "pool: expected a temperature, got none");
    require(!options.steps.empty() || !options.thresholds.empty(),
            "pool: expected a number of steps or a threshold, got neither");
    require(options.batch >= 1, "pool: expected a batch of at least one state, got {}",
            options.batch);
    OrderRule rule;
    for (rule.temperature = 0; const double tau : options.temperatures) {
        rule.temperature = tau;
        check_order_rule(rule);
    }
    require(!options.blocks.empty(), "pool: expected a block, got none");
    for (const Index block : options.blocks) {
        rule.block = block;
        check_order_rule(rule);
    }
    for (const Index steps : options.steps) {
        rule.steps = steps;
        check_order_rule(rule);
    }
    for (const double threshold : options.thresholds) {
        rule.steps = 1, rule.threshold = threshold;
        check_order_rule(rule);
    }
}

OrderRule rule_of_member(const PoolOptions& options, RandomKey key) {
    RandomStream stream(key.fork("rule"), 0);
    OrderRule rule;
    rule.temperature = stream.pick(options.temperatures);
    rule.block = stream.pick(options.blocks);
    const std::size_t counts = options.steps.size();
    const std::size_t choice = stream.below(std::uint32_t(counts + options.thresholds.size()));
    if (choice < counts) {
        rule.steps = options.steps[choice];
    } else {
        rule.rule = RevealRule::threshold;
        rule.threshold = options.thresholds[choice - counts];
    }
    return rule;
}

}  // namespace seed
