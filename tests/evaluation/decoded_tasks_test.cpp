// A decoding report, recomputed from the decoder and the tally; what each option changes.
#include <nlohmann/json.hpp>

#include "block_decoding/block_denoise.h"
#include "edit_corruption/self_correction.h"
#include "evaluation/decoding_tally.h"
#include "evaluation/self_correction_report_impl.h"
#include "evaluation/speed_curve.h"
#include "tests/evaluation/known_models.h"
#include "tests/support/catch.h"
#include "tests/transformer/known_model.h"
#include "transformer/autoregressive.h"

using namespace seed;
using Json = nlohmann::ordered_json;
using Prompts = std::vector<std::vector<std::int32_t>>;

namespace {

// All but the speed, which is the machine's, and what was written.
Json figures(const DecodingReport& report) {
    Json json = to_json(report);
    json.erase("tokens_per_second");
    for (const Failure& failure : report.failures) json["written"].push_back(failure.completion);
    return json;
}

// Of tasks 0 and 1, and of task 2: a batch each.
template <class Decode>
DecodingReport tally_in_batches(const RunConfig& config, TaskFamily family, Decode decode) {
    const std::vector<Task> tasks = held_out_tasks(config, {family, 3, 2});
    DecodingTally tally(task_tokenizer());
    for (const auto& some : {std::span(tasks).first(2), std::span(tasks).subspan(2)}) {
        const Prompts prompts = prompts_of(some, task_tokenizer());
        Decoded decoded;
        for (const RefiningState& state : decode(some, prompts)) {
            const Index prompt = Index(prompts[decoded.calls.size()].size());
            decoded.completions.push_back(
                completion_of(state.text.ids, prompt, task_tokenizer().eos_id()));
            decoded.calls.push_back(state.text.calls);
            decoded.rewrites += state.rewrites;
        }
        tally.add(some, decoded);
    }
    return tally.report(family, 1);
}

RefineOptions rewriting(double tau_edit, Index passes) {
    RefineOptions options{{}, tau_edit, passes};
    options.fill.rule = RevealRule::count, options.fill.steps = 6;
    return options;
}

}  // namespace

TEST_CASE("generation tasks are filled and rewritten as the options say") {
    const RunConfig config = task_config();
    const bool wild = GENERATE(true, false);
    CpuTransformer model = wild ? wild_model(config.model) : successor_model<float>(config.model);
    for (const RefineOptions& options : {rewriting(0.05, 2), rewriting(1, 2)}) {
        const auto report = evaluate_decoding(model, config, task_tokenizer(),
                                              {TaskFamily::generation, 3, 2}, options);
        const auto decode = [&](auto, const Prompts& prompts) {
            return denoise_and_rewrite(model, prompts, 128, options);
        };
        CHECK(report.tasks == 3);
        if (!wild) CHECK((report.rewrites_per_sample > 0) == (options.tau_edit < 1));
        CHECK(figures(report) == figures(tally_in_batches(config, TaskFamily::generation, decode)));
        // Without rewriting there is no look at a full canvas: a call less
        if (options.tau_edit == 1) CHECK(report.calls_per_sample == 6);
    }
}

TEST_CASE("blocks are filled and rewritten as the options say") {
    const RunConfig config = task_config();
    CpuTransformer model = successor_model<float>(config.model);
    for (const bool causal : {true, false}) {
        const RefineOptions options = rewriting(0.05, 2);
        const BlockOptions blocks{options.fill, 16, causal, task_tokenizer().eos_id(), 0.05, 2};
        const auto report = evaluate_decoding(model, config, task_tokenizer(),
                                              {TaskFamily::generation, 3, 2, 16, causal}, options);
        const auto decode = [&](auto, const Prompts& prompts) {
            return denoise_by_block(model, prompts, 128, blocks);
        };
        CHECK(report.rewrites_per_sample > 0);
        CHECK(figures(report) == figures(tally_in_batches(config, TaskFamily::generation, decode)));
    }
}

TEST_CASE("edit tasks begin with their original, and are rewritten as the options say") {
    const RunConfig config = task_config();
    const bool wild = GENERATE(true, false);
    CpuTransformer model = wild ? wild_model(config.model) : successor_model<float>(config.model);
    const RefineOptions options = rewriting(0.3, 3);
    const auto report =
        evaluate_decoding(model, config, task_tokenizer(), {TaskFamily::edit, 3, 2}, options);
    const auto decode = [&](std::span<const Task> tasks, const Prompts&) {
        std::vector<Canvas> canvases;
        for (const Task& task : tasks) {
            canvases.push_back(original_canvas(task, task_tokenizer(), 128));
        }
        return repair(model, canvases, options);
    };
    CHECK(figures(report) == figures(tally_in_batches(config, TaskFamily::edit, decode)));
    if (!wild) CHECK(report.rewrites_per_sample > 0);
}

