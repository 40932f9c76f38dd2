#include "app/decode_command.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "app/denoise_options.h"
#include "app/device_option.h"
#include "app/report.h"
#include "app/watch.h"
#include "core/parallel.h"
#include "transformer/autoregressive.h"

namespace seed {
namespace {

struct DecodeArguments {
    std::string folder, prompt, json, device = "cpu";
    bool watch = false;
    int delay = 400, threads = 0;
    DenoiseArguments denoise;
};

// One step of the record: for every position its token (null while masked) and the probability of
// the token chosen for it.
nlohmann::ordered_json step_record(const DenoisingState& state, const Tokenizer& tokenizer) {
    nlohmann::ordered_json step{{"call", state.calls}, {"masked", state.masked.size()}};
    nlohmann::ordered_json tokens = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < state.ids.size(); ++i) {
        const bool masked = state.ids[i] == tokenizer.mask_id();
        tokens.push_back(masked ? nlohmann::ordered_json()
                                : nlohmann::ordered_json(tokenizer.token_text(state.ids[i])));
    }
    step["tokens"] = std::move(tokens);
    step["probability"] = state.probability;
    return step;
}

std::string decode_left_to_right(LoadedRun& run, const std::vector<std::int32_t>& prompt,
                                 nlohmann::ordered_json* record, const std::string& device) {
    AutoregressiveResult result;
    on_device(device, run.model, [&](auto& model) {
        result = greedy_decode(model, {prompt}, run.config.canvas, run.tokenizer.eos_id());
    });
    if (record) (*record)["calls"] = result.calls[0];
    return run.tokenizer.decode(result.completions[0]);
}

}  // namespace

std::string decode_prompt(LoadedRun& run, std::string prompt, const DenoiseOptions& options,
                          bool watch, int milliseconds_per_step, nlohmann::ordered_json* record,
                          const std::string& device) {
    if (!prompt.ends_with('\n')) prompt += '\n';
    const std::vector<std::int32_t> ids = run.tokenizer.encode(prompt);
    if (record) *record = {{"prompt", prompt}, {"prompt_tokens", ids.size()}};
    if (run.config.objective == Objective::autoregressive) {
        require(!watch, "--watch: expected a diffusion model, got an autoregressive one");
        return decode_left_to_right(run, ids, record, device);
    }
    CanvasWatcher watcher(run.tokenizer, Index(ids.size()), milliseconds_per_step);
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    const auto observe = [&](Index, const DenoisingState& state) {
        if (watch) watcher.show(state);
        if (record) steps.push_back(step_record(state, run.tokenizer));
    };
    std::vector<DenoisingState> states;
    on_device(device, run.model, [&](auto& model) {
        states = denoise(model, {ids}, run.config.canvas, options, observe);
    });
    if (record) (*record)["calls"] = states[0].calls, (*record)["steps"] = std::move(steps);
    return run.tokenizer.decode(
        completion_of(states[0].ids, Index(ids.size()), run.tokenizer.eos_id()));
}

namespace {

void decode(const DecodeArguments& a) {
    is_device(a.device);  // refused before any work is done
    LoadedRun run = load_run(a.folder);
    nlohmann::ordered_json record;
    const std::string text =
        decode_prompt(run, a.prompt, a.denoise.resolve(run.config.loss.schedule), a.watch, a.delay,
                      a.json.empty() ? nullptr : &record, a.device);
    if (!a.watch) fmt::print("{}", text);
    if (a.json.empty()) return;
    record["completion"] = text;
    write_json(a.json, record);
}

}  // namespace

void add_decode_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("decode", "a prompt in, a program out");
    auto a = std::make_shared<DecodeArguments>();
    command->add_option("run", a->folder, "folder of the run")->required();
    command->add_option("prompt", a->prompt, "such as \"-- sum for each x in xs if even: x\"")
        ->required();
    command->add_flag("--watch", a->watch, "show the canvas after every step");
    command->add_option("--delay", a->delay, "milliseconds per step of --watch")
        ->capture_default_str();
    command->add_option("--json", a->json, "write prompt, calls, steps, completion as JSON");
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    add_device_option(*command, a->device);
    a->denoise.add_to(*command);
    command->callback([a] {
        set_thread_count(a->threads);
        require(a->delay >= 0, "--delay: expected a value >= 0, got {}", a->delay);
        decode(*a);
    });
}

}  // namespace seed
