#include "app/eval_command.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "app/denoise_options.h"
#include "app/device_option.h"
#include "app/report.h"
#include "core/parallel.h"

namespace seed {
namespace {

struct EvalArguments {
    std::string folder, json, device = "cpu";
    LikelihoodEffort effort;
    Index tasks = 256, batch = 64, failures = 0;
    int threads = 0;
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
    in_range("--tasks", a.tasks, 0, 1'000'000);
    in_range("--batch", a.batch, 1, 4096);
    in_range("--show-failures", a.failures, 0, 1'000'000);
}

void evaluate(const EvalArguments& arguments) {
    check(arguments);
    is_device(arguments.device);  // refused before any work is done
    LoadedRun run = load_run(arguments.folder);
    const auto source = open_source(run.config, run.tokenizer);
    const bool has_tasks = run.config.corpus.empty() && arguments.tasks > 0;
    require(arguments.effort.texts > 0 || has_tasks, "eval: expected texts or tasks, got neither");
    nlohmann::ordered_json json;
    if (arguments.effort.texts > 0) {
        LikelihoodReport report;
        on_device(arguments.device, run.model, [&](auto& model) {
            report = evaluate_likelihood(model, run.config, *source, arguments.effort);
        });
        fmt::print("{}\n", likelihood_table(report));
        json["likelihood"] = to_json(report);
    }
    if (has_tasks) {
        const DenoiseOptions options = arguments.denoise.resolve(run.config.loss.schedule);
        DecodingReport report;
        on_device(arguments.device, run.model, [&](auto& model) {
            report = evaluate_decoding(model, run.config, run.tokenizer, arguments.tasks,
                                       arguments.batch, options);
        });
        for (Index i = 0; i < std::min(arguments.failures, Index(report.failures.size())); ++i) {
            const Failure& failure = report.failures[i];
            fmt::print("{}{}{}\n\n", failure.prompt, failure.completion, failure.verdict);
        }
        fmt::print("{}", decoding_table(report));
        json["decoding"] = to_json(report);
    }
    if (!arguments.json.empty()) write_json(arguments.json, json);
}

}  // namespace

void add_eval_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("eval", "likelihood and pass@1 of a trained model on held-out texts");
    auto a = std::make_shared<EvalArguments>();
    command->add_option("run", a->folder, "folder of the run")->required();
    command->add_option("--texts", a->effort.texts, "for the Monte-Carlo NELBO; 0: no likelihood")
        ->capture_default_str();
    command->add_option("--samples", a->effort.samples, "noise levels per text")
        ->capture_default_str();
    command->add_option("--chain-texts", a->effort.chain_texts, "for the chain rule")
        ->capture_default_str();
    command->add_option("--window-texts", a->effort.window_texts, "for the exact sum")
        ->capture_default_str();
    command->add_option("--window", a->effort.window_tokens, "masked tokens of the exact sum")
        ->capture_default_str();
    command->add_option("--tasks", a->tasks, "for pass@1; 0: none")->capture_default_str();
    command->add_option("--batch", a->batch, "tasks decoded side by side")->capture_default_str();
    command->add_option("--show-failures", a->failures, "print so many programs that failed")
        ->capture_default_str();
    command->add_option("--json", a->json, "write the tables as JSON: likelihood, decoding");
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    add_device_option(*command, a->device);
    a->denoise.add_to(*command);
    command->callback([a] {
        set_thread_count(a->threads);
        evaluate(*a);
    });
}

}  // namespace seed
