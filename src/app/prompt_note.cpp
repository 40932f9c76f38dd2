#include "app/prompt_note.h"

#include <fmt/format.h>

#include "lua_tasks/prompt_grammar.h"

namespace seed {

void note_unknown_prompt(const RunConfig& config, std::string_view prompt) {
    if (!config.corpus.empty() || parse_prompt(prompt) || parse_long_prompt(prompt)) return;
    fmt::print(stderr,
               "note: no prompt of the model's world; seed tasks --grammar says what it "
               "knows\n");
}

}  // namespace seed
