#include "app/denoise_options.h"

#include "app/not_negative.h"

namespace seed {

void DenoiseArguments::add_to(CLI::App& command) {
    command.add_option("--rule", rule, "what a step reveals: threshold, count or ancestral")
        ->capture_default_str();
    command.add_option("--threshold", options.threshold, "reveal above this probability")
        ->capture_default_str();
    command.add_option("--steps", options.steps, "number of steps (count, ancestral)")
        ->capture_default_str();
    command.add_option("--temperature", options.temperature, "0: the most probable token")
        ->capture_default_str();
    command.add_option("--seed", seed, "of sampled tokens and positions")
        ->check(not_negative())
        ->capture_default_str();
}

DenoiseOptions DenoiseArguments::resolve(NoiseSchedule schedule) const {
    DenoiseOptions resolved = options;
    resolved.rule = reveal_rule(rule);
    resolved.schedule = schedule;
    resolved.key = RandomKey{seed}.fork("decoding");
    return resolved;
}

}  // namespace seed
