#include "tests/support/kernel_report.h"

#include <numeric>

namespace seed {

// Every number is exactly a float; where the range has both signs, so have the numbers.
HostMatrix<float> Report::numbers_between(std::string_view name, Index rows, Index cols, double low,
                                          double high) const {
    const RandomKey stream = key_.fork(name);
    HostMatrix<float> matrix(rows, cols);
    for (Index i = 0; i < matrix.size(); ++i) {
        const double u = numbers_ == Numbers::counting
                             ? double(i) / double(matrix.size())
                             : uniform_double(stream, std::uint64_t(i), 0);
        matrix.view().data[i] = float(low + (high - low) * u);
    }
    return matrix;
}

HostMatrix<float> Report::signed_numbers(std::string_view name, Index rows, Index cols,
                                         double scale) const {
    if (numbers_ == Numbers::random) return numbers_between(name, rows, cols, -scale, scale);
    HostMatrix<float> matrix(rows, cols);
    std::iota(matrix.view().data, matrix.view().data + matrix.size(), 0.0f);
    return matrix;
}

void Report::add(const Comparison& comparison, Index elements) {
    worst_ = std::max(worst_, comparison.worst);
    share_ = std::max(share_, comparison.share);
    compared_ += elements;
    if (!comparison.passed()) failures_ += "\n  " + comparison.report;
}

void Report::expect_value(std::string_view name, double actual, Bounded expected) {
    const HostView<const double> value{&actual, 1, 1};
    add(compare<const double>(name, value, {&expected.value, 1, 1}, {&expected.allowed, 1, 1}), 1);
}

void Report::expect_that(bool holds, std::string_view otherwise) {
    ++compared_;
    if (!holds) failures_ += fmt::format("\n  {}", otherwise);
}

void Report::finish() {
    for (const auto& array : arrays_) {
        failures_ += array->damage();
        if (array->role == ArrayRole::input) continue;
        outputs_.push_back({array->name, array->bytes()});
        if (!array->compared) failures_ += fmt::format("\n  {}: never compared", array->name);
    }
    if (compared_ == 0) failures_ += "\n  nothing was compared";
}

}  // namespace seed
