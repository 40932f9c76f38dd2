#include "tests/exercises/code_check.h"

namespace seed {
namespace {

std::vector<CodeCheck>& registry() {
    static std::vector<CodeCheck> checks;
    return checks;
}

}  // namespace

const std::vector<CodeCheck>& code_checks() { return registry(); }

RegisterCodeCheck::RegisterCodeCheck(CodeCheck check) { registry().push_back(std::move(check)); }

}  // namespace seed
