#include "app/verify_command.h"

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/verify_counts.h"
#include "app/verify_replacement.h"
#include "app/verify_report.h"
#include "app/writable_file.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "tests/support/reader_process.h"

namespace seed {
namespace {

struct VerifyArguments {
    std::optional<std::string> kernel, shape, file;
    std::string json;
    bool list = false, counts = false, arange = false;
    std::uint64_t seed = 1;
    int threads = 0;
    unsigned seconds = 30;
};

// "5x7" or "5 7" is a shape of two sizes.
Shape parse_shape(const std::string& text) {
    Shape shape;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        Index size = -1;
        const auto parsed = std::from_chars(at, end, size);
        require(parsed.ec == std::errc{} && size >= 0 && size <= 1 << 20 &&
                    (parsed.ptr == end || *parsed.ptr == 'x'),
                "--shape: expected sizes up to 2^20 such as 33x7, got {}", in_quotes(text));
        shape.push_back(size);
        if (parsed.ptr == end) return shape;
        at = parsed.ptr + 1;
    }
}

// All kernels, those of one ladder ("rms_norm_forward") or one of its steps.
std::vector<KernelCase> chosen_kernels(const std::optional<std::string>& name) {
    std::vector<KernelCase> chosen;
    for (const KernelCase& kernel : kernel_cases()) {
        const std::string ladder = kernel.name.substr(0, kernel.name.find('/'));
        if (!name || kernel.name == *name || ladder == *name) chosen.push_back(kernel);
    }
    require(!chosen.empty(), "--kernel: expected one of those of --list, got {}",
            in_quotes(name.value_or("")));
    return chosen;
}

void choose_shape(std::vector<KernelCase>& kernels, const std::string& text) {
    const Shape shape = parse_shape(text);
    for (KernelCase& kernel : kernels) {
        const std::string missing = kernel.missing_in(shape);
        require(missing.empty(), "--shape: expected the sizes {} of {}{}, got {}", kernel.sizes,
                kernel.name, missing, text);
        kernel.shapes = {shape};
    }
}

void verify(const VerifyArguments& a, const std::vector<KernelCase>& kernels) {
    const std::string backend = device_name();
    std::vector<KernelRow> rows;
    Index failed = 0;
    Progress progress("verify", std::int64_t(kernels.size()));
    for (const KernelCase& kernel : kernels) {
        rows.push_back(
            verify_shapes(kernel, a.seed, a.arange ? Numbers::counting : Numbers::random));
        failed += rows.back().failed > 0;
        progress.update(std::int64_t(rows.size()), kernel.name);
    }
    progress.finish(fmt::format("{} of {} passed", rows.size() - failed, rows.size()));
    fmt::print("{}", table_of(rows, backend));
    for (const KernelRow& row : rows) {
        if (row.failed == 0) continue;
        fmt::print("\n{} of {} shapes failed, the first:\n{}\n", row.failed,
                   row.kernel->shapes.size(), row.result.failure);
    }
    if (!a.json.empty()) write_json(a.json, json_of(rows, backend, a.seed));
    require(failed == 0, "verify: {} of {} kernels failed", failed, rows.size());
}

void run(const VerifyArguments& a) {
    set_thread_count(a.threads);
    std::vector<KernelCase> kernels = chosen_kernels(a.kernel);
    require(!a.shape || a.kernel, "--shape: expected a --kernel beside it");
    require(!a.arange || a.shape, "--arange: expected a small --shape beside it");
    if (a.shape) choose_shape(kernels, *a.shape);
    if (a.list) return fmt::print("{}", kernel_list(kernels));
    if (a.file) {
        require(a.kernel && kernels.size() == 1,
                "--file: expected --kernel with one name of --list, got {} kernels",
                kernels.size());
        kernels[0].launcher = compile_replacement(*a.file, kernels[0]);
        continue_in_child(a.seconds, reinterpret_cast<const void*>(kernels[0].launcher));
    }
    a.counts ? print_access_counts(kernels, a.seed) : verify(a, kernels);
}

const char* const footer = R"(A file for --file replaces one kernel, for example:

    seed verify --kernel add_forward/thread_per_element --file my_add.cu

It defines, in namespace seed, the function that launches this kernel, with the name that --list
shows and the arguments of the header beside the kernel (cuda/.../..._device.h). What it launches is
up to you:

    #include "simt/simt.h"
    #include "transformer/residual_device.h"
    static __global__ void add(float* y, const float* a, const float* b, seed::Index size) {
        const seed::Index i = seed::Index(blockIdx.x) * blockDim.x + threadIdx.x;
        if (i < size) y[i] = a[i] + b[i];
    }
    void seed::add_forward_thread_per_element(DeviceView<float> y, DeviceView<const float> a,
                                              DeviceView<const float> b) {
        simt::launch<add>({(y.size() + 255) / 256, 256}, y.data, a.data, b.data, y.size());
    }

The exit status is 0 if all kernels passed and 1 if not.)";

}  // namespace

void add_verify_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("verify", "every kernel against its reference");
    auto a = std::make_shared<VerifyArguments>();
    command->add_option("--kernel", a->kernel, "one kernel, or all of one ladder");
    command->add_option("--shape", a->shape,
                        "one shape, such as 33x7, instead of the kernel's own");
    command->add_flag("--arange", a->arange,
                      "inputs 0, 1, 2, ... instead of random ones: a wrong result then shows which "
                      "element was taken for which");
    command->add_option("--seed", a->seed, "of the random numbers")->capture_default_str();
    command->add_flag("--list", a->list, "name the kernels, their files and shapes; run none");
    command->add_flag("--counts", a->counts,
                      "memory sectors and bank passes per source line (checker build)");
    command->add_option("--json", a->json, "write the table as JSON")->check(writable_file());
    command->add_option("--file", a->file, "your own kernel in the place of --kernel: see below");
    command->add_option("--seconds", a->seconds, "most time for a shape of the kernel of --file")
        ->check(CLI::Range(1u, 86'400u))
        ->capture_default_str();
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    command->footer(footer);
    command->callback([a] { run(*a); });
}

}  // namespace seed
