#include "lua_tasks/surface.h"

#include "core/require.h"

#include <cmath>

namespace seed {

Choices choices_from(std::string_view name) {
    if (name == "free") return Choices::free;
    require(name == "fixed", "choices: expected free or fixed, got {}", name);
    return Choices::fixed;
}

std::string_view choices_name(Choices choices) {
    return choices == Choices::free ? "free" : "fixed";
}

std::size_t Surface::option(ChoicePoint point, std::size_t options) const {
    require(options >= 1 && draws % options == 0,
            "choice point: expected a number of options that divides {}, got {}", draws, options);
    return drawn[std::size_t(point)] % options;
}

Surface random_surface(RandomStream& random) {
    Surface surface;
    for (std::uint8_t& draw : surface.drawn) draw = std::uint8_t(random.below(Surface::draws));
    return surface;
}

Surface random_surface(RandomStream& random, Choices choices) {
    return choices == Choices::free ? random_surface(random) : Surface{};
}

double Rendering::nats() const {
    double sum = 0;
    for (const std::uint8_t n : options) sum += std::log(double(n));
    return sum;
}

// [lua_tasks.entropy]
ProgramDistribution distribution_of(const std::function<Rendering(const Surface&)>& render) {
    const auto first = std::size_t(ChoicePoint::loop);
    const auto second = std::size_t(ChoicePoint::second_loop);
    ProgramDistribution all;
    Surface surface;
    const std::size_t loops = render(surface).options[first];
    for (std::size_t i = 0; i < loops; ++i) {
        surface.drawn[first] = std::uint8_t(i);
        surface.drawn[second] = 0;
        const std::size_t second_loops = render(surface).options[second];
        for (std::size_t j = 0; j < second_loops; ++j) {
            surface.drawn[second] = std::uint8_t(j);
            const double nats = render(surface).nats();
            const double probability = 1 / double(loops * second_loops);
            all.forms += std::exp(nats) * probability;
            all.entropy += nats * probability;
        }
    }
    all.forms = std::round(all.forms);
    return all;
}
// [/lua_tasks.entropy]

namespace {

using Render = std::function<Rendering(const Surface&)>;
using Visit = std::function<void(const std::string&, double)>;

// Tries all options of `point` and those after it. A point may come and go with the options of
// those before it, so each is tried as far as the rendering has it.
void visit_from(std::size_t point, Surface& surface, double probability, const Render& render,
                const Visit& visit) {
    if (point == surface.drawn.size()) return visit(render(surface).program, probability);
    const std::size_t options = render(surface).options[point];
    for (std::size_t option = 0; option < options; ++option) {
        surface.drawn[point] = std::uint8_t(option);
        visit_from(point + 1, surface, probability / double(options), render, visit);
    }
    surface.drawn[point] = 0;
}

}  // namespace

void for_each_program(const Render& render, const Visit& visit) {
    Surface surface;
    visit_from(0, surface, 1, render, visit);
}

}  // namespace seed
