#include "app/resume_option.h"

#include <algorithm>

#include "core/require.h"

namespace seed {

void require_resume_alone(const CLI::App& command, const std::vector<std::string>& allowed) {
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        const bool is_allowed = name == "--resume" ||
                                std::find(allowed.begin(), allowed.end(), name) != allowed.end();
        require(option->count() == 0 || is_allowed,
                "--resume: expected no option that the run was started with, got {}", name);
    }
}

}  // namespace seed
