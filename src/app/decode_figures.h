// The rows of `seed bench decode`.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "core/array.h"
#include "core/table.h"

namespace seed {

struct DecodeRow {
    std::string model;
    Index parameters = 0;
    std::optional<Index> block = {};  // none: autoregressive
    Index batch = 1;
    bool cache = true;
    double tokens_per_second = 0, calls_per_sample = 0, tokens_per_call = 0;
    std::optional<double> pass_at_1 = {}, limit_share = {}, times_baseline = {};
};

struct CallRow {
    std::string model;
    Index parameters = 0, block = 1;
    double milliseconds = 0, times_one_token = 1;
    double products_milliseconds = 0;        // of its matrix products alone
    double eigen_products_milliseconds = 0;  // of the same by Eigen
};

struct LengthRow {
    Index positions = 0;
    double seconds = 0;
};

// The exponent e of seconds ~ positions^e, by least squares of the logarithms. Throws Error for
// fewer than two lengths.
double fitted_exponent(const std::vector<LengthRow>& rows);

nlohmann::ordered_json to_json(const DecodeRow& row);
nlohmann::ordered_json to_json(const CallRow& row);
nlohmann::ordered_json to_json(const LengthRow& row);

std::string decode_table(const std::vector<DecodeRow>& rows);
std::string call_table(const std::vector<CallRow>& rows);

}  // namespace seed