TEST_CASE("a threshold just above what a model rewrites by, and one just below") {
    const RunConfig config = task_config();
    const std::int32_t eos = task_tokenizer().eos_id();
    CpuTransformer model = sure_model(config.model, eos, 0.97);
    RefineOptions options = rewriting(0, 1);
    options.fill.temperature = 1000;  // any token is written
    for (const auto& [tau_edit, rewrites] : {std::pair{0.96, true}, {0.98, false}, {1.0, false}}) {
        options.tau_edit = tau_edit;
        const auto states = denoise_and_rewrite(model, {{5, 6}}, 40, options);
        CHECK((states[0].rewrites > 0) == rewrites);
        CHECK(states[0].text.calls == (tau_edit < 1 ? 7 : 6));
    }
}

TEST_CASE("a baseline is decoded greedily, each text behind its own prompt") {
    RunConfig config = task_config();
    config.objective = Objective::autoregressive;
    CpuTransformer model = wild_model(config.model);
    const auto report =
        evaluate_decoding(model, config, task_tokenizer(), {TaskFamily::generation, 3, 2});
    const std::vector<Task> tasks = held_out_tasks(config, {TaskFamily::generation, 3, 2});
    auto result =
        greedy_decode(model, prompts_of(tasks, task_tokenizer()), 128, task_tokenizer().eos_id());
    DecodingTally tally(task_tokenizer());
    tally.add(tasks, {result.completions, result.calls});
    CHECK(figures(report) == figures(tally.report(TaskFamily::generation, 1)));
}

TEST_CASE("self-correction takes the steps, the threshold and the passes that are given") {
    const RunConfig config = task_config();
    const bool wild = GENERATE(true, false);
    CpuTransformer model = wild ? wild_model(config.model) : successor_model<float>(config.model);
    const RefineOptions options{{}, 0.05, 3};
    const auto report = evaluate_self_correction(model, config, task_tokenizer(),
                                                 {TaskFamily::generation, 3, 2}, 5, options);
    RefineOptions five = options;
    five.fill.rule = RevealRule::count, five.fill.steps = 5;
    const std::vector<Task> tasks = held_out_tasks(config, {TaskFamily::generation, 3, 2});
    SelfCorrection sum;
    for (const auto& some : {std::span(tasks).first(2), std::span(tasks).subspan(2)}) {
        const Prompts prompts = prompts_of(some, task_tokenizer());
        sum += judge_corrections(write_and_repair(model, prompts, 128, five), some, prompts,
                                 task_tokenizer());
    }
    const SelfCorrectionReport expected{TaskFamily::generation, 5, 0.05, 3, sum};
    CHECK(to_json(report) == to_json(expected));
    CHECK(report.score.texts == 3);
    CHECK(report.score.calls_before == 15);
    if (!wild) CHECK(report.score.rewrites > 0);
}

TEST_CASE("a point of the speed curve is its own budget's decoding") {
    const RunConfig config = task_config();
    CpuTransformer model = wild_model(config.model);
    const std::vector<Budget> budgets{{RevealRule::count, 5},
                                      {RevealRule::threshold, 0.4},
                                      {RevealRule::threshold, 0.4, 8},
                                      {RevealRule::threshold, 0.4, 8, false},
                                      {RevealRule::count, 3, 32}};
    const auto curve =
        speed_curve(model, config, task_tokenizer(), {TaskFamily::generation, 3, 2}, budgets);
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        const Budget& budget = budgets[i];
        const auto decode = [&](auto, const Prompts& prompts) {
            const BlockOptions options{budget.options(), budget.block, budget.block_causal,
                                       task_tokenizer().eos_id()};
            if (budget.block > 0) return denoise_by_block(model, prompts, 128, options);
            std::vector<RefiningState> states;
            for (DenoisingState& state : denoise(model, prompts, 128, options.fill)) {
                states.emplace_back().text = std::move(state);
            }
            return states;
        };
        CHECK(curve[i].budget.name() == budget.name());
        CHECK(figures(curve[i].decoding) ==
              figures(tally_in_batches(config, TaskFamily::generation, decode)));
        // Else one budget could be taken for another
        for (std::size_t j = 0; j < i; ++j) {
            CHECK(figures(curve[i].decoding)["written"] != figures(curve[j].decoding)["written"]);
        }
    }
}

TEST_CASE("by blocks a text ends with the block of its first eos, whatever attention sees") {
    const RunConfig config = task_config();
    CpuTransformer model = sure_model(config.model, task_tokenizer().eos_id(), 0.95);
    for (const auto& [block, causal] :
         {std::pair{4, true}, {4, false}, {16, true}, {16, false}, {100, true}}) {
        const DecodingReport report = evaluate_decoding(
            model, config, task_tokenizer(), {TaskFamily::generation, 3, 2, block, causal});
        CHECK(report.calls_per_sample == 1);
        CHECK(report.tokens_per_call == 1);
        for (const Failure& failure : report.failures) CHECK(failure.completion.empty());
    }
}
