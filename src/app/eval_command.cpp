#include "app/eval_command.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/denoise_options.h"
#include "app/device_option.h"
#include "app/report.h"
#include "app/writable_file.h"
#include "core/json.h"
#include "core/parallel.h"
#include "runs/run_folder.h"

namespace seed {
namespace {

struct EvalArguments {
    std::string folder, json, device = "cpu", family, choices;
    LikelihoodEffort effort;
    DecodingEffort decoding;
    Index repair_texts = 256, few_steps = 4, failures = 0;
    int threads = 0;
    std::optional<Index> block;  // not given: the whole canvas at once
    DenoiseArguments denoise;
};

void check(const EvalArguments& a) {
    const LikelihoodEffort& e = a.effort;
    const auto in_range = [](const char* option, Index value, Index least, Index most) {
        require(value >= least && value <= most, "{}: expected {} ... {}, got {}", option, least,
                most, value);
    };
    in_range("--texts", e.texts, 0, 1'000'000);
    in_range("--samples", e.samples, 1, 10'000);
    in_range("--chain-texts", e.chain_texts, 1, 1'000'000);
    in_range("--window-texts", e.window_texts, 1, 1'000'000);
    in_range("--window", e.window_tokens, 1, 10);
    in_range("--tasks", a.decoding.tasks, 0, 1'000'000);
    in_range("--repair-texts", a.repair_texts, 0, 1'000'000);
    in_range("--few-steps", a.few_steps, 0, 1'000'000);
    in_range("--batch", a.decoding.batch, 1, 4096);
    require(a.block || a.decoding.block_causal,
            "--full-attention: expected a --block beside it, got none");
    require(!a.block || a.family != "edit", "--block: expected programs to write, got edits");
    in_range("--show-failures", a.failures, 0, 1'000'000);
}

using Json = nlohmann::ordered_json;

void print_failures(const DecodingReport& report, Index count) {
    for (Index i = 0; i < std::min(count, Index(report.failures.size())); ++i) {
        const Failure& failure = report.failures[i];
        fmt::print("{}{}{}\n\n", failure.prompt, failure.completion, failure.verdict);
    }
}

// What is asked for and possible: a corpus has no tasks, an autoregressive model repairs nothing.
struct Measured {
    bool likelihood, tasks, repair, self_correction;
};

Measured what_to_measure(const EvalArguments& a, const RunConfig& config) {
    const bool diffusion = config.objective == Objective::diffusion;
    require(diffusion || !a.block,
            "--block: expected a diffusion model, got an autoregressive one");
    require(!a.block || (*a.block >= 1 && *a.block <= config.canvas),
            "--block: expected 1 ... {}, the canvas, got {}", config.canvas, a.block.value_or(0));
    require(diffusion || !a.denoise.tau_edit,
            "--tau-edit: expected a diffusion model, got an autoregressive one");
    const bool tasks = config.corpus.empty() && a.decoding.tasks > 0;
    const bool generation = a.decoding.family != TaskFamily::edit;
    require(diffusion || generation,
            "--family edit: expected a diffusion model, got an autoregressive one");
    const Measured measured{a.effort.texts > 0, tasks, diffusion && a.repair_texts > 0,
                            diffusion && tasks && generation && a.few_steps > 0 && !a.block};
    require(measured.likelihood || measured.tasks || measured.repair,
            "eval: expected texts or tasks, got neither");
    return measured;
}

template <class Space>
Json measure(Transformer<Space>& model, const LoadedRun& run, const TextSource& source,
             const EvalArguments& a) {
    const Measured measured = what_to_measure(a, run.config);
    const NoiseSchedule schedule = run.config.loss.schedule;
    Json json;
    if (measured.likelihood) {
        const auto report = evaluate_likelihood(model, run.config, source, a.effort);
        fmt::print("{}\n", likelihood_table(report));
        json["likelihood"] = to_json(report);
    }
    if (measured.tasks) {
        const bool edits = a.decoding.family == TaskFamily::edit;
        const auto report = evaluate_decoding(
            model, run.config, run.tokenizer, a.decoding,
            edits ? a.denoise.for_repair(schedule) : a.denoise.for_decoding(schedule));
        print_failures(report, a.failures);
        fmt::print("{}\n", decoding_table(report));
        json["decoding"] = to_json(report);
    }
    if (measured.repair) {
        const auto report = evaluate_repair(model, run.config, source, a.repair_texts,
                                            a.denoise.for_repair(schedule), a.decoding.batch);
        fmt::print("{}\n", repair_table(report));
        json["repair"] = to_json(report);
    }
    if (measured.self_correction) {
        const auto report = evaluate_self_correction(model, run.config, run.tokenizer, a.decoding,
                                                     a.few_steps, a.denoise.for_repair(schedule));
        fmt::print("{}\n", self_correction_table(report));
        json["self_correction"] = to_json(report);
    }
    return json;
}

void evaluate(EvalArguments arguments) {
    check(arguments);
    is_device(arguments.device);                            // refused before any work is done
    arguments.denoise.for_decoding(NoiseSchedule::linear);  // so are bad options
    require_not_of_run(arguments.json, arguments.folder);
    LoadedRun run = load_run(arguments.folder);
    const World& world = run.config.world;
    arguments.decoding.block = arguments.block.value_or(0);
    arguments.decoding.family =
        arguments.family.empty() ? world.family : family_from(arguments.family);
    const std::string_view choices = choices_name(world.choices);
    require(arguments.choices.empty() || arguments.choices == choices,
            "--choices: expected those that the run has learned, {}, got {}", choices,
            arguments.choices);
    const auto source = open_source(run.config, run.tokenizer);
    Json json;
    on_device(arguments.device, run.model,
              [&](auto& model) { json = measure(model, run, *source, arguments); });
    if (!arguments.json.empty()) write_json(arguments.json, json);
}

void add_effort_options(CLI::App& command, EvalArguments& a) {
    command.add_option("--texts", a.effort.texts, "for the Monte-Carlo NELBO; 0: no likelihood")
        ->capture_default_str();
    command.add_option("--samples", a.effort.samples, "noise levels per text")
        ->capture_default_str();
    command.add_option("--chain-texts", a.effort.chain_texts, "for the chain rule")
        ->capture_default_str();
    command.add_option("--window-texts", a.effort.window_texts, "for the exact sum")
        ->capture_default_str();
    command.add_option("--window", a.effort.window_tokens, "masked tokens of the exact sum")
        ->capture_default_str();
    command.add_option("--tasks", a.decoding.tasks, "for pass@1; 0: none")->capture_default_str();
    command
        .add_option("--family", a.family, "edit, or the family that the run has learned (default)")
        ->check(CLI::IsMember({"generation", "edit", "long"}));
    command.add_option("--choices", a.choices, "refuse a run whose choices are not free, or fixed")
        ->check(CLI::IsMember({"free", "fixed"}));
    command.add_option("--repair-texts", a.repair_texts, "to edit and have repaired; 0: none")
        ->capture_default_str();
    command
        .add_option("--few-steps", a.few_steps,
                    "decode the tasks in so many steps and let the model correct them; 0: not")
        ->capture_default_str();
    command.add_option("--block", a.block,
                       "write block after block of so many tokens; not given: the whole canvas");
    command.add_flag("!--full-attention", a.decoding.block_causal,
                     "of a block to those behind it, too; else they are not there yet");
    command.add_option("--batch", a.decoding.batch, "texts decoded side by side")
        ->capture_default_str();
}

}  // namespace

void add_eval_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "eval", "likelihood, pass@1, repairs and self-correction on held-out texts");
    auto a = std::make_shared<EvalArguments>();
    command->add_option("run", a->folder, "folder of the run")->required();
    add_effort_options(*command, *a);
    command->add_option("--show-failures", a->failures, "print so many programs that failed")
        ->capture_default_str();
    command
        ->add_option("--json", a->json,
                     "write the tables as JSON: likelihood, decoding, repair, self_correction")
        ->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    add_device_option(*command, a->device);
    a->denoise.add_to(*command);
    command->callback([a] {
        set_thread_count(a->threads);
        evaluate(*a);
    });
}

}  // namespace seed
