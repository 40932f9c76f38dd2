#include "evaluation/order_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "evaluation/placed_program.h"

namespace seed {
namespace {

// [order_report.rank_correlation]
// Ranks 0 ... n - 1; equal values share the mean of theirs.
std::vector<double> ranks_of(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
        for (std::size_t k = first; k <= last; ++k) ranks[order[k]] = double(first + last) / 2;
        first = last + 1;
    }
    return ranks;
}

}  // namespace

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
    require(a.size() == b.size(), "rank correlation: expected lists of one length, got {} and {}",
            a.size(), b.size());
    const std::vector<double> x = ranks_of(a), y = ranks_of(b);
    const double mean = (double(a.size()) - 1) / 2;
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        xy += (x[i] - mean) * (y[i] - mean);
        xx += (x[i] - mean) * (x[i] - mean), yy += (y[i] - mean) * (y[i] - mean);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}
// [/order_report.rank_correlation]

namespace {

double left_to_right_of(const PlacedProgram& program) {
    std::vector<double> steps, positions;
    for (std::size_t i = 0; i < program.tokens.size(); ++i) {
        steps.push_back(program.tokens[i].step);
        positions.push_back(double(i));
    }
    return rank_correlation(steps, positions);
}

// [order_report.names]
void count_names(OrderReport& report, const PlacedProgram& program) {
    std::map<std::string, std::int32_t> declared_in;
    for (const PlacedToken& token : program.tokens) {
        if (!is_variable(program, token)) continue;
        const std::string name = program.text.substr(token.begin, token.end - token.begin);
        const auto [first, is_first] = declared_in.try_emplace(name, token.step);
        if (is_first) continue;
        ++report.name_pairs;
        report.names_before += first->second < token.step;
        report.names_together += first->second == token.step;
    }
}
// [/order_report.names]

// [order_report.headers]
void count_headers(OrderReport& report, const PlacedProgram& program) {
    const std::vector<Line> lines = lines_of(program);
    for (std::size_t h = 0; h < lines.size(); ++h) {
        if (!lines[h].opens_block() || lines[h].tokens == 0) continue;
        std::size_t inner = 0;  // the indentation directly inside
        for (std::size_t l = h + 1; l < lines.size(); ++l) {
            if (lines[l].tokens == 0) continue;
            if (lines[l].indent <= lines[h].indent) break;
            if (inner == 0) inner = lines[l].indent;
            if (lines[l].indent != inner) continue;
            ++report.header_pairs;
            report.headers_before += lines[h].mean_step() < lines[l].mean_step();
            report.headers_together += lines[h].mean_step() == lines[l].mean_step();
        }
    }
}
// [/order_report.headers]

}  // namespace

OrderReport measure_orders(const Tokenizer& tokenizer,
                           const std::vector<std::vector<std::int32_t>>& ids,
                           const std::vector<Trajectory>& trajectories) {
    require(ids.size() == trajectories.size(), "orders: expected {} texts, got {}",
            trajectories.size(), ids.size());
    OrderReport report;
    for (std::size_t p = 0; p < ids.size(); ++p) {
        const PlacedProgram program = place(tokenizer, ids[p], trajectories[p]);
        report.left_to_right += left_to_right_of(program) / double(ids.size());
        count_names(report, program);
        count_headers(report, program);
        ++report.trajectories;
    }
    return report;
}

nlohmann::ordered_json to_json(const OrderReport& r) {
    nlohmann::ordered_json json{{"trajectories", r.trajectories},
                                {"left_to_right", r.left_to_right}};
    const auto shares = [&](const std::string& what, Index before, Index together, Index pairs) {
        const auto share = [&](Index count) {
            return pairs > 0 ? nlohmann::ordered_json(double(count) / double(pairs)) : nullptr;
        };
        json[what + "_before"] = share(before);
        json[what + "_together"] = share(together);
        json[what + "_after"] = share(pairs - before - together);
    };
    shares("names", r.names_before, r.names_together, r.name_pairs);
    shares("headers", r.headers_before, r.headers_together, r.header_pairs);
    return json;
}

}  // namespace seed
