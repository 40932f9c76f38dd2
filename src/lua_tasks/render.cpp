#include "lua_tasks/render.h"

#include "lua_tasks/render_parts.h"

#include <fmt/format.h>

namespace seed {
namespace {

std::string fold_program(SurfaceReader& reader, const Composition& c, std::string_view argument,
                         std::string_view item) {
    const std::string_view result =
        reader.name(ChoicePoint::result, reader.result_names(c.reduction));
    const SourceWord& source = word_of(c.source);
    const std::size_t form = reader.option(ChoicePoint::loop, source.loop_count);
    const std::string body = fold_body(reader, first_part, c, result, item);
    return fold_start(c, result) + loop_around(c.source, form, argument, item, body) +
           fmt::format("  return {}\n", result);
}

}  // namespace

Rendering render(const Composition& c, const Surface& surface) {
    SurfaceReader reader(surface);
    const SourceWord& source = word_of(c.source);
    const std::string_view item = reader.name(ChoicePoint::item, source.item);
    const bool is_branch = c.source == Source::branch;
    const std::string_view argument =
        is_branch ? item : reader.name(ChoicePoint::argument, source.argument);
    const std::string body = is_branch ? branch_code(reader, first_part, c, item)
                                       : fold_program(reader, c, argument, item);
    return reader.rendering(fmt::format("function f({})\n{}end\n", argument, body));
}

std::string filter_phrase(const Filter& filter) {
    const auto phrase = [](const Predicate& predicate) {
        const std::string constant = constant_text(predicate.kind, predicate.constant);
        return fill(word_of(predicate.kind).phrase, {{"{c}", constant}});
    };
    if (filter.join == Join::one) return phrase(filter.first);
    return fmt::format("{} {} {}", phrase(filter.first),
                       filter.join == Join::both ? "and" : "or", phrase(filter.second));
}

std::string map_phrase(const Map& map) {
    return fill(word_of(map.kind).phrase, {{"{c}", std::to_string(map.constant)}});
}

std::string fold_phrase(const Composition& c) {
    const std::string phrase =
        fmt::format("{} for {}", word_of(c.reduction).phrase, word_of(c.source).phrase);
    return c.filter.join == Join::none ? phrase : phrase + " if " + filter_phrase(c.filter);
}

std::string render_prompt(const Composition& c) {
    if (c.source == Source::branch) {
        return fmt::format("-- if {}: {}, else {}\n", filter_phrase(c.filter), map_phrase(c.map),
                           map_phrase(c.otherwise));
    }
    if (c.reduction == Reduction::tally) return fmt::format("-- {}\n", fold_phrase(c));
    return fmt::format("-- {}: {}\n", fold_phrase(c), map_phrase(c.map));
}

}  // namespace seed
