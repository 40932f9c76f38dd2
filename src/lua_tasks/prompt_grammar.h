// The grammar of the prompts: as a text, and as a question.
//
//   fold     REDUCTION for SOURCE [if FILTER] [: MAP]       "sum for each item if even: squared"
//   branch   if FILTER: MAP, else MAP                       "if above 8: squared, else plus 6"
//   long     FOLD; then FOLD [and FOLD]
//            helper: BRANCH; FOLD: helper; then FOLD
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lua_tasks/composition.h"
#include "lua_tasks/long_program.h"

namespace seed {

// What a prompt "-- ...\n" asks for; nothing where the world has no such prompt. Several tasks may
// share a prompt only if they compute the same.
std::optional<Composition> parse_prompt(std::string_view prompt);
std::optional<LongProgram> parse_long_prompt(std::string_view prompt);

// Rules and words for readers, with the code of each word.
std::string grammar_text();

}  // namespace seed
