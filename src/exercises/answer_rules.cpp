#include "exercises/answer_rules.h"

#include <regex>
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
    R"(|_Exit|quick_exit|exit|system|this_thread)|simt::(host_access|share_device|watch_host)).*)";

// What kernels may call of ours besides: the device's memory, and errors.
const char* const allowed_for_kernels =
    R"(seed::(fail_with|require_memory|check_|allocate_on_device|free_on_device|copy_|zero_on_device)"
    R"(|target_log_p|[a-z_]+_kernel_per_step|levenshtein_myers_warp_per_pair|add_bias_backward).*)";

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

void refuse_tricks(const std::string& answer) {
    static const std::regex include(R"((^|\n)\s*#\s*(include|line|pragma)|_Pragma|__has_include)");
    static const std::regex assembly(R"(\b(asm|__asm__|__asm)\b)");
    std::smatch found;
    require(!std::regex_search(answer, found, include),
            "an answer has no #include, #line or #pragma: the file includes what is needed");
    require(!std::regex_search(answer, found, assembly), "an answer has no assembly code");
}

void refuse_calls(const fs::path& folder, bool is_kernel) {
    static const std::regex allowed(allowed_symbols), forbidden(forbidden_symbols),
        of_kernels(allowed_for_kernels);
    for (const std::string& name : wanted_symbols(folder)) {
        const bool is_ours = name.find("seed::") != name.npos;
        const bool may = is_ours ? !is_kernel || std::regex_match(name, of_kernels)
                                 : std::regex_match(name, allowed);
        require(may && !std::regex_match(name, forbidden),
                "the answer calls {}, which it must not need", one_line(name));
    }
}

}  // namespace seed
