#include "app/tour.h"

#include <chrono>

#include "app/tour_report.h"
#include "app/tour_samples.h"
#include "evaluation/model_figures.h"
#include "runs/distillation.h"
#include "runs/fine_tuning.h"
#include "runs/speedup.h"
#include "runs/stage.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

// The part of the tour that decides its numbers.
Json options_json(const TourOptions& o) {
    return {{"autoregressive_steps", o.autoregressive_steps},
            {"distill_texts", o.distillation.texts},
            {"distill_steps", o.distillation.steps},
            {"speedup_steps", o.speedup_steps},
            {"block", o.block},
            {"tasks", o.tasks},
            {"run", config_json(o.config)}};
}

class Tour {
public:
    explicit Tour(const TourOptions& options)
        : options_(options),
          stage_1_steps_(steps_of_stage_1(options.config)),
          report_(open_tour_report(options.folder, options_json(options))) {}

    void run();

private:
    void make_tokenizer();
    RunConfig diffusion_config() const;
    RunConfig autoregressive_config() const;
    void train(const std::string& name, Stage stage);
    void distill(const std::string& name, const std::string& from);
    void speed_up(const std::string& name, const std::string& from, Index block);
    void add(const std::string& stage, const Json& figures, Clock::time_point start);

    std::filesystem::path in_folder(const std::string& name) const {
        return options_.folder / name;
    }

    TourOptions options_;
    Index stage_1_steps_;
    ReportFile report_;
    std::optional<Tokenizer> tokenizer_;
};

void Tour::add(const std::string& stage, const Json& figures, Clock::time_point start) {
    Json row{{"stage", stage}};
    row.update(figures);
    row["seconds"] = std::chrono::duration<double>(Clock::now() - start).count();
    report_.add(std::move(row));
}

void Tour::make_tokenizer() {
    const std::filesystem::path file = in_folder("tokenizer.json");
    if (!report_.find({{"stage", "tokenizer"}})) {
        const auto start = Clock::now();
        save_tokenizer(
            file, train_task_tokenizer(int(options_.config.model.vocab_size), options_.config.world,
                                       RandomKey{options_.config.seed}));
        add("tokenizer", no_figures(), start);
    }
    tokenizer_ = load_tokenizer(file);
}

RunConfig Tour::diffusion_config() const {
    RunConfig config = options_.config;
    config.objective = Objective::diffusion;
    config.model.vocab_size = tokenizer_->vocab_size();
    config.model.mask_token = tokenizer_->mask_id();
    return config;
}

RunConfig Tour::autoregressive_config() const {
    RunConfig config = diffusion_config();
    config.objective = Objective::autoregressive;
    config.steps = options_.autoregressive_steps;
    return config;
}

void Tour::train(const std::string& name, Stage stage) {
    if (report_.find({{"stage", name}})) return;
    const auto start = Clock::now();
    stage.folder = in_folder(name);
    const auto source = make_source(stage.config, {}, *tokenizer_);
    CpuTransformer model = train_stage(stage, *source);
    add(name, measure_figures(model, stage.config, *source, options_.tasks), start);
}

void Tour::distill(const std::string& name, const std::string& from) {
    if (report_.find({{"stage", name}})) return;
    const auto start = Clock::now();
    const RunConfig config = distillation_training(diffusion_config(), options_.distillation);
    const auto source = make_source(config, {}, *tokenizer_);
    CpuTransformer model =
        distill_stage(in_folder(from), in_folder(name), config, *source, "trajectories");
    add(name, measure_figures(model, config, *source, options_.tasks), start);
}

void Tour::speed_up(const std::string& name, const std::string& from, Index block) {
    if (report_.find({{"stage", name}})) return;
    const auto start = Clock::now();
    RunConfig wanted = step_reduction_training(diffusion_config(), options_.speedup_steps);
    wanted.step_reduction->sample.block = block;
    const RunConfig config = start_or_find_fine_tuning(in_folder(from), in_folder(name), wanted);
    const auto source = make_source(config, {}, *tokenizer_);
    SpeedupOutcome outcome = speed_up_in_folder(in_folder(name), config, *source, name);
    if (!outcome.stopped.empty()) fmt::print("{}: {}\n", name, outcome.stopped);
    add(name, measure_figures(outcome.model, config, *source, options_.tasks), start);
}

void Tour::run() {
    make_tokenizer();
    const RunConfig two_stages = diffusion_config(), baseline = autoregressive_config();
    train("stage_1", {"", "stage 1: masks", two_stages, stage_1_steps_});
    train("stage_2",
          {"", "stage 2: edits too", two_stages, two_stages.steps, in_folder("stage_1")});
    distill("trajectories", "stage_2");
    speed_up("speedup", "trajectories", 0);
    speed_up("blocks", "speedup", options_.block);
    train("autoregressive", {"", "baseline", baseline, baseline.steps});
    show_samples(in_folder("speedup"));
    fmt::print("\n{}", tour_table(report_.rows()));
}

}  // namespace

void run_tour(const TourOptions& options) { Tour(options).run(); }

}  // namespace seed
