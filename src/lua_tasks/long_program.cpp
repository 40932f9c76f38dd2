#include "lua_tasks/long_program.h"

#include "core/require.h"
#include "lua_tasks/evaluate.h"
#include "lua_tasks/grammar.h"
#include "lua_tasks/space.h"

#include <algorithm>

namespace seed {
namespace {

// With a filter: a long program is long.
Composition random_from(Source source, RandomStream& random) {
    Composition c = random_composition(random);
    while (c.source != source || c.filter.join == Join::none) c = random_composition(random);
    return c;
}

Source random_list_source(RandomStream& random) {
    static constexpr std::array sources = {Source::each, Source::each, Source::every_second,
                                           Source::later, Source::range};
    return random.pick(sources);
}

LongProgram random_candidate(RandomStream& random) {
    LongProgram p;
    static constexpr std::array shapes = {LongShape::two_stages, LongShape::helper,
                                          LongShape::helper, LongShape::two_results,
                                          LongShape::two_results};
    p.shape = random.pick(shapes);
    p.first = random_from(random_list_source(random), random);
    p.first.reduction = Reduction::list;
    p.second = random_from(Source::each, random);
    if (p.shape == LongShape::helper) {
        p.first.map = {};
        p.third = random_from(Source::branch, random);
    }
    if (p.shape == LongShape::two_results) p.third = random_from(Source::each, random);
    return p;
}

// Products of items that are mapped, and mapped again, would leave 64 bits.
bool is_second_fold(const Composition& c) {
    return c.source == Source::each && c.reduction != Reduction::product && is_valid(c);
}

}  // namespace

LongProgram random_long_program(RandomStream& random) {
    for (;;) {
        const LongProgram p = random_candidate(random);
        if (is_valid(p)) return p;
    }
}

bool is_valid(const LongProgram& p) {
    if (!is_valid(p.first) || p.first.reduction != Reduction::list) return false;
    if (!is_second_fold(p.second)) return false;
    // A first stage that changes nothing is none
    const bool changes = p.first.filter.join != Join::none || p.first.map.kind != MapKind::identity;
    switch (p.shape) {
        case LongShape::two_stages: return changes;
        case LongShape::helper:
            return p.first.map.kind == MapKind::identity && p.third.source == Source::branch &&
                   is_valid(p.third);
        default: return changes && is_second_fold(p.third) && p.second != p.third;
    }
}

std::vector<LongProgram> neighbours(const LongProgram& p) {
    std::vector<LongProgram> all;
    const auto add = [&](Composition LongProgram::*part) {
        for (const Composition& other : neighbours(p.*part)) {
            LongProgram changed = p;
            changed.*part = other;
            if (is_valid(changed)) all.push_back(changed);
        }
    };
    add(&LongProgram::first);
    add(&LongProgram::second);
    if (p.shape != LongShape::two_stages) add(&LongProgram::third);
    return all;
}

Value evaluate(const LongProgram& p, const Value& argument) {
    Value list = evaluate(p.first, argument);
    if (p.shape == LongShape::helper) {
        Value::List mapped;
        for (const Value& item : list.list()) mapped.push_back(evaluate(p.third, item));
        list = mapped;
    }
    const Value result = evaluate(p.second, list);
    if (p.shape != LongShape::two_results) return result;
    return Value::List{result, evaluate(p.third, list)};
}

std::uint64_t composition_hash(const LongProgram& p) {
    const RandomKey parts = RandomKey{std::uint64_t(p.shape)}
                                .fork(composition_hash(p.first))
                                .fork(composition_hash(p.second));
    return p.shape == LongShape::two_stages ? parts.value
                                            : parts.fork(composition_hash(p.third)).value;
}

}  // namespace seed
