// The stages of the tour, and the rows that they leave.
#pragma once

#include <nlohmann/json.hpp>

#include "app/evaluation.h"

namespace seed {

struct TourOptions {
    std::string folder = "out";
    RunConfig config;
    Index steps = 6000;
    Index autoregressive_steps = 2000;
    Index tasks = 256;
};

// Runs every stage that has no row in FOLDER/tour.json yet, shows a program being denoised, and
// prints the table. Throws Error where FOLDER holds a tour with other options.
void run_tour(const TourOptions& options);

// The rows of a tour as a table.
std::string tour_table(const nlohmann::ordered_json& rows);

}  // namespace seed
