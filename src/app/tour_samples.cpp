#include "app/tour_samples.h"

#include "app/decoding.h"
#include "edit_corruption/refine.h"
#include "evaluation/held_out_tasks.h"

namespace seed {
namespace {

void print_verdict(const std::string& program, const Task& task) {
    fmt::print("{}\n", verdict_text(judge(program, task.tests), task));
}

void show_denoising(LoadedRun& run, const Task& task, const DecodingView& view) {
    fmt::print("\nA program that was never trained on, denoised step by step:\n\n");
    print_verdict(decode_prompt(run, task.prompt, run.config.canvas, only_fill(), view), task);
}

void show_repair(LoadedRun& run, const Task& task, RandomKey key, const DecodingView& view) {
    Canvas canvas = task_canvas(task, run.tokenizer, run.config.canvas);
    canvas.ids =
        edit_tokens(canvas.ids, canvas.prompt_length, 1, edit_vocabulary(run.tokenizer), key).ids;
    fmt::print("\nAnother one with a random edit, repaired:\n\n");
    print_verdict(repair_canvas(run, canvas, {}, view), task);
}

}  // namespace

void show_samples(const std::filesystem::path& folder) {
    LoadedRun run = load_run(folder);
    const RandomKey key = RandomKey{run.config.seed}.fork("sample");
    const auto task = [&](std::uint64_t index) {
        return generate_task(run.config.world.family, run.config.world.choices, Split::held_out,
                             key, index);
    };
    DecodingView view;
    view.watch = true;
    show_denoising(run, task(0), view);
    show_repair(run, task(1), key.fork("edit"), view);
}

}  // namespace seed
