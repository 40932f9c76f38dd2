// The surface of a program: what its prompt leaves open.
//
// A prompt decides what a program computes and nothing of how it is written: names, loop forms,
// operand orders and idioms are free. Each of them is a choice point with a number of options, all
// equally likely and independent of each other. So the probability of a program given its prompt is
// known: a product of 1 / options over the points that the program has.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace seed {

// Are the choices free, or does every program take the first option of each? The second world is
// the control of the first: the same prompts, and no two tokens that have to agree.
enum class Choices { free, fixed };

Choices choices_from(std::string_view name);  // throws Error for another word
std::string_view choices_name(Choices choices);

enum class ChoicePoint {
    loop,         // ipairs or an index, for or while
    second_loop,  // of a long program
    item, argument, result, function,                    // names
    step,                                                // r + v or v + r
    first_predicate, second_predicate, map, otherwise,   // operand orders, idioms
    // The same of the second and the third part of a long program
    second_item, second_result, second_step,
    second_part_first, second_part_second, second_map, second_otherwise,
    third_result, third_step,
    third_part_first, third_part_second, third_map, third_otherwise,
    count
};

// One option of every point, whether a program has the point or not.
struct Surface {
    // Numbers below `draws`, a multiple of every number of options
    static constexpr std::uint32_t draws = 12;
    std::array<std::uint8_t, std::size_t(ChoicePoint::count)> drawn{};
    // An edit keeps the name of the result though the reduction is another
    std::optional<Reduction> result_named_after{};

    std::size_t option(ChoicePoint point, std::size_t options) const;
};

Surface random_surface(RandomStream& random);
Surface random_surface(RandomStream& random, Choices choices);  // fixed: option 0 everywhere

// A program, and the points that it has.
struct Rendering {
    std::string program;
    std::array<std::uint8_t, std::size_t(ChoicePoint::count)> options;  // of a point; 1: no choice

    double nats() const;  // -log p(program | prompt) where the choices are free
};

// What is known of a prompt's programs where the choices are free.
struct ProgramDistribution {
    double forms = 0;    // distinct programs
    double entropy = 0;  // H(program | prompt) in nats
};

// From the renderings of one prompt, given a surface. Exact: the loops alone decide which other
// points there are, so their forms are enumerated, and the others contribute log(options) each.
ProgramDistribution distribution_of(const std::function<Rendering(const Surface&)>& render);

// Calls visit(program, p(program | prompt)) for every option of every point, one after the other.
void for_each_program(const std::function<Rendering(const Surface&)>& render,
                      const std::function<void(const std::string&, double)>& visit);

}  // namespace seed
