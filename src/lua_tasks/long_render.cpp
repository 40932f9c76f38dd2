// From a program of several steps to text.
#include "lua_tasks/long_program.h"
#include "lua_tasks/render.h"
#include "lua_tasks/render_parts.h"

#include <fmt/format.h>

namespace seed {
namespace {

std::string returning(std::string_view value) { return fmt::format("  return {}\nend\n", value); }

// "local function g(y) ... end", before the program's own function.
std::string helper_function(SurfaceReader& reader, const LongProgram& p,
                            std::string_view function) {
    const std::string_view parameter = reader.name(ChoicePoint::second_item, second_item_names);
    return fmt::format("local function {}({})\n{}end\n", function, parameter,
                       branch_code(reader, third_part, p.third, parameter));
}

// "function f(xs) ... end" without what comes after its list, whose name it gives.
std::string first_stage(SurfaceReader& reader, const LongProgram& p, std::string_view function,
                        std::string_view& list) {
    const SourceWord& source = word_of(p.first.source);
    const std::string_view argument = reader.name(ChoicePoint::argument, source.argument);
    const std::string_view item = reader.name(ChoicePoint::item, source.item);
    list = reader.name(ChoicePoint::result, reader.result_names(Reduction::list));
    const std::string body = function.empty()
                                 ? fold_body(reader, first_part, p.first, list, item)
                                 : fold_body(reader, first_part, p.first, list, item, function);
    const std::size_t form = reader.option(ChoicePoint::loop, source.loop_count);
    return fmt::format("function f({})\n", argument) + fold_start(p.first, list) +
           loop_around(p.first.source, form, argument, item, body);
}

// The loop over the list and what is returned.
std::string second_stage(SurfaceReader& reader, const LongProgram& p, std::string_view list) {
    const std::string_view item = reader.name(ChoicePoint::second_item, second_item_names);
    const std::string_view result =
        reader.name(ChoicePoint::second_result, second_result_names);
    std::string start = fold_start(p.second, result);
    std::string body = fold_body(reader, second_part, p.second, result, item);
    std::string returned(result);
    if (p.shape == LongShape::two_results) {
        const std::string_view third = reader.name(ChoicePoint::third_result, third_result_names);
        start += fold_start(p.third, third);
        body += fold_body(reader, third_part, p.third, third, item);
        returned = fmt::format("{{{}, {}}}", result, third);
    }
    const std::size_t form =
        reader.option(ChoicePoint::second_loop, word_of(Source::each).loop_count);
    return start + loop_around(Source::each, form, list, item, body) + returning(returned);
}

std::string mapped_phrase(const Composition& c) {
    if (c.reduction == Reduction::tally) return fold_phrase(c);
    return fold_phrase(c) + ": " + map_phrase(c.map);
}

std::string branch_phrase(const Composition& c) {
    return fmt::format("if {}: {}, else {}", filter_phrase(c.filter), map_phrase(c.map),
                       map_phrase(c.otherwise));
}

}  // namespace

std::string render_prompt(const LongProgram& p) {
    const std::string fold = mapped_phrase(p.second);
    switch (p.shape) {
        case LongShape::two_stages:
            return fmt::format("-- {}; then {}\n", mapped_phrase(p.first), fold);
        case LongShape::helper:
            return fmt::format("-- helper: {}; {}: helper; then {}\n", branch_phrase(p.third),
                               fold_phrase(p.first), fold);
        default:
            return fmt::format("-- {}; then {} and {}\n", mapped_phrase(p.first), fold,
                               mapped_phrase(p.third));
    }
}

Rendering render(const LongProgram& p, const Surface& surface) {
    SurfaceReader reader(surface);
    std::string text;
    std::string_view function, list;
    if (p.shape == LongShape::helper) {
        function = reader.name(ChoicePoint::function, function_names);
        text = helper_function(reader, p, function);
    }
    text += first_stage(reader, p, function, list);
    text += second_stage(reader, p, list);
    return reader.rendering(std::move(text));
}

}  // namespace seed
