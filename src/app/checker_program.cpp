#include "app/checker_program.h"

#include "core/require.h"

namespace seed {
namespace fs = std::filesystem;

fs::path release_program() { return fs::read_symlink("/proc/self/exe"); }

fs::path checker_program() {
    const fs::path checker = release_program().parent_path().parent_path() / "checker" / "seed";
#ifdef SIMT_CHECKER
    fail("expected the release build, which runs the checker build itself, got the checker build");
#endif
    require(fs::exists(checker),
            "{}: expected the checker build, got none; cmake --preset checker && cmake --build "
            "--preset checker --target seed",
            checker.string());
    return checker;
}

}  // namespace seed
