#include "app/trajectory_command.h"

#include <memory>
#include <numeric>
#include <set>

#include "app/denoise_options.h"
#include "app/heat_map.h"
#include "app/lua_text.h"
#include "app/places.h"
#include "app/trajectory_page.h"
#include "app/writable_file.h"
#include "core/files.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/text.h"
#include "evaluation/held_out_tasks.h"
#include "trajectory_selection/trajectory_file.h"

namespace seed {
namespace {

namespace fs = std::filesystem;

struct TrajectoryArguments {
    std::string shown, run, html, json;
    std::optional<std::string> prompt;
    std::uint64_t task = 0, row = 0;
    DenoiseArguments denoise;
    int threads = 0;

    bool is_file() const { return !run.empty(); }
    const std::string& run_folder() const { return is_file() ? run : shown; }
};

TrajectoryView decoded_prompt(LoadedRun& run, const std::string& given, const DenoiseOptions& o) {
    std::string prompt = without_leading_blank_lines(plain_text(given));
    if (!prompt.ends_with('\n')) prompt += '\n';
    TrajectoryView view =
        view_of_decoding(run.model, run.tokenizer.encode(prompt), run.config.canvas, o);
    view.origin = "a prompt of your own";
    return view;
}

TrajectoryView decoded_task(LoadedRun& run, std::uint64_t number, const DenoiseOptions& options) {
    require(run.config.corpus.empty(),
            "--task: expected a model of Lua tasks, got one of {}; give it a --prompt",
            run.config.corpus);
    const Task task = held_out_task(run.config, run.config.world.family, number);
    const std::vector<std::int32_t> prompt = run.tokenizer.encode(task.prompt);
    TrajectoryView view = view_of_decoding(run.model, prompt, run.config.canvas, options);
    const auto program = completion_of(view.ids, Index(prompt.size()), run.tokenizer.eos_id());
    const Judgement judgement = judge(run.tokenizer.decode(program), task.tests);
    view.origin = fmt::format("held-out task {}", number);
    view.verdict = verdict_text(judgement, task);
    view.passed = judgement.verdict == Verdict::passed;
    return view;
}

// Of the run's model, or of the one that it was distilled from.
TrajectoryFile trajectories_of_run(const TrajectoryArguments& a, const LoadedRun& run) {
    const TrajectoryFile file = read_trajectories(a.shown, run.config.model.vocab_size);
    std::string model = digest_of(run.model.parameters());
    const auto& distillation = run.config.distillation;
    if (distillation && file.model != model) model = distillation->model;
    const std::string tokenizer = digest_of(read_file(fs::path(a.run) / "tokenizer.json"));
    check_trajectories_of(file, a.shown, model, tokenizer, run.config.canvas);
    return file;
}

TrajectoryView read_row(LoadedRun& run, const TrajectoryArguments& a) {
    const TrajectoryFile file = trajectories_of_run(a, run);
    require(a.row < file.trajectories.size(), "--row: expected 0 ... {}, got {}",
            file.trajectories.size() - 1, a.row);
    const Index text = file.text[a.row];
    TrajectoryView view = view_of_trajectory(run.model, file.ids[text], file.trajectories[a.row]);
    view.origin = fmt::format("row {} of {}, text {}", a.row,
                              one_line(fs::path(a.shown).filename().string()), text);
    return view;
}

void print_view(const TrajectoryView& view, const Tokenizer& tokenizer) {
    fmt::print("{}\n\n{}\n", view.origin, heat_map(view, tokenizer, terminal_of(stdout)));
    const std::vector<Index> tokens = tokens_per_step(view);
    const Index all = std::accumulate(tokens.begin(), tokens.end(), Index{0});
    fmt::print("{} tokens in {} steps, {:.1f} per step: {}\n", all, view.steps,
               double(all) / double(view.steps), fmt::join(tokens, " "));
    const auto print_score = [&](const char* whose, double score) {
        fmt::print("score {:.3f} nats, {:.4f} nats per token: {}\n", score, -score / double(all),
                   whose);
    };
    print_score("the model of the run", score_of(view));
    if (view.stored_score) print_score("as the file says", *view.stored_score);
    if (!view.verdict.empty()) fmt::print("{}\n", view.verdict);
}

void check_places(const TrajectoryArguments& a) {
    for (const auto& [file, option] : {std::pair(a.html, "--html"), std::pair(a.json, "--json")}) {
        require_not_of_run(file, a.run_folder(), option);
        if (a.is_file()) require_other_file(file, a.shown, option);
    }
    require_apart(a.html, a.json);
}

void show(const TrajectoryArguments& a) {
    const RefineOptions options = a.denoise.for_decoding(NoiseSchedule::linear);
    require(a.is_file() || fs::is_directory(a.shown),
            "{}: expected the folder of a run, or a file of trajectories and --run", a.shown);
    check_places(a);
    LoadedRun run = load_run(a.run_folder());
    require(run.config.objective == Objective::diffusion,
            "trajectory: expected a diffusion model, got an autoregressive one");
    DenoiseOptions fill = options.fill;
    fill.schedule = run.config.loss.schedule;
    const TrajectoryView view = a.is_file() ? read_row(run, a)
                                : a.prompt  ? decoded_prompt(run, *a.prompt, fill)
                                            : decoded_task(run, a.task, fill);
    print_view(view, run.tokenizer);
    const nlohmann::ordered_json json = to_json(view, run.tokenizer);
    if (!a.json.empty()) write_json(a.json, json);
    if (!a.html.empty()) write_file_atomically(a.html, trajectory_page(json));
}

// What says how to decode says nothing of a file, and a run has no rows.
void require_fitting_options(const CLI::App& command, bool is_file) {
    const std::set<std::string> of_both{"shown", "--html", "--json", "--threads", "--help"};
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        const bool of_file = name == "--run" || name == "--row";
        if (option->count() == 0 || of_both.contains(name)) continue;
        require(of_file || !is_file, "{}: expected a run to decode with, got a file", name);
        require(!of_file || is_file, "{}: expected a file and its --run, got a run alone", name);
    }
}

void add_show_command(CLI::App& trajectory) {
    CLI::App* command = trajectory.add_subcommand(
        "show", "decode a text, or take one of a file, and show which token came when");
    auto a = std::make_shared<TrajectoryArguments>();
    command->add_option("shown", a->shown, "folder of a run, or a file that seed distill wrote")
        ->required();
    CLI::Option* task = command->add_option("--task", a->task, "decode this held-out task");
    task->capture_default_str();
    command->add_option("--prompt", a->prompt, "decode this instead")->excludes(task);
    command->add_option("--run", a->run, "of a file: the run that says what its tokens are");
    command->add_option("--row", a->row, "of a file: which trajectory, from 0 on")
        ->capture_default_str();
    command->add_option("--html", a->html, "write a page to look at: a slider over the steps")
        ->check(writable_file());
    command->add_option("--json", a->json, "write tokens, step, confidence, score and verdict")
        ->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    a->denoise.add_filling_to(*command);
    command->callback([a, command] {
        set_thread_count(a->threads);
        require_fitting_options(*command, a->is_file());
        show(*a);
    });
}

}  // namespace

void add_trajectory_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("trajectory", "look at the order of a text");
    command->require_subcommand(1);
    add_show_command(*command);
}

}  // namespace seed
