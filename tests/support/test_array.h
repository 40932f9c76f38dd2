// Arrays under test: between guard bands, filled with random numbers or with poison.
#pragma once

#include <charconv>
#include <cstdlib>

#include "core/philox.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"

namespace seed {

// The seed of all random numbers of the tests: 1, or what the variable SEED_TEST_SEED says.
inline std::uint64_t test_seed() {
    const char* text = std::getenv("SEED_TEST_SEED");
    if (text == nullptr) return 1;
    const std::string_view digits = text;
    std::uint64_t seed = 0;
    const auto parsed = std::from_chars(digits.begin(), digits.end(), seed);
    require(parsed.ec == std::errc{} && parsed.ptr == digits.end(),
            "SEED_TEST_SEED: expected a whole number, got {}", digits);
    return seed;
}

inline RandomKey test_key(std::string_view purpose) { return RandomKey{test_seed()}.fork(purpose); }

template <class T>
class TestArray {
public:
    // Every element 0xFF... (a NaN), which a function under test must overwrite.
    TestArray(Index rows, Index cols)
        : all_(1, rows * cols + 2 * guard_size),
          view_(all_.view().data + guard_size, rows, cols) {
        poison(all_.view());
        start_ = to_host(view_);
    }

    // Uniform in [-scale, scale), exactly representable in float: the same numbers for every T.
    static TestArray random(RandomKey key, Index rows, Index cols, double scale = 1) {
        TestArray array(rows, cols);
        for (Index i = 0; i < rows * cols; ++i) {
            array.view_.data[i] = T(float(scale) * (2 * uniform_float(key, i, 0) - 1));
        }
        array.start_ = to_host(array.view_);
        return array;
    }

    // Uniform in [low, high), for what must be positive.
    static TestArray random_between(RandomKey key, Index rows, Index cols, float low, float high) {
        TestArray array = random(key, rows, cols);
        for (T& x : array.view_.span()) x = T(low + (high - low) * (float(x) + 1) / 2);
        array.start_ = to_host(array.view_);
        return array;
    }

    HostView<T> view() const { return view_; }
    Index rows() const { return view_.rows; }
    Index cols() const { return view_.cols; }
    double operator()(Index i, Index j) const { return double(view_(i, j)); }
    // The value before the function under test ran.
    double start(Index i, Index j) const { return double(start_.view()(i, j)); }

    bool unchanged() const {
        return guards_intact() && std::memcmp(view_.data, start_.view().data,
                                              std::size_t(view_.size()) * sizeof(T)) == 0;
    }
    bool guards_intact() const {
        for (Index i = 0; i < guard_size; ++i) {
            const T* end = view_.data + view_.size();
            if (!is_poison(all_.view().data[i]) || !is_poison(end[i])) return false;
        }
        return true;
    }

private:
    static constexpr Index guard_size = 64;
    HostMatrix<T> all_, start_;
    HostView<T> view_;
};

template <class... Arrays>
bool unchanged(const Arrays&... arrays) {
    return (arrays.unchanged() && ...);
}

// element(i, j) is the oracle: a Bounded.
template <class T, class Oracle>
void check_close(std::string_view name, const TestArray<T>& actual, Oracle&& element) {
    HostMatrix<double> expected(actual.rows(), actual.cols());
    HostMatrix<double> allowed(actual.rows(), actual.cols());
    for (Index i = 0; i < actual.rows(); ++i) {
        for (Index j = 0; j < actual.cols(); ++j) {
            const Bounded bounded = element(i, j);
            expected.view()(i, j) = bounded.value, allowed.view()(i, j) = bounded.allowed;
        }
    }
    const Comparison comparison =
        compare<T>(name, actual.view(), expected.view(), allowed.view());
    INFO(comparison.report << " (SEED_TEST_SEED=" << test_seed() << ")");
    CHECK(comparison.passed());
    CHECK(actual.guards_intact());
}

template <class T>
bool same_bits(HostView<T> a, HostView<T> b) {
    return a.rows == b.rows && a.cols == b.cols &&
           std::memcmp(a.data, b.data, std::size_t(a.size()) * sizeof(T)) == 0;
}

}  // namespace seed
