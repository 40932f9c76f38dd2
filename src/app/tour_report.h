// OUT/tour.json: {"options": {...}, "rows": [...]}, a row for each stage that is done, with
//
//   stage    as in tour.h
//   ...      the figures and reports of evaluation/model_figures.h; of the tokenizer all null
//   seconds  of the stage: training and, where it has any, evaluation
#pragma once

#include "evaluation/report_file.h"

namespace seed {

// The report in `folder`, which is made if need be, or a new one. Throws Error where there is one
// with other options.
ReportFile open_tour_report(const std::filesystem::path& folder,
                            const nlohmann::ordered_json& options);

std::string tour_table(const nlohmann::ordered_json& rows);

}  // namespace seed
