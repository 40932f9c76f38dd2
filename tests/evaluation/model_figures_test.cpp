// The figures of a table's row are those of the reports beside them.
#include "evaluation/model_figures.h"

#include <nlohmann/json.hpp>

#include "tests/evaluation/fixed_texts.h"
#include "tests/support/catch.h"

using namespace seed;
using Json = nlohmann::ordered_json;

namespace {

// Held-out texts of Lua tasks whose own likelihood is known: 2 nats each.
class KnownTasks : public TextSource {
public:
    explicit KnownTasks(const Tokenizer& tokenizer)
        : TextSource(tokenizer), tasks_(lua_task_source(World{}, tokenizer, 300, RandomKey{5})) {}

    std::vector<Canvas> training(Index, Index) const override { return {}; }
    std::vector<AskedEdit> asked_edits(Index, Index) const override { return {}; }
    std::vector<EvaluationText> held_out(Index count) const override {
        std::vector<EvaluationText> texts = tasks_->held_out(std::min<Index>(count, 3));
        for (EvaluationText& text : texts) text.nats = 2;
        return texts;
    }

private:
    std::unique_ptr<TextSource> tasks_;
};

std::vector<std::string> keys_of(const Json& row) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : row.items()) keys.push_back(key);
    return keys;
}

}  // namespace

TEST_CASE("a diffusion model has all figures, each from its report, and an unknown limit is null") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const KnownTasks source(tokenizer);
    const RunConfig config = bytes_config(300);
    CpuTransformer model = uniform_model(config);
    const Json row = measure_figures(model, config, source, 2);
    std::vector<std::string> keys = figure_names();
    for (const char* report :
         {"likelihood", "decoding", "other_decoding", "repair", "self_correction",
          "edit_decoding"}) {
        keys.push_back(report);
    }
    CHECK(keys_of(row) == keys);
    for (const std::string& name : figure_names()) CHECK(row[name].is_number());
    const Json& likelihood = row["likelihood"];
    CHECK(row["nelbo_nats_per_token"] == likelihood["nelbo_nats_per_token"]);
    CHECK(row["limit_nats_per_token"] == likelihood["nelbo_limit_nats_per_token"]);
    CHECK(row["above_limit_nats_per_token"].get<double>() ==
          row["nelbo_nats_per_token"].get<double>() - row["limit_nats_per_token"].get<double>());
    for (const char* name :
         {"pass_at_1", "calls_per_sample", "tokens_per_call", "tokens_per_second"}) {
        CHECK(row[name] == row["decoding"][name]);
    }
    const double threshold = row["threshold"].get<double>();
    CHECK((threshold == 0.9 || threshold == 0.98));
    CHECK(row["pass_at_1"] >= row["other_decoding"]["pass_at_1"]);
    CHECK(row["other_decoding"]["tasks"] == 2);
    CHECK(row["restore_rate"] == row["repair"]["one_edit"]["restore_rate"]);
    CHECK(row["false_edit_rate"] == row["repair"]["clean"]["false_edit_rate"]);
    CHECK(row["edit_pass_at_1"] == row["edit_decoding"]["pass_at_1"]);
    CHECK(row["decoding"]["family"] == "generation");
    CHECK(row["edit_decoding"]["family"] == "edit");
    CHECK(row["self_correction"]["steps"] == 4);
}

TEST_CASE("a baseline repairs nothing, and its likelihood is exact") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const auto source = lua_task_source(World{}, tokenizer, 300, RandomKey{5});
    RunConfig config = bytes_config(300);
    config.objective = Objective::autoregressive;
    CpuTransformer model = uniform_model(config);
    const Json row = measure_figures(model, config, *source, 1);
    CHECK(row["nelbo_nats_per_token"] == row["likelihood"]["left_to_right_nats_per_token"]);
    CHECK(row["limit_nats_per_token"] == row["likelihood"]["left_to_right_limit_nats_per_token"]);
    for (const char* name : {"threshold", "restore_rate", "false_edit_rate", "edit_pass_at_1"}) {
        CHECK(row[name].is_null());
    }
    CHECK(!row.contains("repair"));
    CHECK(row["pass_at_1"].is_number());
}
