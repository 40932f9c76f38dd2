#include "app/resume_option.h"

#include <algorithm>

#include "app/places.h"
#include "core/require.h"
#include "runs/run_folder.h"
#include "runs/text_source.h"

namespace seed {

void require_resume_alone(const CLI::App& command, const std::vector<std::string>& allowed) {
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        const bool is_allowed =
            name == "--resume" || std::find(allowed.begin(), allowed.end(), name) != allowed.end();
        require(option->count() == 0 || is_allowed,
                "--resume: expected no option that the run was started with, got {}", name);
    }
}

RunConfig move_corpus(const std::filesystem::path& folder, const std::string& place) {
    RunConfig config = load_config(folder);
    require(!config.corpus.empty(),
            "--corpus: expected none, as the run was trained on Lua tasks, got {}", place);
    config.corpus = corpus_place(place);
    open_source(config, load_run_tokenizer(folder, config));
    save_config(folder, config);
    return config;
}

}  // namespace seed
