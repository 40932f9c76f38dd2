// Tables for the terminal.
#pragma once

#include <string>

#include "evaluation/decoding_report.h"
#include "evaluation/likelihood_report.h"
#include "evaluation/repair_report.h"
#include "evaluation/self_correction_report.h"

namespace seed {

// The three estimators side by side, over whole texts and over short windows.
std::string likelihood_table(const LikelihoodReport& report);

std::string decoding_table(const DecodingReport& report);
std::string repair_table(const RepairReport& report);
std::string self_correction_table(const SelfCorrectionReport& report);

}  // namespace seed
