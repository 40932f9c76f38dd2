#include "lua_tasks/space.h"

#include "lua_tasks/evaluate.h"
#include "lua_tasks/grammar.h"

#include <algorithm>

namespace seed {
namespace {

// How often a source is drawn, of 100.
constexpr std::array<int, std::size_t(Source::count)> source_weights = {50, 7, 8, 13, 10, 12};

Source random_source(RandomStream& random) {
    int ticket = int(random.below(100));
    std::size_t source = 0;
    while (ticket >= source_weights[source]) ticket -= source_weights[source++];
    return Source(source);
}

// All (kind, constant) pairs of the kinds that a source allows.
template <class Entry, class Kinds>
std::vector<Entry> entries_of(const Kinds& kinds) {
    std::vector<Entry> entries;
    for (auto kind : kinds) {
        for (int c = word_of(kind).low; c <= word_of(kind).high; ++c) entries.push_back({kind, c});
    }
    return entries;
}

std::vector<Filter> filters_for(Source source) {
    const auto predicates = entries_of<Predicate>(predicates_for(source));
    std::vector<Filter> filters = {{}};
    for (const Predicate& first : predicates) {
        filters.push_back({Join::one, first, {}});
        for (const Predicate& second : predicates) {
            if (!allows_two_predicates(source) || !joinable(first.kind, second.kind)) continue;
            filters.push_back({Join::both, first, second});
            filters.push_back({Join::either, first, second});
        }
    }
    std::erase_if(filters, [&](const Filter& f) { return !is_meaningful(f, source); });
    return filters;
}

// Maps that a mistaken program could have used: one per kind, and the next constants.
std::vector<Map> maps_near(const Map& map, Source source) {
    std::vector<Map> maps;
    for (const Map& other : entries_of<Map>(maps_for(source))) {
        const Word& word = word_of(other.kind);
        const int usual = other.kind == map.kind ? map.constant : (word.low + word.high) / 2;
        const int distance = std::abs(other.constant - usual);
        if (other.kind == map.kind ? distance == 1 : distance == 0) maps.push_back(other);
    }
    return maps;
}

std::vector<Predicate> predicates_near(const Predicate& predicate, Source source) {
    std::vector<Predicate> predicates;
    for (const Predicate& other : entries_of<Predicate>(predicates_for(source))) {
        const Word& word = word_of(other.kind);
        const int usual = word.low <= predicate.constant && predicate.constant <= word.high
                              ? predicate.constant
                              : word.low;
        const int distance = std::abs(other.constant - usual);
        if (other.kind == predicate.kind ? distance == 1 : distance == 0) {
            predicates.push_back(other);
        }
    }
    return predicates;
}

std::vector<Filter> filters_near(const Filter& filter, Source source) {
    std::vector<Filter> filters = {{}};
    for (const Predicate& first : predicates_near(filter.first, source)) {
        filters.push_back({filter.join, first, filter.second});
    }
    if (filter.join == Join::one) return filters;
    for (const Predicate& second : predicates_near(filter.second, source)) {
        filters.push_back({filter.join, filter.first, second});
    }
    filters.push_back({Join::both, filter.first, filter.second});
    filters.push_back({Join::either, filter.first, filter.second});
    filters.push_back({Join::one, filter.first, {}});
    filters.push_back({Join::one, filter.second, {}});
    return filters;
}

}  // namespace

Predicate random_predicate(Source source, RandomStream& random) {
    const PredicateKind kind = random.pick(predicates_for(source));
    return {kind, random.between(word_of(kind).low, word_of(kind).high)};
}

Map random_map(Source source, RandomStream& random) {
    const MapKind kind = random.pick(maps_for(source));
    return {kind, random.between(word_of(kind).low, word_of(kind).high)};
}

Filter random_filter(Source source, RandomStream& random) {
    Filter filter;
    const std::uint32_t ticket = random.below(10);
    if (ticket == 0) return filter;
    filter.join = Join::one;
    filter.first = random_predicate(source, random);
    if (ticket <= 4 || !allows_two_predicates(source)) return filter;
    filter.second = random_predicate(source, random);
    if (!joinable(filter.first.kind, filter.second.kind)) std::swap(filter.first, filter.second);
    filter.join = random.below(2) == 0 ? Join::both : Join::either;
    return filter;
}

Composition random_composition(RandomStream& random) {
    for (;;) {
        Composition c;
        c.source = random_source(random);
        c.filter = random_filter(c.source, random);
        c.reduction = random.pick(reductions_for(c.source));
        if (c.reduction != Reduction::tally) c.map = random_map(c.source, random);
        if (c.source == Source::branch) c.otherwise = random_map(c.source, random);
        if (is_valid(c)) return c;
    }
}

namespace {

// Of one entry (kind, constant) among the kinds of a source.
template <class Kinds, class Kind>
double entry_weight(const Kinds& kinds, Kind kind) {
    return 1 / (double(kinds.size()) * (1 + word_of(kind).high - word_of(kind).low));
}

double filter_weight(const Filter& filter, Source source) {
    if (filter.join == Join::none) return 0.1;
    const auto kinds = predicates_for(source);
    const double first = entry_weight(kinds, filter.first.kind);
    if (filter.join == Join::one) return (allows_two_predicates(source) ? 0.4 : 0.9) * first;
    // Either of the two may have been drawn first; half of the joins are "and"
    return 0.5 * first * entry_weight(kinds, filter.second.kind);
}

}  // namespace

double draw_weight(const Composition& c) {
    if (!is_valid(c)) return 0;
    double weight = source_weights[std::size_t(c.source)] * filter_weight(c.filter, c.source) /
                    double(reductions_for(c.source).size());
    const auto maps = maps_for(c.source);
    if (c.reduction != Reduction::tally) weight *= entry_weight(maps, c.map.kind);
    if (c.source == Source::branch) weight *= entry_weight(maps, c.otherwise.kind);
    return weight;
}

bool is_valid(const Composition& c) {
    const Filter& filter = c.filter;
    const bool joined = filter.join == Join::both || filter.join == Join::either;
    if (joined && !(allows_two_predicates(c.source) &&
                    joinable(filter.first.kind, filter.second.kind))) {
        return false;
    }
    if (c.source == Source::branch && c.map == c.otherwise) return false;
    if (c.reduction == Reduction::tally && c.map.kind != MapKind::identity) return false;
    return is_meaningful(filter, c.source);
}

std::vector<Composition> neighbours(const Composition& c) {
    std::vector<Composition> all;
    const auto add = [&](auto Composition::* component, const auto& values) {
        for (const auto& value : values) {
            Composition changed = c;
            changed.*component = value;
            if (changed.reduction == Reduction::tally) changed.map = {};
            if (changed != c && is_valid(changed)) all.push_back(changed);
        }
    };
    add(&Composition::map, maps_near(c.map, c.source));
    add(&Composition::reduction, reductions_for(c.source));
    if (c.filter.join != Join::none) add(&Composition::filter, filters_near(c.filter, c.source));
    if (c.source == Source::branch) add(&Composition::otherwise, maps_near(c.otherwise, c.source));
    if (is_list(c.source)) {
        add(&Composition::source,
            std::array{Source::each, Source::every_second, Source::later});
    }
    return all;
}

void for_each_composition(const std::function<void(const Composition&)>& visit) {
    for (std::size_t s = 0; s < std::size_t(Source::count); ++s) {
        const Source source = Source(s);
        const auto maps = entries_of<Map>(maps_for(source));
        const auto otherwise = source == Source::branch ? maps : std::vector<Map>{{}};
        for (const Filter& filter : filters_for(source)) {
            for (Reduction reduction : reductions_for(source)) {
                for (const Map& map : maps) {
                    for (const Map& other : otherwise) {
                        const Composition c{source, filter, map, other, reduction};
                        const bool same_arms = source == Source::branch && map == other;
                        const bool idle_map =
                            reduction == Reduction::tally && map.kind != MapKind::identity;
                        if (!same_arms && !idle_map) visit(c);
                    }
                }
            }
        }
    }
}

}  // namespace seed
