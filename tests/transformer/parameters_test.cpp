// A model before its first step: what its parameters are, and on what they depend.
#include "transformer/parameters.h"

#include <cmath>
#include <set>

#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

ParameterSet<Host<double>> fresh_parameters(std::string_view key) {
    ParameterSet<Host<double>> parameters(odd_config());
    initialize(parameters, test_key(key));
    return parameters;
}

// Matrices that write into the residual stream.
bool starts_at_zero(const std::string& name) {
    return name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight");
}

}  // namespace

TEST_CASE("at first gains are 1, biases 0, and every branch adds nothing") {
    int gains = 0, biases = 0, branches = 0;
    const auto parameters = fresh_parameters("fresh");
    for (const auto& [name, view, decays] : parameters.named()) {
        const bool gain = name.ends_with("norm.weight"), bias = name.ends_with("bias");
        gains += gain, biases += bias, branches += starts_at_zero(name);
        if (!gain && !bias && !starts_at_zero(name)) continue;
        INFO(name);
        for (const double x : view.span()) REQUIRE(x == (gain ? 1 : 0));
    }
    // Of two layers: two gains and the last one, three biases, two branches
    CHECK(gains == 5);
    CHECK(biases == 6);
    CHECK(branches == 4);
}

TEST_CASE("matrices start as normal numbers of 1 / sqrt(in), the embedding's of 0.3") {
    const auto parameters = fresh_parameters("fresh");
    double beyond_two = 0, all = 0;
    for (const auto& [name, view, decays] : parameters.named()) {
        if (!decays || starts_at_zero(name)) continue;
        const double sd =
            name.ends_with("embed_tokens.weight") ? 0.3 : 1 / std::sqrt(double(view.cols));
        double sum = 0, squares = 0;
        for (const double x : view.span()) {
            sum += x / sd, squares += x * x / (sd * sd);
            beyond_two += std::abs(x) > 2 * sd, ++all;
        }
        const double n = double(view.size());
        INFO(name);
        CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
        CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2 / n));
    }
    const double p = 0.0455;  // of a normal number, to be more than two deviations off
    CHECK(std::abs(beyond_two / all - p) < 5 * std::sqrt(p / all));
}

TEST_CASE("every matrix has numbers of its own; equal keys, equal bits") {
    const auto parameters = fresh_parameters("fresh"), again = fresh_parameters("fresh");
    const auto other = fresh_parameters("other");
    std::set<double> first;
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < parameters.named().size(); ++i) {
        const auto& [name, view, decays] = parameters.named()[i];
        const auto same = again.named()[i].view.span();
        CHECK(std::equal(same.begin(), same.end(), view.data));
        if (!decays || starts_at_zero(name)) continue;
        // In units of the deviation, without the last bits
        const double sd =
            name.ends_with("embed_tokens.weight") ? 0.3 : 1 / std::sqrt(double(view.cols));
        first.insert(std::round(view.data[0] / sd * 0x1p40)), ++drawn;
        CHECK(view.data[0] != other.named()[i].view.data[0]);
    }
    CHECK(drawn == 12);  // of two layers: q, k, v, gate, up; and the embedding and the head
    CHECK(first.size() == drawn);
}
