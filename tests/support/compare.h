// Compares an array with an oracle, element by element:
//
//   abs(actual - expected) <= allowed        written so that NaN fails
//
// `allowed` is derived from the computation, never tuned. A sum of K products may be off by
// (4 + 2 sqrt(K)) u sum |a_k b_k|, with u the unit roundoff of the scalar under test.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "core/array.h"

namespace seed {

// u of a scalar under test whose oracle runs in double: in double the oracle rounds as well.
template <class T>
inline constexpr double roundoff = std::is_same_v<T, float> ? 0x1p-24 : 2 * 0x1p-53;

inline double sum_error(Index terms) { return 4 + 2 * std::sqrt(double(terms)); }

// What an element should be, and how far off it may be.
struct Bounded {
    double value = 0, allowed = 0;
};

// A sum in double that knows its own bound.
struct BoundedSum {
    double value = 0, magnitude = 0;
    Index terms = 0;

    void add(double term) { value += term, magnitude += std::abs(term), ++terms; }
    // Each term may itself be off by `term_error` u.
    Bounded within(double u, double term_error = 0) const {
        return {value, (sum_error(terms) + term_error) * u * magnitude};
    }
};

// Equal but for a relative error. NaN is near nothing.
inline bool near(double actual, double expected, double relative) {
    return std::abs(actual - expected) <= relative * std::abs(expected);
}

struct Comparison {
    Index wrong = 0;
    double worst = 0;    // the largest error
    double share = 0;    // the largest error / allowed
    std::string report;  // one line, and one for each of the first five wrong elements
    bool passed() const { return wrong == 0; }
};

template <class T>
void poison(HostView<T> view) {
    std::memset(view.data, 0xFF, std::size_t(view.size()) * sizeof(T));
}

template <class T>
bool is_poison(const T& value) {
    unsigned char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    for (unsigned char byte : bytes) {
        if (byte != 0xFF) return false;
    }
    return true;
}

// Throws Error for an empty comparison, for shapes that differ, and for bounds so loose that an
// array of zeros would meet them.
template <class T>
Comparison compare(std::string_view name, HostView<T> actual, HostView<const double> expected,
                   HostView<const double> allowed) {
    require(expected.size() > 0, "{}: nothing to compare", name);
    require_shape(actual, expected.rows, expected.cols, "compare: actual");
    require_shape(allowed, expected.rows, expected.cols, "compare: allowed");
    Comparison result;
    std::string details;
    Index top = actual.rows, bottom = 0, left = actual.cols, right = 0;
    bool meets_zeros = true, exact = true;
    for (Index i = 0; i < actual.rows; ++i) {
        for (Index j = 0; j < actual.cols; ++j) {
            const double a = double(actual(i, j)), e = expected(i, j), bound = allowed(i, j);
            const double error = a == e ? 0 : std::abs(a - e);  // both may be -inf
            meets_zeros = meets_zeros && std::abs(e) <= bound;
            exact = exact && bound == 0;
            result.worst = std::max(result.worst, error);
            if (bound > 0 && error / bound > result.share) result.share = error / bound;
            if (error <= bound) continue;
            top = std::min(top, i), bottom = std::max(bottom, i);
            left = std::min(left, j), right = std::max(right, j);
            if (++result.wrong > 5) continue;
            details += fmt::format("\n  [{},{}] expected {:.9g}, got {:.9g}, allowed +- {:.3g}{}",
                                   i, j, e, a, bound,
                                   is_poison(actual(i, j)) ? " (never written)" : "");
        }
    }
    require(exact || !meets_zeros, "{}: the bounds are so loose that zeros would meet them", name);
    result.report = fmt::format("{} ({}, {}): {} of {} wrong", name, actual.rows, actual.cols,
                                result.wrong, actual.size());
    if (result.share > 0) result.report += fmt::format(", {:.3g} of the bound used", result.share);
    if (result.wrong > 0) {
        result.report += fmt::format(", rows {} ... {}, columns {} ... {}{}", top, bottom, left,
                                     right, details);
    }
    return result;
}

}  // namespace seed
