#include "app/tour.h"

#include <chrono>

#include "app/decoding.h"
#include "app/tour_report.h"
#include "lua_tasks/generator.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

// The part of the tour that decides its numbers.
Json options_json(const TourOptions& o) {
    return {{"steps", o.steps},
            {"autoregressive_steps", o.autoregressive_steps},
            {"tasks", o.tasks},
            {"run", config_json(o.config)}};
}

// The first step of stage 2, as a number of steps before it.
Index stage_1_steps(const TourOptions& o) {
    Index step = 0;
    while (step < o.steps && !is_edit_stage(o.config.edit_stage, step, o.steps)) ++step;
    require(step > 0 && step < o.steps,
            "tour: expected --edit-begin and --edit-end to give stage 1 and stage 2 a step each, "
            "got {} of {} steps for stage 1",
            step, o.steps);
    return step;
}

struct Stage {
    std::string name, title;
    RunConfig config;
    Index last_step;
    std::string goes_on_from = "";  // the stage whose last checkpoint it starts with
};

class Tour {
public:
    explicit Tour(const TourOptions& options)
        : options_(options),
          stage_1_steps_(stage_1_steps(options)),
          folder_(options.folder),
          report_(folder_, options_json(options)) {}

    void run();

private:
    void make_tokenizer();
    RunConfig diffusion_config() const;
    RunConfig autoregressive_config() const;
    void start(const Stage& stage);
    void train(const Stage& stage);
    void measure(Json& row, CpuTransformer& model, const Stage& stage, const TextSource& source);
    void decode_in_fixed_steps();
    void show_samples();
    void add(Json row, Clock::time_point start);

    DecodingEffort effort(TaskFamily family) const { return {family, options_.tasks}; }

    TourOptions options_;
    Index stage_1_steps_;
    fs::path folder_;
    TourReport report_;
    std::optional<Tokenizer> tokenizer_;
};

void Tour::add(Json row, Clock::time_point start) {
    row["seconds"] = std::chrono::duration<double>(Clock::now() - start).count();
    report_.add(std::move(row));
}

void Tour::make_tokenizer() {
    const fs::path file = folder_ / "tokenizer.json";
    if (!report_.find("tokenizer")) {
        const auto start = Clock::now();
        save_tokenizer(file, train_task_tokenizer(int(options_.config.model.vocab_size),
                                                  options_.config.world,
                                                  RandomKey{options_.config.seed}));
        add(empty_row("tokenizer"), start);
    }
    tokenizer_ = load_tokenizer(file);
}

RunConfig Tour::diffusion_config() const {
    RunConfig config = options_.config;
    config.objective = Objective::diffusion;
    config.steps = options_.steps;
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

void Tour::start(const Stage& stage) {
    const fs::path folder = folder_ / stage.name;
    if (!fs::exists(folder / "config.json")) {
        if (stage.goes_on_from.empty()) {
            start_run(folder, stage.config, *tokenizer_);
        } else {
            branch_run(folder_ / stage.goes_on_from, folder, stage.config);
        }
    }
    require(config_json(load_config(folder)) == config_json(stage.config),
            "{}: expected a run with the options of the tour, got another", folder.string());
}

void Tour::train(const Stage& stage) {
    if (report_.find(stage.name)) return;
    const auto begin = Clock::now();
    start(stage);
    const auto source = make_source(stage.config, {}, *tokenizer_);
    CpuTransformer model =
        train_in_folder(folder_ / stage.name, stage.config, *source, stage.title, stage.last_step);
    Json row = empty_row(stage.name);
    if (stage.name == "stage_2") enter_control(row, *report_.find("mask_only"));
    measure(row, model, stage, *source);
    add(std::move(row), begin);
}

void Tour::measure(Json& row, CpuTransformer& model, const Stage& stage, const TextSource& source) {
    const RunConfig& config = stage.config;
    // The chain rule and the exact sum are for a look; `seed eval` takes more texts for them
    const LikelihoodEffort few{.chain_texts = 4, .window_texts = 2};
    enter(row, evaluate_likelihood(model, config, source, few));
    enter(row, evaluate_decoding(model, config, *tokenizer_, effort(TaskFamily::generation)));
    if (config.objective == Objective::autoregressive) return;
    enter(row, evaluate_repair(model, config, source, options_.tasks));
    enter(row, evaluate_self_correction(model, config, *tokenizer_, effort(TaskFamily::generation),
                                        4, RefineOptions{}));
    enter(row,
          evaluate_decoding(model, config, *tokenizer_, effort(TaskFamily::edit), RefineOptions{}));
}

// Each step reveals the same number of tokens: what the threshold is worth.
void Tour::decode_in_fixed_steps() {
    if (report_.find("stage_1_fixed_steps")) return;
    const auto start = Clock::now();
    LoadedRun run = load_run(folder_ / "stage_1");
    DenoiseOptions options;
    options.rule = RevealRule::count;
    options.steps = 16;
    Json row = empty_row("stage_1_fixed_steps");
    enter(row, evaluate_decoding(run.model, run.config, run.tokenizer,
                                 effort(TaskFamily::generation), only_fill(options)));
    add(std::move(row), start);
}

void Tour::show_samples() {
    LoadedRun run = load_run(folder_ / "stage_2");
    const RandomKey key = RandomKey{options_.config.seed}.fork("sample");
    const Task task = generate_task(options_.config.world.family, options_.config.world.choices,
                                    Split::held_out, key, 0);
    DecodingView view;
    view.watch = true;
    fmt::print("\nA program that was never trained on, denoised step by step:\n\n");
    decode_prompt(run, task.prompt, run.config.canvas, only_fill(), view);

    const Task other = generate_task(options_.config.world.family, options_.config.world.choices,
                                     Split::held_out, key, 1);
    Canvas canvas = task_canvas(other, run.tokenizer, run.config.canvas);
    canvas.ids = edit_tokens(canvas.ids, canvas.prompt_length, 1, edit_vocabulary(run.tokenizer),
                             key.fork("edit"))
                     .ids;
    fmt::print("\nAnother one with a random edit, repaired:\n\n");
    repair_canvas(run, canvas, {}, view);
}

void Tour::run() {
    make_tokenizer();
    const RunConfig two_stages = diffusion_config(), baseline = autoregressive_config();
    RunConfig mask_only = two_stages;
    mask_only.edit_stage = {1, 1};
    train({"stage_1", "stage 1: masks", two_stages, stage_1_steps_});
    train({"mask_only", "control: more masks", mask_only, mask_only.steps, "stage_1"});
    train({"stage_2", "stage 2: edits too", two_stages, two_stages.steps, "stage_1"});
    decode_in_fixed_steps();
    train({"autoregressive", "baseline", baseline, baseline.steps});
    show_samples();
    fmt::print("\n{}", tour_table(report_.rows()));
}

}  // namespace

void run_tour(const TourOptions& options) { Tour(options).run(); }

}  // namespace seed
