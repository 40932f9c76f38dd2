#include "lua_tasks/edits.h"

#include "lua_tasks/grammar.h"
#include "lua_tasks/space.h"

#include <vector>

namespace seed {
namespace {

// Leaves out what makes long programs.
bool is_short(const Composition& c) {
    const bool plain_source = c.source == Source::each || c.source >= Source::range;
    return plain_source && c.filter.join <= Join::one;
}

Composition random_short_composition(RandomStream& random) {
    Composition c = random_composition(random);
    while (!is_short(c)) c = random_composition(random);
    return c;
}

enum class Change { filter, map, reduction, otherwise };

// Changes one component of `c` at random; the result may be invalid or no change at all.
Composition changed(Composition c, Change change, RandomStream& random) {
    if (change == Change::filter) c.filter = {Join::one, random_predicate(c.source, random), {}};
    if (change == Change::map) c.map = random_map(c.source, random);
    if (change == Change::otherwise) c.otherwise = random_map(c.source, random);
    if (change == Change::reduction) c.reduction = random.pick(reductions_for(c.source));
    return c;
}

// Names what the target has and the original has not.
std::string instruction(const Composition& target, Change change, const Surface& surface) {
    std::string what;
    if (change == Change::filter) what = "if " + filter_phrase(target.filter);
    if (change == Change::map) what = map_phrase(target.map, target.source, surface);
    if (change == Change::reduction) what = reduction_phrase(target.reduction, surface);
    if (change == Change::otherwise) {
        what = "else " + map_phrase(target.otherwise, target.source, surface);
    }
    return "-- now " + what + "\n";
}

std::optional<Edit> random_change(RandomStream& random) {
    const Composition original = random_short_composition(random);
    const bool branch = original.source == Source::branch;
    const std::array changes = {Change::filter, Change::map,
                                branch ? Change::otherwise : Change::reduction};
    const Change change = random.pick(changes);
    const Composition target = changed(original, change, random);
    if (target == original || !is_valid(target) || !is_short(target)) return {};
    const Surface surface = random_surface(random);
    return Edit{target, original, surface,
                instruction(target, change, surface), render_program(original, surface),
                render_program(target, surface)};
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

// A filter or a map, and nothing long.
bool is_short_repair(const Composition& c) {
    if (c.filter.join == Join::none) return true;
    const bool character_class = PredicateKind::vowel <= c.filter.first.kind &&
                                 c.filter.first.kind <= PredicateKind::lowercase;
    const bool short_step = c.reduction == Reduction::sum || c.reduction == Reduction::tally;
    return c.source != Source::range && !character_class && short_step &&
           c.map.kind == MapKind::identity;
}

std::optional<Edit> random_repair(RandomStream& random) {
    const Composition target = random_short_composition(random);
    if (!is_short_repair(target)) return {};
    const Surface surface = random_surface(random);
    const std::string program = render_program(target, surface);
    const Bug& bug = random.pick(bugs);
    const std::size_t place = program.find(bug.right);
    if (place == std::string::npos) return {};
    std::string broken = program;
    broken.replace(place, bug.right.size(), bug.wrong);
    const std::string description = render_prompt(target, surface).substr(3);
    return Edit{target, {}, surface, "-- fix: " + description, broken, program};
}

}  // namespace

Edit random_edit(RandomStream& random) {
    const bool repair = random.below(2) == 0;
    for (;;) {
        const std::optional<Edit> edit = repair ? random_repair(random) : random_change(random);
        if (edit) return *edit;
    }
}

}  // namespace seed
