#include "lua_tasks/render_parts.h"

#include <fmt/format.h>

namespace seed {
namespace {

std::string_view joint(Join join) { return join == Join::both ? " and " : " or "; }

std::string predicate_code(SurfaceReader& reader, ChoicePoint point, const Predicate& predicate,
                           std::string_view item) {
    return fill(reader.form(point, word_of(predicate.kind).code),
                {{"{x}", item}, {"{c}", constant_text(predicate.kind, predicate.constant)}});
}

// x + 3 in a product needs parentheses, x * 3 does not.
std::string as_factor(std::string code) {
    for (const std::string_view weak : {" + ", " - ", " % "}) {
        if (code.find(weak) != std::string::npos) return "(" + code + ")";
    }
    return code;
}

}  // namespace

std::size_t SurfaceReader::option(ChoicePoint point, std::size_t options) {
    options_[std::size_t(point)] = std::uint8_t(options);
    return surface_.option(point, options);
}

const Names& SurfaceReader::result_names(Reduction reduction) const {
    return word_of(surface_.result_named_after.value_or(reduction)).names;
}

std::string filter_code(SurfaceReader& reader, const PartPoints& points, const Filter& filter,
                        std::string_view item) {
    std::string code = predicate_code(reader, points.first_predicate, filter.first, item);
    if (filter.join == Join::one) return code;
    code += joint(filter.join);
    return code + predicate_code(reader, points.second_predicate, filter.second, item);
}

std::string map_code(SurfaceReader& reader, ChoicePoint point, const Map& map,
                     std::string_view item) {
    return fill(reader.form(point, word_of(map.kind).code),
                {{"{x}", item}, {"{c}", std::to_string(map.constant)}});
}

std::string branch_code(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                        std::string_view item) {
    const std::string condition = filter_code(reader, points, c.filter, item);
    const std::string map = map_code(reader, points.map, c.map, item);
    const std::string otherwise = map_code(reader, points.otherwise, c.otherwise, item);
    return fmt::format("  if {} then\n    return {}\n  else\n    return {}\n  end\n", condition,
                       map, otherwise);
}

std::string fold_start(const Composition& c, std::string_view result) {
    return fmt::format("  local {} = {}\n", result, word_of(c.reduction).start);
}

namespace {

std::string body_with(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                      std::string_view result, std::string_view item, std::string value) {
    if (c.reduction == Reduction::product) value = as_factor(std::move(value));
    const std::string step = fill(reader.form(points.step, word_of(c.reduction).step),
                                  {{"{r}", result}, {"{v}", value}});
    if (c.filter.join == Join::none) return fmt::format("    {}\n", step);
    return fmt::format("    if {} then\n      {}\n    end\n",
                       filter_code(reader, points, c.filter, item), step);
}

}  // namespace

std::string fold_body(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                      std::string_view result, std::string_view item) {
    // A count maps nothing
    const bool is_count = c.reduction == Reduction::tally;
    return body_with(reader, points, c, result, item,
                     is_count ? "" : map_code(reader, points.map, c.map, item));
}

std::string fold_body(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                      std::string_view result, std::string_view item, std::string_view called) {
    return body_with(reader, points, c, result, item, fmt::format("{}({})", called, item));
}

std::string loop_around(Source source, std::size_t form, std::string_view argument,
                        std::string_view item, const std::string& body) {
    const Loop& loop = word_of(source).loops[form];
    const auto filled = [&](std::string_view code) {
        return fill(code, {{"{xs}", argument}, {"{x}", item}});
    };
    return filled(loop.begin) + body + filled(loop.next) + "  end\n";
}

}  // namespace seed
