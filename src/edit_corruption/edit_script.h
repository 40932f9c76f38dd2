// An edit script: how to turn a into b with as few changes as their Levenshtein distance says.
#pragma once

#include <vector>

#include "edit_corruption/levenshtein.h"

namespace seed {

enum class ScriptKind { keep, insertion, deletion, substitution };

struct ScriptStep {
    ScriptKind kind = ScriptKind::keep;
    Index a = 0;  // position in a: of the token kept, deleted or replaced; where one is inserted
    Index b = 0;  // position in b: of the token kept, inserted or put; where one is missing

    bool operator==(const ScriptStep&) const = default;
};

// The steps from left to right, each taking the next token of a, of b, or of both; all but `keep`
// cost 1. Read off the table from its last cell backwards; of equally cheap ways the diagonal is
// taken first, then a deletion, then an insertion.
std::vector<ScriptStep> edit_script(Tokens a, Tokens b);

}  // namespace seed
