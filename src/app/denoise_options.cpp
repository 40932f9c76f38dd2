#include "app/denoise_options.h"

#include "core/number.h"
#include "edit_corruption/refine.h"

namespace seed {

void DenoiseArguments::add_to(CLI::App& command) {
    add_filling_to(command);
    add_rewriting_to(command);
}

void DenoiseArguments::add_filling_to(CLI::App& command) {
    command
        .add_option("--rule", rule, "what a step reveals: threshold, count, entropy or ancestral")
        ->capture_default_str();
    threshold_ =
        command.add_option("--threshold", options.threshold, "reveal above this probability")
            ->capture_default_str();
    entropy_bound_ =
        command
            .add_option("--entropy-bound", options.entropy_bound,
                        "reveal while the entropies of what is surer add up to no more, in nats")
            ->capture_default_str();
    steps_ = command.add_option("--steps", options.steps, "number of steps (count, ancestral)")
                 ->capture_default_str();
    command.add_option("--temperature", options.temperature, "0: the most probable token")
        ->capture_default_str();
    command.add_option("--seed", seed, "of sampled tokens and positions")
        ->capture_default_str();
}

void DenoiseArguments::add_rewriting_to(CLI::App& command) {
    command.add_option("--tau-edit", tau_edit,
                       "rewrite a visible token where another has more than this probability; not "
                       "given: a repair takes 0.9, decoding rewrites nothing");
    command.add_option("--passes", passes, "of rewriting alone, at most, once nothing is masked")
        ->capture_default_str();
}

// An option that the rule does not read was meant for another one.
void DenoiseArguments::require_rules() const {
    const auto belongs = [&](const CLI::Option* option, std::string_view rules) {
        if (option == nullptr || option->count() == 0) return;
        require(rules.find(rule) != rules.npos, "{}: expected --rule {} beside it, got {}",
                option->get_name(), rules, rule);
    };
    belongs(threshold_, "threshold");
    belongs(entropy_bound_, "entropy");
    belongs(steps_, "count or ancestral");
}

RefineOptions DenoiseArguments::resolve(NoiseSchedule schedule, double default_tau_edit) const {
    const auto in_range = [](const char* option, auto value, auto least, auto most) {
        require(value >= least && value <= most, "{}: expected {} ... {}, got {}", option, least,
                most, value);
    };
    in_range("--threshold", options.threshold, 0.0, 1.0);
    in_range("--entropy-bound", options.entropy_bound, 0.0, 1e6);
    in_range("--steps", options.steps, Index{1}, Index{1'000'000});
    in_range("--passes", passes, Index{0}, Index{1'000'000});
    require(options.temperature >= 0 && fits_float(options.temperature),
            "--temperature: expected 0 or a number > 0 that a float holds, got {}",
            options.temperature);
    require_rules();
    RefineOptions resolved{options, tau_edit.value_or(default_tau_edit), passes};
    in_range("--tau-edit", resolved.tau_edit, 0.0, 1.0);
    resolved.fill.rule = reveal_rule(rule);
    resolved.fill.schedule = schedule;
    resolved.fill.key = RandomKey{seed}.fork("decoding");
    return resolved;
}

RefineOptions DenoiseArguments::for_decoding(NoiseSchedule schedule) const {
    return resolve(schedule, only_fill().tau_edit);
}

RefineOptions DenoiseArguments::for_repair(NoiseSchedule schedule) const {
    return resolve(schedule, RefineOptions{}.tau_edit);
}

}  // namespace seed
