#include "tests/support/kernel_case.h"

#include <sstream>

namespace seed {
namespace {

std::vector<KernelCase>& registry() {
    static std::vector<KernelCase> cases;
    return cases;
}

}  // namespace

std::string KernelCase::shape_text(const Shape& shape) const {
    std::istringstream letters(sizes);
    std::string text, letter;
    for (Index size : shape) {
        letters >> letter;
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", letter, size);
    }
    return text;
}

std::string KernelCase::missing_in(const Shape& shape) const {
    constexpr Index most = Index{1} << 26;  // elements; an array has two sizes or more
    if (shape.size() != shapes.at(0).size()) return fmt::format(" with {} sizes", shapes[0].size());
    std::istringstream letters(sizes);
    std::string letter;
    Index largest = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        letters >> letter;
        const auto is_zero = [i](const Shape& own) { return own[i] == 0; };
        const Index least = std::any_of(shapes.begin(), shapes.end(), is_zero) ? 0 : 1;
        if (shape[i] < least) return fmt::format(" with {} >= {}", letter, least);
        if (shape[i] > most / largest) return " with no two of them above 2^26 when multiplied";
        largest = std::max(largest, shape[i]);
    }
    return meets_rule == nullptr || meets_rule(shape) ? "" : " with " + rule;
}

const std::vector<KernelCase>& kernel_cases() {
    std::vector<KernelCase>& cases = registry();
    std::stable_sort(cases.begin(), cases.end(),
                     [](const KernelCase& a, const KernelCase& b) { return a.source < b.source; });
    return cases;
}

RegisterKernels::RegisterKernels(const std::string& source, std::vector<KernelCase> cases) {
    for (KernelCase& kernel : cases) {
        kernel.source = source;
        registry().push_back(std::move(kernel));
    }
}

namespace {

// Where two runs differ: a line for each output that does.
std::string differences(const std::vector<Report::Output>& first,
                        const std::vector<Report::Output>& second) {
    std::string lines;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto& a = first[i].bytes;
        const auto& b = second[i].bytes;
        const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
        if (at == a.end()) continue;
        lines += fmt::format("\n  {}: two runs on equal inputs differ, first at byte {} of {}",
                             first[i].name, at - a.begin(), a.size());
    }
    return lines;
}

}  // namespace

KernelResult verify_kernel(const KernelCase& kernel, const Shape& shape, std::uint64_t seed,
                           Numbers numbers) {
    const RandomKey key = RandomKey{seed}.fork(kernel.shape_text(shape));
    const auto run_in = [&](ArrayMemory memory) {
        Report report(memory, key, numbers);
        kernel.run(kernel.launcher, shape, report);
        report.finish();
        return report;
    };
    KernelResult result;
    std::string failures;
    try {
        const Report first = run_in(kernel.aligned ? ArrayMemory::guarded : ArrayMemory::shifted);
        result.worst = first.worst(), result.share = first.share();
        result.compared = first.compared();
        failures = first.failures();
        if (first.passed()) {
            const ThreadOrder shuffled(std::uint32_t(key.value) | 1);
            const Report second = run_in(ArrayMemory::exact);
            failures = second.failures();
            if (kernel.unrepeatable.empty()) {
                failures += differences(first.outputs(), second.outputs());
            }
        }
    } catch (const NotEnoughMemory&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        failures += fmt::format("\n  {}", error.what());
    }
    if (failures.empty()) return result;
    result.failure =
        fmt::format("{}, {}, seed {}:{}", kernel.name, kernel.shape_text(shape), seed, failures);
    return result;
}

}  // namespace seed
