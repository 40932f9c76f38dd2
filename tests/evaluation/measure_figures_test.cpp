// A row of a table, recomputed from its parts on a model whose answers are known.
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "evaluation/edit_corruption_ablation.h"
#include "evaluation/model_figures.h"
#include "evaluation/world_figures.h"
#include "runs/run_folder.h"
#include "runs/stage.h"
#include "tests/evaluation/known_models.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "tests/support/temporary_folder.h"

using namespace seed;
using Json = nlohmann::ordered_json;

namespace {

// Without the speed, which is the machine's.
Json without_speed(Json json) {
    if (json.is_object()) json.erase("tokens_per_second");
    for (Json& member : json) {
        if (member.is_structured()) member = without_speed(member);
    }
    return json;
}

Json report_of(const DecodingReport& report) { return without_speed(to_json(report)); }

}  // namespace

TEST_CASE("a row of figures holds the reports of its model, each measured as it says") {
    const RunConfig config = task_config();
    const Tokenizer& tokenizer = task_tokenizer();
    const auto source = make_source(config, {}, tokenizer);
    // Between the two thresholds: one fills the canvas in one call, the other token by token
    CpuTransformer model = sure_model(config.model, tokenizer.eos_id(), 0.95);
    const Json row = without_speed(measure_figures(model, config, *source, 2));

    const DecodingEffort programs{TaskFamily::generation, 2}, edits{TaskFamily::edit, 2};
    DenoiseOptions low, high;
    low.threshold = 0.9, high.threshold = 0.98;
    const auto decoded = [&](const DecodingEffort& effort, const RefineOptions& options) {
        return report_of(evaluate_decoding(model, config, tokenizer, effort, options));
    };
    CHECK(row["threshold"] == 0.9);
    CHECK(row["decoding"] == decoded(programs, only_fill(low)));
    CHECK(row["other_decoding"] == decoded(programs, only_fill(high)));
    CHECK(row["calls_per_sample"] == 1);
    CHECK(row["other_decoding"]["calls_per_sample"] > 50);
    CHECK(row["edit_decoding"] == decoded(edits, RefineOptions{}));
    CHECK(row["edit_decoding"]["family"] == "edit");
    CHECK(row["repair"] == to_json(evaluate_repair(model, config, *source, 2)));
    CHECK(row["self_correction"] ==
          to_json(evaluate_self_correction(model, config, tokenizer, programs, 4)));
    CHECK(row["self_correction"]["calls_before"] == 4);
    const LikelihoodEffort effort{.chain_texts = 4, .window_texts = 2};
    CHECK(row["likelihood"] == to_json(evaluate_likelihood(model, config, *source, effort)));
}

TEST_CASE("a baseline's row has its likelihood and its decoding, and no repair") {
    RunConfig config = task_config();
    config.objective = Objective::autoregressive;
    const auto source = make_source(config, {}, task_tokenizer());
    CpuTransformer model = sure_model(config.model, task_tokenizer().eos_id(), 0.95);
    const Json row = measure_figures(model, config, *source, 2);
    CHECK(row["calls_per_sample"] == 1);
    CHECK(row["restore_rate"].is_null());
    CHECK(!row.contains("repair"));
    CHECK(row["likelihood"]["texts"] == 64);
}

TEST_CASE("repairs are of one edit, of a tenth and of none, drawn by the run's seed") {
    RunConfig config = task_config();
    const Tokenizer& tokenizer = task_tokenizer();
    const auto source = make_source(config, {}, tokenizer);
    CpuTransformer model = wild_model(config.model);
    const RefineOptions options{{}, 0.05, 2};
    const RepairReport report = evaluate_repair(model, config, *source, 3, options, 2);
    std::vector<Canvas> clean;
    for (const EvaluationText& text : source->held_out(3)) clean.push_back(text.canvas);
    CHECK(clean[0].ids != clean[1].ids);
    const EditVocabulary vocabulary = edit_vocabulary(tokenizer);
    const auto score = [&](const std::vector<Index>& edits, std::string_view name) {
        const RandomKey key = RandomKey{config.seed}.fork("repair").fork(name);
        return measure_repair(model, clean, edit_canvases(clean, edits, vocabulary, key), options);
    };
    const RepairReport expected{0.05, 2, score({0, 0, 0}, "clean"), score({1, 1, 1}, "one edit"),
                                score(edit_counts(clean, 0.1, vocabulary), "tenth")};
    CHECK(to_json(report) == to_json(expected));
    for (const auto& [actual, part] : {std::pair{report.clean, expected.clean},
                                       {report.one_edit, expected.one_edit},
                                       {report.tenth, expected.tenth}}) {
        CHECK(actual.corrupted == part.corrupted);
        CHECK(actual.restored == part.restored);
        CHECK(actual.false_edits == part.false_edits);
        CHECK(actual.false_edits > 0);
    }
}

TEST_CASE("the world's tokens per program count each eos, and its losses are a task's own") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const WorldFigures world = measure_world(Choices::fixed, tokenizer, 400, {4}, 3);
    double bytes = 0;
    for (std::uint64_t i = 0; i < 3; ++i) {
        const Task task =
            generate_task(TaskFamily::generation, Choices::fixed, Split::held_out, {4}, i);
        bytes += double(task.completion.size());
    }
    CHECK(near(world.tokens_per_program, (bytes + 3) / 3, 1e-12));
}

TEST_CASE("both arms of chapter 4 branch off one stage 1, and one of them never edits") {
    const TemporaryFolder folder;
    AblationOptions options{folder.path(), task_config(), {}, 1, 1};
    options.config.model.vocab_size = 400;
    options.config.steps = 4, options.config.batch = 2, options.config.edit_stage = {0.5, 1};
    const Ablation ablation = edit_corruption_ablation();
    const auto run = folder / "seed_17";
    const auto record = [&](const char* name) { return read_file(run / name / "record.jsonl"); };
    Json rows = Json::array();
    for (const std::string& arm : ablation.arms) {
        rows.push_back({{"arm", arm}});
        rows.back().update(ablation.make_row(options, arm));
        for (const Figure& figure : ablation.figures) {
            CHECK(rows.back().at(Json::json_pointer(figure.place)).is_number());
        }
        // A mark, by which one knows whose record the next arm goes on with
        if (arm != "mask_only") continue;
        CHECK(record("mask_only").starts_with(record("stage_1")));
        write_file_atomically(run / "stage_1" / "record.jsonl", " " + record("stage_1"));
    }
    CHECK(record("stage_1").starts_with(" {"));
    CHECK(record("stage_2").starts_with(record("stage_1")));
    CHECK(record("mask_only") != record("stage_2"));
    CHECK(load_config(run / "mask_only").edit_stage.begin == 1);
    CHECK(load_config(run / "stage_2").edit_stage.begin == 0.5);
    for (const char* arm : {"mask_only", "stage_2"}) {
        CHECK(read_safetensors(run / arm / "training.safetensors").metadata.at("step") == "4");
    }
    // A row's model is the one that its arm has trained
    LoadedRun trained = load_run(run / "stage_2");
    const auto source = make_source(trained.config, {}, trained.tokenizer);
    const Json row = measure_figures(trained.model, trained.config, *source, 1);
    CHECK(rows[1]["likelihood"] == row["likelihood"]);
    CHECK(rows[0]["likelihood"] != row["likelihood"]);
}
