// What render.cpp and long_render.cpp put programs together from.
#pragma once

#include "lua_tasks/grammar.h"
#include "lua_tasks/surface.h"

#include <string>

namespace seed {

// Takes options from a surface and keeps which points were asked for.
class SurfaceReader {
public:
    explicit SurfaceReader(const Surface& surface) : surface_(surface) { options_.fill(1); }

    std::size_t option(ChoicePoint point, std::size_t options);
    std::string_view name(ChoicePoint point, const Names& names) {
        return names[option(point, names.size())];
    }
    std::string_view form(ChoicePoint point, const Forms& forms) {
        return forms[option(point, count_of(forms))];
    }
    const Names& result_names(Reduction reduction) const;
    Rendering rendering(std::string program) const { return {std::move(program), options_}; }

private:
    Surface surface_;
    decltype(Rendering::options) options_;
};

// The points of one part of a program.
struct PartPoints {
    ChoicePoint step, first_predicate, second_predicate, map, otherwise;
};
inline constexpr PartPoints first_part = {
    ChoicePoint::step, ChoicePoint::first_predicate, ChoicePoint::second_predicate,
    ChoicePoint::map, ChoicePoint::otherwise};
inline constexpr PartPoints second_part = {
    ChoicePoint::second_step, ChoicePoint::second_part_first, ChoicePoint::second_part_second,
    ChoicePoint::second_map, ChoicePoint::second_otherwise};
inline constexpr PartPoints third_part = {
    ChoicePoint::third_step, ChoicePoint::third_part_first, ChoicePoint::third_part_second,
    ChoicePoint::third_map, ChoicePoint::third_otherwise};

std::string filter_code(SurfaceReader& reader, const PartPoints& points, const Filter& filter,
                        std::string_view item);
std::string map_code(SurfaceReader& reader, ChoicePoint point, const Map& map,
                     std::string_view item);

// "  if ... then\n    return ...\n  else ...\n  end\n".
std::string branch_code(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                        std::string_view item);

// The pieces of a fold: "  local r = 0\n", and what stands in its loop for one item.
std::string fold_start(const Composition& c, std::string_view result);
std::string fold_body(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                      std::string_view result, std::string_view item);
// `called` is the function that maps the item instead of c.map.
std::string fold_body(SurfaceReader& reader, const PartPoints& points, const Composition& c,
                      std::string_view result, std::string_view item, std::string_view called);
// The loop of `source` in form number `form`.
std::string loop_around(Source source, std::size_t form, std::string_view argument,
                        std::string_view item, const std::string& body);

}  // namespace seed
