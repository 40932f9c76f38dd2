#include "app/verify_report.h"

#include <nlohmann/json.hpp>

#include "core/table.h"
#include "exercises/reader_library.h"
#include "tests/support/reader_process.h"

namespace seed {

std::string shape_name(const Shape& shape) {
    std::string text;
    for (Index size : shape) text += (text.empty() ? "" : "x") + std::to_string(size);
    return text;
}

namespace {

// "N C: 1x1 33x7 ...", on lines of at most 100 columns.
std::string wrapped_shapes(const KernelCase& kernel) {
    constexpr std::size_t columns = 100;
    std::string text, line = fmt::format("      {}:", kernel.sizes);
    for (const Shape& shape : kernel.shapes) {
        const std::string name = shape_name(shape);
        if (line.size() + 1 + name.size() > columns) text += line + "\n", line = "         ";
        line += " " + name;
    }
    return text + line + "\n";
}

}  // namespace

std::string kernel_list(const std::vector<KernelCase>& kernels) {
    std::string text, source;
    for (const KernelCase& kernel : kernels) {
        if (kernel.source != source) text += fmt::format("cuda/{}\n", kernel.source);
        source = kernel.source;
        text += fmt::format("  {}: {}\n", kernel.name, function_name(kernel));
        text += wrapped_shapes(kernel);
    }
    return text;
}

KernelRow verify_shapes(const KernelCase& kernel, std::uint64_t seed, Numbers numbers) {
    KernelRow row{&kernel, {}, 0};
    for (const Shape& shape : kernel.shapes) {
        restart_clock();
        const KernelResult result = verify_kernel(kernel, shape, seed, numbers);
        row.result.worst = std::max(row.result.worst, result.worst);
        row.result.share = std::max(row.result.share, result.share);
        row.result.compared += result.compared;
        if (result.passed()) continue;
        ++row.failed;
        if (row.result.passed()) row.result.failure = result.failure;
    }
    return row;
}

std::string table_of(const std::vector<KernelRow>& rows, const std::string& backend) {
    std::vector<TableRow> lines;
    for (const auto& [kernel, result, failed] : rows) {
        const std::string shapes = kernel->shapes.size() == 1
                                       ? shape_name(kernel->shapes[0])
                                       : fmt::format("{}: {} ... {}", kernel->shapes.size(),
                                                     shape_name(kernel->shapes.front()),
                                                     shape_name(kernel->shapes.back()));
        const bool passed = failed == 0, exact = result.share == 0;
        lines.push_back({kernel->name, shapes,
                         !passed ? "-"
                         : exact ? "exact"
                                 : fmt::format("{:.1e}", result.worst),
                         !passed || exact ? "-" : fmt::format("{:.0f} %", 100 * result.share),
                         backend, passed ? "passed" : "FAILED"});
    }
    return format_table({"kernel", "shapes", "worst error", "of the bound", "backend", "verdict"},
                        lines);
}

nlohmann::ordered_json json_of(const std::vector<KernelRow>& rows, const std::string& backend,
                               std::uint64_t seed) {
    nlohmann::ordered_json kernels = nlohmann::ordered_json::array();
    for (const auto& [kernel, result, failed] : rows) {
        nlohmann::ordered_json shapes = nlohmann::ordered_json::array();
        for (const Shape& shape : kernel->shapes) shapes.push_back(shape_name(shape));
        kernels.push_back({{"kernel", kernel->name},
                           {"file", "cuda/" + kernel->source},
                           {"sizes", kernel->sizes},
                           {"shapes", shapes},
                           {"compared", result.compared},
                           {"worst_error", result.worst},
                           {"share_of_bound", result.share},
                           {"failed_shapes", failed},
                           {"failure", result.failure}});
    }
    return {{"backend", backend}, {"seed", seed}, {"kernels", kernels}};
}

}  // namespace seed
