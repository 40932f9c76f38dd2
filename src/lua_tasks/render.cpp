#include "lua_tasks/render.h"

#include "lua_tasks/grammar.h"

#include <fmt/format.h>

namespace seed {
namespace {

// {x} and {xs} of a program.
struct Names {
    std::string_view item, argument;
};

constexpr std::array<Names, 3> list_names = {{{"x", "xs"}, {"v", "vs"}, {"n", "ns"}}};
constexpr std::array<Names, 3> range_names = {{{"x", "n"}, {"i", "n"}, {"k", "n"}}};
constexpr std::array<Names, 3> branch_names = {{{"x", "x"}, {"v", "v"}, {"n", "n"}}};
constexpr std::array<Names, 3> character_names = {{{"c", "s"}, {"x", "s"}, {"c", "xs"}}};

const Names& names_of(Source source, const Surface& surface) {
    if (source == Source::range) return range_names[surface.names];
    if (source == Source::branch) return branch_names[surface.names];
    if (source == Source::characters) return character_names[surface.names];
    return list_names[surface.names];
}

std::string source_phrase(Source source, const Surface& surface) {
    const Names& names = names_of(source, surface);
    return fill(word_of(source).phrase, {{"{xs}", names.argument}, {"{x}", names.item}});
}

std::string_view joint(Join join) { return join == Join::both ? " and " : " or "; }

std::string predicate_code(const Predicate& predicate, std::string_view item) {
    return fill(word_of(predicate.kind).code,
                {{"{x}", item}, {"{c}", constant_text(predicate.kind, predicate.constant)}});
}

std::string filter_code(const Filter& filter, std::string_view item) {
    const std::string first = predicate_code(filter.first, item);
    if (filter.join == Join::one) return first;
    return fmt::format("{}{}{}", first, joint(filter.join), predicate_code(filter.second, item));
}

std::string map_code(const Map& map, std::string_view item) {
    return fill(word_of(map.kind).code, {{"{x}", item}, {"{c}", std::to_string(map.constant)}});
}

// x + 3 in a product needs parentheses, x * 3 does not.
std::string factor_code(const Map& map, std::string_view item) {
    const bool binds_weakly = map.kind == MapKind::plus || map.kind == MapKind::minus ||
                              map.kind == MapKind::modulo;
    const std::string code = map_code(map, item);
    return binds_weakly ? "(" + code + ")" : code;
}

std::string branch_code(const Composition& c, std::string_view x) {
    return fmt::format("  if {} then\n    return {}\n  else\n    return {}\n  end\n",
                       filter_code(c.filter, x), map_code(c.map, x), map_code(c.otherwise, x));
}

std::string fold_code(const Composition& c, const Surface& surface, const Names& names) {
    const ReductionWord& word = word_of(c.reduction);
    const std::string_view result = word.names[surface.synonym];
    const std::string value = c.reduction == Reduction::product ? factor_code(c.map, names.item)
                                                                : map_code(c.map, names.item);
    const std::string step = fill(word.step, {{"{r}", result}, {"{v}", value}});
    const std::string loop = fill(word_of(c.source).code,
                                  {{"{xs}", names.argument}, {"{x}", names.item}});
    const std::string body =
        c.filter.join == Join::none
            ? fmt::format("    {}\n", step)
            : fmt::format("    if {} then\n      {}\n    end\n", filter_code(c.filter, names.item),
                          step);
    return fmt::format("  local {} = {}\n{}{}  end\n  return {}\n", result, word.start, loop, body,
                       result);
}

// Parts of a prompt: "even and above 3", "x squared", "sum".
std::string filter_phrase(const Filter& filter) {
    const auto phrase = [](const Predicate& predicate) {
        const std::string constant = constant_text(predicate.kind, predicate.constant);
        return fill(word_of(predicate.kind).phrase, {{"{c}", constant}});
    };
    if (filter.join == Join::one) return phrase(filter.first);
    return fmt::format("{}{}{}", phrase(filter.first), joint(filter.join), phrase(filter.second));
}

std::string map_phrase(const Map& map, Source source, const Surface& surface) {
    return fill(word_of(map.kind).phrase, {{"{x}", names_of(source, surface).item},
                                           {"{c}", std::to_string(map.constant)}});
}

std::string reduction_phrase(Reduction reduction, const Surface& surface) {
    return std::string(word_of(reduction).names[surface.synonym]);
}

}  // namespace

Surface random_surface(RandomStream& random) {
    Surface surface;
    surface.names = random.below(3);
    surface.synonym = random.below(2);
    return surface;
}

std::string render_prompt(const Composition& c, const Surface& surface) {
    const std::string map = map_phrase(c.map, c.source, surface);
    if (c.source == Source::branch) {
        return fmt::format("-- if {}: {}, else {}\n", filter_phrase(c.filter), map,
                           map_phrase(c.otherwise, c.source, surface));
    }
    std::string prompt = "-- " + reduction_phrase(c.reduction, surface) + " for ";
    prompt += source_phrase(c.source, surface);
    if (c.filter.join != Join::none) prompt += " if " + filter_phrase(c.filter);
    if (c.reduction != Reduction::tally) prompt += ": " + map;
    return prompt + "\n";
}

std::string render_program(const Composition& c, const Surface& surface) {
    const Names& names = names_of(c.source, surface);
    const std::string body = c.source == Source::branch ? branch_code(c, names.item)
                                                        : fold_code(c, surface, names);
    return fmt::format("function f({})\n{}end\n", names.argument, body);
}

}  // namespace seed
