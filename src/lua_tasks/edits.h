// The edit family: a program that is to follow its prompt again.
#pragma once

#include <optional>
#include <string>

#include "core/philox.h"
#include "lua_tasks/composition.h"
#include "lua_tasks/render.h"

namespace seed {

// A program that does not do what it should.
struct Edit {
    Composition target;                   // what it should compute
    std::optional<Composition> original;  // what it does compute; none where a bug is planted
    Surface surface;                      // of both
    std::string program;                  // as it stands
};

// Half of the edits have a bug, in the others one component of the composition is another. Original
// and target are written in the same way, with the same names: what is right stays.
Edit random_edit(RandomStream& random, const Surface& surface);

}  // namespace seed
