#include "lua_tasks/edits.h"

#include <vector>

#include "lua_tasks/grammar.h"
#include "lua_tasks/space.h"

namespace seed {
namespace {

enum class Change { filter, map, reduction, otherwise };

// Changes one component of `c` at random; the result may be invalid or no change at all.
Composition changed(Composition c, Change change, RandomStream& random) {
    if (change == Change::filter) c.filter = random_filter(c.source, random);
    if (change == Change::map) c.map = random_map(c.source, random);
    if (change == Change::otherwise) c.otherwise = random_map(c.source, random);
    if (change == Change::reduction) c.reduction = random.pick(reductions_for(c.source));
    return c;
}

// The program computes something that is near to what it should.
std::optional<Edit> random_change(RandomStream& random, Surface surface) {
    const Composition target = random_composition(random);
    const bool branch = target.source == Source::branch;
    const std::array changes = {Change::filter, Change::map,
                                branch ? Change::otherwise : Change::reduction};
    const Composition original = changed(target, random.pick(changes), random);
    if (original == target || !is_valid(original)) return {};
    surface.result_named_after = original.reduction;
    return Edit{target, original, surface, render(original, surface).program};
}

// A slip of the pen: `right` in the program is written as `wrong`.
struct Bug {
    std::string_view right, wrong;
};
constexpr std::array<Bug, 12> bugs = {{{" > ", " < "},
                                       {" < ", " > "},
                                       {" > ", " >= "},
                                       {" < ", " <= "},
                                       {" == ", " ~= "},
                                       {" ~= ", " == "},
                                       {" = 0\n", " = 1\n"},
                                       {" = 1\n", " = 0\n"},
                                       {" + ", " - "},
                                       {" * ", " + "},
                                       {"math.max", "math.min"},
                                       {"math.min", "math.max"}}};

std::optional<Edit> random_repair(RandomStream& random, const Surface& surface) {
    const Composition target = random_composition(random);
    std::string program = render(target, surface).program;
    const Bug& bug = random.pick(bugs);
    const std::size_t place = program.find(bug.right);
    if (place == std::string::npos) return {};
    program.replace(place, bug.right.size(), bug.wrong);
    return Edit{target, {}, surface, std::move(program)};
}

}  // namespace

Edit random_edit(RandomStream& random, const Surface& surface) {
    const bool repair = random.below(2) == 0;
    for (;;) {
        const std::optional<Edit> edit = repair ? random_repair(random, surface)
                                                : random_change(random, surface);
        if (edit) return *edit;
    }
}

}  // namespace seed
