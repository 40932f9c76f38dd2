#include "exercises/answer_rules.h"

#include <regex>
#include <set>
#include <sstream>

#include "core/files.h"
#include "core/require.h"
#include "core/text.h"
#include "exercises/reader_library.h"
#include "tests/support/reader_process.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

// What code may ask of others. Of the system it needs memory and the clock of the emulator, no
// more: no files, no processes, no other library.
const char* const allowed_symbols =
    R"((simt::|std::|operator |typeinfo for|vtable for|fmt::|__gnu_cxx::|void |bool |int |double )"
    R"(|float |unsigned |__cxa_|__gxx_|__once|_Unwind_|__stack_chk|_GLOBAL_|_ITM_|__gmon_|__tsan_)"
    R"(|__dso_|__tls_get_addr|__assert_fail|free|malloc|calloc|realloc|aligned_alloc)"
    R"(|posix_memalign|mem(cpy|move|set|cmp)|str(len|cmp)|bcmp|v?(sn)?printf|put(s|char)|abort|GOMP_|omp_)"
    R"(|cuda[A-Z]|cublas|(a?(sin|cos|tan)h?|atan2|exp2?|expm1|log(2|10|1p)?|pow|sqrt|f(max|min|mod|ma))"
    R"(|cbrt|erfc?|sincos|l?l?r(ound|int)|floor|ceil|trunc|ldexp|frexp|hypot|_ZG)f?@?).*)";
// Of these, what must not be.
const char* const forbidden_symbols =
    R"(.*(std::(filesystem|basic_[io]?f?stream|basic_filebuf|basic_fstream|thread|basic_ifstream)"
    R"(|_Exit|quick_exit|exit|system|this_thread|__basic_file|basic_streambuf|random_device))"
    R"(|simt::(host_access|share_device|watch_host|set_)).*)";

// The names that the library wants from others, as the linker's table has them.
std::vector<std::string> wanted_symbols(const fs::path& folder) {
    const fs::path list = folder / "symbols.txt";
    const int status =
        wait_for_program(start_program({"nm", "--dynamic", "--undefined-only", "--demangle",
                                        "--format=just-symbols", (folder / "code.so").string()},
                                       list));
    require(status == 0, "nm ended with {}", exit_of(status));
    std::istringstream lines(read_file(list));
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) names.push_back(line);
    return names;
}

}  // namespace

namespace {

std::set<std::string> identifiers_of(std::string_view text) {
    static const std::regex word(R"([A-Za-z_]\w*)");
    const std::string code(text);
    return {std::sregex_token_iterator(code.begin(), code.end(), word), {}};
}

// Without comments, in which anything may stand.
std::string code_alone(std::string_view text) {
    static const std::regex comment(R"(//[^\n]*|/\*[\s\S]*?\*/)");
    return std::regex_replace(std::string(text), comment, " ");
}

// __syncwarp and what else the emulator knows of CUDA.
bool is_of_cuda(const std::string& name) {
    static const std::set<std::string> known = [] {
        std::set<std::string> names;
        for (const char* header : {"device_api.h", "intrinsics.h", "atomics.h", "simt.h"}) {
            const fs::path file = fs::path(SEED_PROJECT_DIR) / "cuda" / "simt" / header;
            names.merge(identifiers_of(code_alone(read_file(file))));
        }
        for (const char* none : {"__attribute__", "__asm__", "__restrict"}) names.erase(none);
        return names;
    }();
    return known.contains(name);
}

// Launchers and kernels, all of the project and those of the file.
std::set<std::string> kernel_names(std::string_view ours) {
    static const std::regex kernel(R"(__global__ void (\w+))");
    std::set<std::string> names;
    for (const KernelCase& k : kernel_cases()) names.insert(function_name(k));
    const std::string text(ours);
    for (std::sregex_iterator it(text.begin(), text.end(), kernel), end; it != end; ++it) {
        names.insert((*it)[1]);
    }
    return names;
}

}  // namespace

void refuse_tricks(const Exercise& e, std::string_view answer, std::string_view ours) {
    // Comments and strings too: what looks like one need not be one to the compiler
    const std::string code(answer);
    static const std::regex preprocessor(R"(#|%:|<:|\?\?|\\\s*\n)"), attribute(R"(\[\s*\[)"),
        of_language(R"(asm|extern|simt)"), reserved(R"(__.*)");
    require(!std::regex_search(code, preprocessor),
            "an answer has no #, %:, <:, ?? or line that ends in a backslash: the file includes "
            "and defines what is needed");
    require(!std::regex_search(code, attribute), "an answer has no attributes");
    const std::set<std::string> in_ours = identifiers_of(code_alone(answer_in(ours, e)));
    const std::set<std::string> kernels = kernel_names(ours);
    for (const std::string& name : identifiers_of(code)) {
        if (in_ours.contains(name)) continue;
        const bool is_refused = std::regex_match(name, of_language) || kernels.contains(name) ||
                                (std::regex_match(name, reserved) && !is_of_cuda(name));
        require(!is_refused, "an answer must not use {}", one_line(name));
    }
}

void refuse_calls(const fs::path& folder, std::string_view ours) {
    static const std::regex allowed(allowed_symbols), forbidden(forbidden_symbols),
        everywhere(R"(.*seed::(fail_with|require_memory|check_|allocate_on_device|free_on_device)"
                   R"(|copy_|zero_on_device|target_log_p|thread_count).*)"),
        last_name(R"(.*?seed::(?:\(anonymous namespace\)::)?(?:\w+::)*~?(\w+).*)");
    const std::set<std::string> known = identifiers_of(ours);
    for (const std::string& name : wanted_symbols(folder)) {
        std::smatch found;
        const bool is_ours = std::regex_match(name, found, last_name);
        const bool may = is_ours ? known.contains(found[1]) || std::regex_match(name, everywhere)
                                 : std::regex_match(name, allowed);
        require(may && !std::regex_match(name, forbidden),
                "the answer calls {}, which it must not need", one_line(name));
    }
}

}  // namespace seed
