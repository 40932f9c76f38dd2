// The figures of a table's row are those of the reports beside them.
#include "evaluation/model_figures.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

using namespace seed;
using Json = nlohmann::ordered_json;

namespace {

// No two figures are equal.
DiffusionReports some_reports() {
    DiffusionReports reports;
    reports.likelihood.nelbo = Likelihood{1.5, 2.5, 1.25};
    reports.likelihood.left_to_right = Likelihood{3.5, 4.5, 3.25};
    reports.likelihood.confidence = Likelihood{5.5, 6.5, 5.25};
    reports.decoding = {
        DecodingReport{TaskFamily::generation, 8, 0.1, 2, 3, 4, 5, {{"passed", 1}}, {}},
        DecodingReport{TaskFamily::generation, 8, 0.05, 6, 7, 8, 9, {{"passed", 2}}, {}}};
    const auto score = [](Index restored, Index false_edits, Index exact) {
        return RepairScore{8, 16, 64, restored, false_edits, exact};
    };
    reports.repair = {0.75, 6, score(1, 2, 3), score(4, 5, 6), score(7, 8, 1)};
    reports.self_correction = {TaskFamily::generation, 4, 0.75, 6, {}};
    reports.edit_decoding = DecodingReport{TaskFamily::edit, 8, 0.6, 10, 11, 12, 13, {}, {}};
    return reports;
}

Json expected_figures() {
    return {{"nelbo_nats_per_token", 1.5},
            {"limit_nats_per_token", 1.25},
            {"above_limit_nats_per_token", 0.25},
            {"pass_at_1", 0.1},
            {"threshold", 0.9},
            {"restore_rate", 4 / 16.0},
            {"false_edit_rate", 2 / 64.0},
            {"edit_pass_at_1", 0.6},
            {"calls_per_sample", 2.0},
            {"tokens_per_call", 3.0},
            {"tokens_per_second", 4.0}};
}

}  // namespace

TEST_CASE("a diffusion model has every figure from the report that it belongs to") {
    const DiffusionReports reports = some_reports();
    Json expected = expected_figures();
    expected["likelihood"] = to_json(reports.likelihood);
    expected["decoding"] = to_json(reports.decoding[0]);
    expected["other_decoding"] = to_json(reports.decoding[1]);
    expected["repair"] = to_json(reports.repair);
    expected["self_correction"] = to_json(reports.self_correction);
    expected["edit_decoding"] = to_json(*reports.edit_decoding);
    CHECK(figures_of(reports) == expected);
}

TEST_CASE(
    "the row is of the threshold that solves more, of the lower one where both solve as many") {
    DiffusionReports reports = some_reports();
    reports.decoding[1].pass_at_1 = reports.decoding[0].pass_at_1;
    CHECK(figures_of(reports)["threshold"] == 0.9);
    reports.decoding[1].pass_at_1 = 0.2;
    const Json row = figures_of(reports);
    CHECK(row["threshold"] == 0.98);
    CHECK(row["pass_at_1"] == 0.2);
    CHECK(row["calls_per_sample"] == 6);
    CHECK(row["tokens_per_call"] == 7);
    CHECK(row["tokens_per_second"] == 8);
    CHECK(row["decoding"] == to_json(reports.decoding[1]));
    CHECK(row["other_decoding"] == to_json(reports.decoding[0]));
}

TEST_CASE("a world without edit tasks has no figure of them") {
    DiffusionReports reports = some_reports();
    reports.edit_decoding = std::nullopt;
    const Json row = figures_of(reports);
    CHECK(row["edit_pass_at_1"].is_null());
    CHECK(!row.contains("edit_decoding"));
}

TEST_CASE("a baseline repairs nothing, its likelihood is exact, and an unknown limit is null") {
    LikelihoodReport likelihood;
    likelihood.left_to_right = Likelihood{3.5, 4.5};
    const DecodingReport decoding = some_reports().decoding[0];
    Json expected = expected_figures();
    expected["nelbo_nats_per_token"] = 3.5;
    for (const char* name : {"limit_nats_per_token", "above_limit_nats_per_token", "threshold",
                             "restore_rate", "false_edit_rate", "edit_pass_at_1"}) {
        expected[name] = nullptr;
    }
    expected["likelihood"] = to_json(likelihood);
    expected["decoding"] = to_json(decoding);
    CHECK(figures_of(likelihood, decoding) == expected);
}

TEST_CASE("a row without a model has the names of all figures, and no number") {
    std::vector<std::string> names;
    const Json row = no_figures(), figures = expected_figures();
    for (const auto& [name, value] : row.items()) {
        names.push_back(name);
        CHECK(value.is_null());
    }
    CHECK(names == figure_names());
    for (const std::string& name : names) CHECK(figures.contains(name));
    CHECK(names.size() == figures.size());
}
