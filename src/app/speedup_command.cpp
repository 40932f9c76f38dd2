#include "app/speedup_command.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "app/places.h"
#include "app/resume_option.h"
#include "app/speedup_options.h"
#include "app/writable_file.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/table.h"
#include "runs/fine_tuning.h"
#include "runs/speedup.h"

namespace seed {
namespace {

struct SpeedupArguments {
    std::string from, out = "out/speedup", resume, json;
    SpeedupOptions options;
    int threads = 0;
};

std::string speedup_table(const SpeedupReport& report) {
    const SpeedupWindow &a = *report.first, &b = *report.last;
    const auto line = [](const char* title, double first, double last) {
        return TableRow{title, fmt::format("{:.3f}", first), fmt::format("{:.3f}", last)};
    };
    const auto steps = [](const SpeedupWindow& w) {
        return fmt::format("steps {}-{}", w.first_step, w.last_step);
    };
    return format_table({"rollouts", steps(a), steps(b)},
                        {line("model calls per rollout", a.calls, b.calls),
                         line("right", a.right, b.right),
                         line("cost", a.cost, b.cost),
                         line("reward", a.reward, b.reward),
                         line("distinct texts per rollout", a.distinct, b.distinct),
                         {"steps skipped", "", std::to_string(report.skipped)}});
}

void speed_up(const SpeedupArguments& a, const std::filesystem::path& folder) {
    require_not_of_run(a.json, folder);
    const RunConfig config = load_config(folder);
    require(config.step_reduction.has_value(), "{}: expected a run of seed speedup, got another",
            folder.string());
    const Tokenizer tokenizer = load_run_tokenizer(folder, config);
    const auto source = open_source(config, tokenizer);
    const SpeedupOutcome outcome = speed_up_in_folder(folder, config, *source, "speedup");
    const SpeedupReport report = speedup_report(folder);
    fmt::print("{}", speedup_table(report));
    if (!a.json.empty()) write_json(a.json, to_json(report));
    require(outcome.stopped.empty(), "{}", outcome.stopped);
}

void start(const SpeedupArguments& a) {
    require(!a.from.empty(), "--from: expected the folder of a trained run, got none");
    require_not_of_run(a.json, a.from);
    require_not_of_run(a.json, a.out);
    start_fine_tuning(a.from, a.out, a.options.resolve(load_config(a.from)));
    speed_up(a, a.out);
}

}  // namespace

void add_speedup_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "speedup", "train a model on its own rollouts, until it needs fewer calls");
    auto a = std::make_shared<SpeedupArguments>();
    command->add_option("--from", a->from, "folder of the trained run to start from");
    command->add_option("--out", a->out, "folder of the new run")->capture_default_str();
    command->add_option("--resume", a->resume,
                        "go on with the run in this folder, with its own options");
    a->options.add_to(*command);
    command->add_option("--json", a->json, "write the table as JSON")->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    command->callback([a, command] {
        set_thread_count(a->threads);
        if (command->count("--resume") == 0) return start(*a);
        require_resume_alone(*command, {"--json", "--threads"});
        speed_up(*a, a->resume);
    });
}

}  // namespace seed
