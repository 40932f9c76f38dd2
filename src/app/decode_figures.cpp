#include "app/decode_figures.h"

#include <cmath>

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

std::string cell(const std::optional<double>& value, int digits) {
    return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string millions(Index parameters) { return fmt::format("{:.1f}", double(parameters) / 1e6); }

}  // namespace

double fitted_exponent(const std::vector<LengthRow>& rows) {
    require(rows.size() >= 2, "fitted exponent: expected at least two lengths, got {}",
            rows.size());
    double x_mean = 0, y_mean = 0;
    for (const LengthRow& row : rows) {
        x_mean += std::log(double(row.positions)) / double(rows.size());
        y_mean += std::log(row.seconds) / double(rows.size());
    }
    double xy = 0, xx = 0;
    for (const LengthRow& row : rows) {
        const double x = std::log(double(row.positions)) - x_mean;
        xy += x * (std::log(row.seconds) - y_mean), xx += x * x;
    }
    return xy / xx;
}

Json to_json(const DecodeRow& r) {
    return {{"model", r.model},
            {"parameters", r.parameters},
            {"block", or_null(r.block)},
            {"batch", r.batch},
            {"cache", r.cache},
            {"tokens_per_second", r.tokens_per_second},
            {"calls_per_sample", r.calls_per_sample},
            {"tokens_per_call", r.tokens_per_call},
            {"pass_at_1", or_null(r.pass_at_1)},
            {"limit_share", or_null(r.limit_share)},
            {"times_baseline", or_null(r.times_baseline)}};
}

Json to_json(const CallRow& r) {
    return {{"model", r.model},
            {"parameters", r.parameters},
            {"block", r.block},
            {"milliseconds", r.milliseconds},
            {"times_one_token", r.times_one_token},
            {"products_milliseconds", r.products_milliseconds},
            {"eigen_products_milliseconds", r.eigen_products_milliseconds}};
}

Json to_json(const LengthRow& r) { return {{"positions", r.positions}, {"seconds", r.seconds}}; }

std::string decode_table(const std::vector<DecodeRow>& rows) {
    std::vector<TableRow> table;
    for (const DecodeRow& r : rows) {
        table.push_back({r.model, millions(r.parameters),
                         r.block ? fmt::format("{}", *r.block) : "-", fmt::format("{}", r.batch),
                         r.cache ? "yes" : "no", fmt::format("{:.0f}", r.tokens_per_second),
                         fmt::format("{:.1f}", r.calls_per_sample),
                         fmt::format("{:.2f}", r.tokens_per_call), cell(r.pass_at_1, 3),
                         cell(r.limit_share, 2), cell(r.times_baseline, 2)});
    }
    return format_table({"model", "millions", "block", "batch", "cache", "tokens/s", "calls",
                         "tokens/call", "pass@1", "limit share", "times baseline"},
                        table);
}

std::string call_table(const std::vector<CallRow>& rows) {
    std::vector<TableRow> table;
    for (const CallRow& r : rows) {
        table.push_back({r.model, millions(r.parameters), fmt::format("{}", r.block),
                         fmt::format("{:.3f}", r.milliseconds),
                         fmt::format("{:.2f}", r.times_one_token),
                         fmt::format("{:.3f}", r.products_milliseconds),
                         fmt::format("{:.3f}", r.eigen_products_milliseconds)});
    }
    return format_table({"model", "millions", "block", "ms per call", "T(b) / T(1)", "products",
                         "Eigen's products"},
                        table);
}

}  // namespace seed
