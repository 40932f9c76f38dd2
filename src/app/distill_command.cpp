#include "app/distill_command.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "app/distill_options.h"
#include "app/places.h"
#include "app/resume_option.h"
#include "app/writable_file.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/table.h"
#include "runs/distillation.h"
#include "runs/fine_tuning.h"

namespace seed {
namespace {

struct DistillArguments {
    std::string from, out = "out/distilled", resume, corpus, json;
    DistillOptions options;
    int threads = 0;
};

std::string selection_table(const SelectionReport& report) {
    const auto nats = [](double value) { return fmt::format("{:.4f}", value); };
    return format_table(
        {"trajectories", "number", "nats/token"},
        {{"pool", std::to_string(report.drawn), nats(report.mean_nats)},
         {"best of each text", "-", nats(report.best_nats)},
         {"kept", std::to_string(report.kept), report.kept_nats ? nats(*report.kept_nats) : "-"},
         {"score not a number", std::to_string(report.not_a_number), "-"},
         {"texts without any", std::to_string(report.texts_without), "-"}});
}

void distill(const DistillArguments& a, const std::filesystem::path& folder) {
    require_not_of_run(a.json, folder);
    const RunConfig config = load_config(folder);
    require(config.distillation.has_value(), "{}: expected a run of seed distill, got another",
            folder.string());
    const Tokenizer tokenizer = load_run_tokenizer(folder, config);
    const auto source = open_source(config, tokenizer);
    distill_in_folder(folder, config, *source, "distill");
    if (config.distillation->orders == Orders::none) return;
    const TrajectoryFile pool =
        read_trajectories(folder / "pool.safetensors", config.model.vocab_size);
    const SelectionReport report = selection_report(pool, config);
    fmt::print("{}", selection_table(report));
    if (!a.json.empty()) write_json(a.json, to_json(report));
}

void start(const DistillArguments& a) {
    require(!a.from.empty(), "--from: expected the folder of a trained run, got none");
    require_not_of_run(a.json, a.from);
    require_not_of_run(a.json, a.out);
    const RunConfig origin = load_config(a.from), config = a.options.resolve(origin);
    open_source(origin, load_run_tokenizer(a.from, origin));  // refused before anything is written
    start_fine_tuning(a.from, a.out, config);
    distill(a, a.out);
}

void resume(const DistillArguments& a) {
    if (!a.corpus.empty()) move_corpus(a.resume, a.corpus);
    distill(a, a.resume);
}

}  // namespace

void add_distill_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "distill", "draw trajectories from a model, keep the best, fine-tune on them");
    auto a = std::make_shared<DistillArguments>();
    command->add_option("--from", a->from, "folder of the trained run to start from");
    command->add_option("--out", a->out, "folder of the new run")->capture_default_str();
    command->add_option("--resume", a->resume,
                        "go on with the run in this folder, with its own options");
    a->options.add_to(*command);
    command->add_option("--corpus", a->corpus,
                        "beside --resume: where the corpus of the run is now");
    command->add_option("--json", a->json, "write the table as JSON")->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    command->callback([a, command] {
        set_thread_count(a->threads);
        const bool is_new = command->count("--resume") == 0;
        require(!is_new || command->count("--corpus") == 0,
                "--corpus: expected --resume beside it, as the run in --from has its own");
        if (is_new) return start(*a);
        require_resume_alone(*command, {"--corpus", "--json", "--threads"});
        resume(*a);
    });
}

}  // namespace seed
