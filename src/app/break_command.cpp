#include "app/break_command.h"

#include <algorithm>
#include <memory>

#include "app/checker_program.h"
#include "core/files.h"
#include "core/json.h"
#include "core/progress.h"
#include "core/table.h"
#include "exercises/exercise.h"
#include "exercises/planted_fault.h"
#include "exercises/reader_library.h"
#include "tests/support/reader_process.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

struct Build {
    const char* name;
    fs::path program;
};

PlantedFault fault_named(const fs::path& project, const std::string& name) {
    for (PlantedFault& fault : read_faults(project)) {
        if (fault.name == name || fault.number == name) return std::move(fault);
    }
    fail("expected a fault of `seed exercises break`, got {}", name);
}

// In a student's own clone the kernel may still have to be written.
void require_an_answer(const fs::path& project, const PlantedFault& fault) {
    for (const Exercise& e : read_exercises(project)) {
        if (e.file != fault.file || std::ranges::count(e.kernels, fault.kernel) == 0) continue;
        const std::string text = read_file(project / e.file);
        require(trimmed(answer_in(text, e)) != trimmed(answer_in(blanked(text, e), e)),
                "{}: expected the answer to exercise {} ({}), got a blank", e.file.string(),
                e.number, e.name);
    }
}

// The program's verdict on the file in the place of the kernel: "" where all shapes pass.
std::string verdict_of(const Build& build, const PlantedFault& fault, const fs::path& file,
                       const fs::path& folder) {
    const fs::path report = folder / "report.json", said = folder / "said.txt";
    fs::remove(report);
    const int status =
        wait_for_program(start_program({build.program.string(), "verify", "--kernel", fault.kernel,
                                        "--file", file.string(), "--json", report.string()},
                                       said));
    if (!fs::exists(report)) {  // a crash, or more than its time
        const std::string text = read_file(said);
        const std::size_t error = text.rfind("error: ");
        require(error != text.npos, "{} ended with {}: {}", build.program.string(), exit_of(status),
                text);
        return trimmed(text.substr(error));
    }
    const nlohmann::json row = parse_json(read_file(report)).at("kernels").at(0);
    const auto failed = row.at("failed_shapes").get<std::size_t>();
    if (failed == 0) return "";
    return fmt::format("{} of {} shapes failed, the first:\n{}", failed, row.at("shapes").size(),
                       row.at("failure").get<std::string>());
}

std::string text_of(const std::vector<std::string>& verdicts) {
    const auto said = [](const std::string& v) { return v.empty() ? "all passed" : v; };
    if (verdicts[0] == verdicts[1]) return fmt::format("both builds: {}\n", said(verdicts[0]));
    return fmt::format("release: {}\nchecker: {}\n", said(verdicts[0]), said(verdicts[1]));
}

void plant(const fs::path& project, const PlantedFault& fault) {
    require_an_answer(project, fault);
    const Build builds[] = {{"release", release_program()}, {"checker", checker_program()}};
    const ScratchFolder folder;
    const fs::path file = folder.path() / fault.file.filename();
    write_file_atomically(file, fmt::format("#line 1 \"{}\"\n", fault.file.string()) +
                                    with_fault(read_file(project / fault.file), fault));
    std::vector<std::string> verdicts;
    Progress progress("break", 2);
    for (const Build& build : builds) {
        verdicts.push_back(verdict_of(build, fault, file, folder.path()));
        progress.update(std::int64_t(verdicts.size()), build.name);
    }
    progress.finish();
    fmt::print("{}", text_of(verdicts));
    if (!fault.answer.empty()) fmt::print("\n{}\n", fault.answer);
    require(!verdicts[0].empty() || !verdicts[1].empty(),
            "break: expected a build that sees the fault, got none");
}

void show(const PlantedFault& fault) {
    fmt::print("{} {} ({}, {})\n\n{}\n{}\n\n", fault.number, fault.title, fault.file.string(),
               fault.kernel, diff_of(fault), fault.question);
}

void list(const std::vector<PlantedFault>& faults) {
    std::vector<TableRow> rows;
    for (const PlantedFault& f : faults) {
        rows.push_back({f.number, f.title, f.file.string(), f.kernel});
    }
    fmt::print("{}", format_table({"", "", "file", "kernel"}, rows));
}

}  // namespace

void add_break_command(CLI::App& exercises, const fs::path& project) {
    struct Arguments {
        std::string name;
        bool run = false;
    };
    CLI::App* command =
        exercises.add_subcommand("break", "plant a fault in a kernel, and see who notices");
    auto a = std::make_shared<Arguments>();
    auto* name = command->add_option("name", a->name, "a fault's number or name; without it: all");
    command->add_flag("--run", a->run, "plant it in a copy, and verify that in both builds")
        ->needs(name);
    command->callback([a, project] {
        if (a->name.empty()) return list(read_faults(project));
        const PlantedFault fault = fault_named(project, a->name);
        show(fault);
        a->run ? plant(project, fault)
               : fmt::print("To see: seed exercises break {} --run\n", fault.number);
    });
}

}  // namespace seed
