#include "app/ablate_command.h"

#include <memory>

#include "app/distill_options.h"
#include "app/run_options.h"
#include "app/writable_file.h"
#include "core/parallel.h"
#include "core/table.h"
#include "evaluation/ablation.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

struct AblateArguments {
    std::string experiment, json, folder;
    std::vector<std::string> arms;
    RunOptions run;
    DistillationSize distillation;
    Index speedup_steps = AblationOptions{}.speedup_steps;
    Index seeds = 3, tasks = AblationOptions{}.tasks;
    int threads = 0;
};

std::string spread_text(const std::optional<Spread>& spread) {
    if (!spread) return "-";
    if (spread->seeds == 1) return fmt::format("{:.3f}", spread->mean);
    return fmt::format("{:.3f} ({:.3f} ... {:.3f})", spread->mean, spread->least, spread->greatest);
}

std::string arm_title(const Json& rows, const std::string& arm) {
    const auto seeds = std::count_if(rows.begin(), rows.end(),
                                     [&](const Json& row) { return row.at("arm") == arm; });
    return fmt::format("{}, {} {}", arm, seeds, seeds == 1 ? "seed" : "seeds");
}

// A column per arm, and no more than two of them side by side: they are wide.
std::string ablation_table(const Ablation& ablation, const Json& rows) {
    std::string text;
    for (std::size_t first = 0; first < ablation.arms.size(); first += 2) {
        const std::size_t last = std::min(first + 2, ablation.arms.size());
        const std::vector<std::string> arms(ablation.arms.begin() + first,
                                            ablation.arms.begin() + last);
        TableRow header{"mean (least ... greatest)"};
        for (const std::string& arm : arms) header.push_back(arm_title(rows, arm));
        std::vector<TableRow> lines;
        for (const Figure& figure : ablation.figures) {
            lines.push_back({figure.title});
            for (const std::string& arm : arms) {
                lines.back().push_back(spread_text(spread_of(rows, arm, figure)));
            }
        }
        text += (first > 0 ? "\n" : "") + format_table(header, lines);
    }
    return text;
}

void ablate(const AblateArguments& a) {
    const Ablation& ablation = ablation_named(a.experiment);
    require(a.tasks >= 1, "--tasks: expected at least 1, got {}", a.tasks);
    check_distillation_size(a.distillation);
    require(a.speedup_steps >= 1 && a.speedup_steps <= 1'000'000'000,
            "--speedup-steps: expected 1 ... 10^9, got {}", a.speedup_steps);
    AblationOptions options{a.folder, a.run.resolve(), a.distillation, a.speedup_steps, a.tasks};
    if (a.folder.empty()) options.folder = std::filesystem::path("out/ablate") / ablation.name;
    const ReportFile report = run_ablation(ablation, options, a.seeds, a.json, a.arms);
    fmt::print("{}", ablation_table(ablation, report.rows()));
}

std::string list_of_experiments() {
    std::string list;
    for (const Ablation& ablation : ablations()) {
        list += fmt::format("{}{}: {}", list.empty() ? "" : "; ", ablation.name, ablation.about);
    }
    return list;
}

}  // namespace

void add_ablate_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("ablate", "models that differ in one thing, with several seeds");
    auto a = std::make_shared<AblateArguments>();
    command->add_option("experiment", a->experiment, list_of_experiments())->required();
    command->add_option("--json", a->json, "the rows, as JSON: begun, or gone on with")
        ->required()
        ->check(writable_file());
    command->add_option("--seeds", a->seeds, "how many, from --seed on")->capture_default_str();
    command->add_option("--arms", a->arms, "make rows of these alone; not given: of all")
        ->delimiter(',');
    command->add_option("--folder", a->folder,
                        "of the runs; not given: out/ablate/ and the experiment");
    command->add_option("--steps", a->run.values.steps, "training steps, all stages together")
        ->capture_default_str();
    add_distillation_size(*command, a->distillation);
    command->add_option("--speedup-steps", a->speedup_steps, "training steps on own rollouts")
        ->capture_default_str();
    command->add_option("--tasks", a->tasks, "held-out tasks for pass@1, programs to repair")
        ->capture_default_str();
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    a->run.add_to(*command);
    command->callback([a] {
        set_thread_count(a->threads);
        ablate(*a);
    });
}

}  // namespace seed
