#include "app/tour_command.h"

#include <memory>

#include "app/distill_options.h"
#include "app/run_options.h"
#include "app/tour.h"
#include "core/parallel.h"

namespace seed {

void add_tour_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("tour", "the whole course: tokenizer, training, evaluation, one table");
    auto options = std::make_shared<TourOptions>();
    auto run = std::make_shared<RunOptions>();
    auto threads = std::make_shared<int>(0);
    command->add_option("--out", options->folder, "folder of the tour")->capture_default_str();
    command->add_option("--steps", run->values.steps, "training steps of stage 1 and 2 together")
        ->capture_default_str();
    command
        ->add_option("--autoregressive-steps", options->autoregressive_steps,
                     "training steps of the baseline")
        ->capture_default_str();
    add_distillation_size(*command, options->distillation);
    command
        ->add_option("--speedup-steps", options->speedup_steps,
                     "training steps on the model's own rollouts; as many again by blocks")
        ->capture_default_str();
    command->add_option("--block", options->block, "tokens of a block")->capture_default_str();
    command->add_option("--tasks", options->tasks, "held-out tasks for pass@1, programs to repair")
        ->capture_default_str();
    command->add_option("--threads", *threads, "0: one per core")->capture_default_str();
    run->add_to(*command);
    command->callback([options, run, threads] {
        set_thread_count(*threads);
        const TourOptions& o = *options;
        const auto in_range = [](const char* option, Index value, Index most) {
            require(value >= 1 && value <= most, "{}: expected 1 ... {}, got {}", option, most,
                    value);
        };
        in_range("--steps", run->values.steps, 1'000'000'000);
        in_range("--autoregressive-steps", o.autoregressive_steps, 1'000'000'000);
        check_distillation_size(o.distillation);
        in_range("--speedup-steps", o.speedup_steps, 1'000'000'000);
        in_range("--tasks", o.tasks, 1'000'000);
        options->config = run->resolve();
        in_range("--block", o.block, options->config.canvas);
        run_tour(*options);
    });
}

}  // namespace seed
