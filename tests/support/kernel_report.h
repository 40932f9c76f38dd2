// What one run of one kernel on one shape is judged by. A case asks the report for its arrays, runs
// the launcher and says what every output should be; the report does the rest:
//
//   - outputs start as poison (0xFF) and updated arrays as random numbers, all between guard bands
//   - every output must be compared, guards and inputs must come back unchanged
//   - a mistake is reported with its count, its rectangle of rows and columns and five elements
//
// A case computes what is expected behind the launch: the process in which a student's kernel runs
// is a copy of this one, and finds nothing to copy.
#pragma once

#include "core/philox.h"
#include "tests/support/kernel_array.h"

namespace seed {

// What stands in the arrays before a kernel runs, where the case does not say it itself. Counting:
// 0, 1, 2, ... in the order of the elements (in steps, where the case asks for a range), so that a
// wrong result shows which element was taken for which. That is for debugging (seed verify
// --arange): numbers of one sign hide mistakes that random ones show.
enum class Numbers { random, counting };

class Report {
public:
    Report(ArrayMemory memory, RandomKey key, Numbers numbers = Numbers::random)
        : memory_(memory), key_(key), numbers_(numbers) {}

    RandomKey key() const { return key_; }  // for a case's own random choices

    // Uniform in [-scale, scale), from the array's own name.
    KernelArray<float> input(std::string_view name, Index rows, Index cols, double scale = 1) {
        return make(name, ArrayRole::input, signed_numbers(name, rows, cols, scale));
    }
    KernelArray<float> input_between(std::string_view name, Index rows, Index cols, double low,
                                     double high) {
        return make(name, ArrayRole::input, numbers_between(name, rows, cols, low, high));
    }
    // Numbers of the case's own: ids, probabilities, special values.
    template <class T>
    KernelArray<T> given(std::string_view name, HostView<const T> values) {
        return make(name, ArrayRole::input, to_host(values));
    }
    template <class T>
    KernelArray<T> given(std::string_view name, const std::vector<T>& values) {
        return given(name, HostView<const T>{values.data(), 1, Index(values.size())});
    }

    // For backward functions, which add to their outputs, and for what is changed in place.
    KernelArray<float> updated(std::string_view name, Index rows, Index cols, double scale = 1) {
        return make(name, ArrayRole::updated, signed_numbers(name, rows, cols, scale));
    }
    KernelArray<float> updated_between(std::string_view name, Index rows, Index cols, double low,
                                       double high) {
        return make(name, ArrayRole::updated, numbers_between(name, rows, cols, low, high));
    }
    template <class T>
    KernelArray<T> updated(std::string_view name, HostView<const T> values) {
        return make(name, ArrayRole::updated, to_host(values));
    }

    template <class T = float>
    KernelArray<T> output(std::string_view name, Index rows, Index cols) {
        HostMatrix<T> start(rows, cols);
        poison(start.view());
        return make(name, ArrayRole::output, std::move(start));
    }

    // oracle(i, j) is a Bounded: the value in double, and how far the kernel may be off. For
    // integers, copies and everything else that is exact: Bounded{value, 0}.
    template <class T, class Oracle>
    void expect(const KernelArray<T>& array, Oracle&& oracle) {
        const Index rows = array.rows(), cols = array.cols();
        HostMatrix<double> expected(rows, cols), allowed(rows, cols);
        for (Index i = 0; i < rows; ++i) {
            for (Index j = 0; j < cols; ++j) {
                const Bounded bounded = oracle(i, j);
                expected.view()(i, j) = bounded.value, allowed.view()(i, j) = bounded.allowed;
            }
        }
        const HostMatrix<T> actual = array.guarded().values();
        add(compare<T>(array.guarded().name, actual.view(), expected.view(), allowed.view()),
            rows * cols);
        array.guarded().compared = true;
    }

    // For what a launcher returns.
    void expect_value(std::string_view name, double actual, Bounded expected);
    // For what is no number of an array: a line of the report unless `holds`.
    void expect_that(bool holds, std::string_view otherwise);

    // Looks at guards and inputs, and that no output was forgotten. Call it last.
    void finish();
    // The outputs as they were after `finish`, in the order in which the case asked for them.
    struct Output {
        std::string name;
        std::vector<std::byte> bytes;
    };
    const std::vector<Output>& outputs() const { return outputs_; }

    bool passed() const { return failures_.empty(); }
    const std::string& failures() const { return failures_; }  // lines, each after a line end
    double worst() const { return worst_; }                    // largest error
    double share() const { return share_; }                    // largest share of a bound
    Index compared() const { return compared_; }               // elements

private:
    HostMatrix<float> signed_numbers(std::string_view name, Index rows, Index cols,
                                     double scale) const;
    HostMatrix<float> numbers_between(std::string_view name, Index rows, Index cols, double low,
                                      double high) const;
    void add(const Comparison& comparison, Index elements);

    template <class T>
    KernelArray<T> make(std::string_view name, ArrayRole role, HostMatrix<T> start) {
        // Beside its numbers: as they start, as they are read back, and in double twice to compare
        require_memory(start.view().rows, start.view().cols, 3 * sizeof(T) + 2 * sizeof(double));
        auto array =
            std::make_shared<GuardedArray<T>>(std::string(name), role, memory_, std::move(start));
        arrays_.push_back(array);
        return KernelArray<T>(std::move(array));
    }

    ArrayMemory memory_;
    RandomKey key_;
    Numbers numbers_;
    std::vector<std::shared_ptr<ArrayUnderTest>> arrays_;
    std::vector<Output> outputs_;
    std::string failures_;
    double worst_ = 0, share_ = 0;
    Index compared_ = 0;
};

}  // namespace seed
