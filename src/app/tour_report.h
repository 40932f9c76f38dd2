// OUT/tour.json: {"options": {...}, "rows": [...]}, a row for each stage that is done, with
//
//   stage                 as in tour.h
//   nelbo_nats_per_token  Monte-Carlo NELBO; of the autoregressive model its exact -log p
//   pass_at_1             share of held-out tasks solved, decoding without rewriting
//   restore_rate          of held-out programs with one edit: share of the wrong tokens put right
//   false_edit_rate       of clean held-out programs: share of the tokens changed
//   edit_pass_at_1        share of held-out edit tasks solved, rewriting the program as it stands
//   calls_per_sample      model calls until a program is complete
//   tokens_per_call       completion tokens per model call
//   tokens_per_second     completion tokens per second, decoding a batch
//   seconds               of the stage: training and, where it has any, evaluation
//
// (null where a stage has no such number). Row stage_2 has beside them those of row mask_only, the
// control, as control_restore_rate, control_false_edit_rate, control_edit_pass_at_1,
// control_nelbo_nats_per_token, control_pass_at_1. Rows of trained models have what they were taken
// from: likelihood, decoding, repair, self_correction, edit_decoding, as `seed eval --json` writes
// them.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "evaluation/decoding_report.h"
#include "evaluation/likelihood_report.h"
#include "evaluation/repair_report.h"
#include "evaluation/self_correction_report.h"

namespace seed {

class TourReport {
public:
    using Json = nlohmann::ordered_json;

    // The report in `folder`, which is made if need be, or a new one. Throws Error where there is
    // one with other options.
    TourReport(const std::filesystem::path& folder, const Json& options);

    const Json& rows() const { return report_.at("rows"); }
    const Json* find(const std::string& stage) const;  // nullptr: not done yet
    void add(Json row);                                // and writes the file

private:
    std::filesystem::path file_;
    Json report_;
};

// A row of numbers that are all null.
nlohmann::ordered_json empty_row(const std::string& stage);

// Enter what was measured.
void enter(nlohmann::ordered_json& row, const LikelihoodReport& likelihood);
void enter(nlohmann::ordered_json& row, const DecodingReport& decoding);  // of either family
void enter(nlohmann::ordered_json& row, const RepairReport& repair);
void enter(nlohmann::ordered_json& row, const SelfCorrectionReport& correction);
void enter_control(nlohmann::ordered_json& row, const nlohmann::ordered_json& control);

std::string tour_table(const nlohmann::ordered_json& rows);

}  // namespace seed
