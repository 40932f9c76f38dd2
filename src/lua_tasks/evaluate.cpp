#include "lua_tasks/evaluate.h"

#include "core/require.h"
#include "lua_tasks/grammar.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace seed {
namespace {

// Lua's %: the result has the sign of the divisor.
std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return (a % b + b) % b; }

std::int64_t exact_sum(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    require(!__builtin_add_overflow(a, b, &sum), "task: expected an exact sum, got overflow");
    return sum;
}

std::int64_t exact_product(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    require(!__builtin_mul_overflow(a, b, &product),
            "task: expected an exact product, got overflow");
    return product;
}

// Lua's character classes in the C locale, where isupper and the like depend on no setting.
bool in(char c, char low, char high) { return low <= c && c <= high; }

std::string mapped(std::string text, int (*function)(int)) {
    for (char& c : text) c = char(function(static_cast<unsigned char>(c)));
    return text;
}

Value::List items_of(Source source, const Value& argument) {
    Value::List items;
    if (source == Source::branch) return {argument};
    if (source == Source::characters) {
        for (char c : argument.text()) items.emplace_back(std::string(1, c));
        return items;
    }
    if (source == Source::range) {
        for (std::int64_t i = 1; i <= argument.integer(); ++i) items.emplace_back(i);
        return items;
    }
    const Value::List& list = argument.list();
    const std::size_t begin = source == Source::later ? 1 : 0;
    const std::size_t stride = source == Source::every_second ? 2 : 1;
    for (std::size_t i = begin; i < list.size(); i += stride) items.push_back(list[i]);
    return items;
}

Value extreme(const Value::List& items, bool largest) {
    const double infinity = std::numeric_limits<double>::infinity();
    if (items.empty()) return largest ? -infinity : infinity;
    std::int64_t best = items[0].integer();
    for (const Value& item : items) {
        best = largest ? std::max(best, item.integer()) : std::min(best, item.integer());
    }
    return best;
}

std::string as_text(const Value& item) {
    const auto* number = std::get_if<std::int64_t>(&item.data);
    return number ? std::to_string(*number) : item.text();
}

Value reduce(Reduction reduction, const Value::List& items) {
    std::int64_t number = reduction == Reduction::product ? 1 : 0;
    std::string text;
    switch (reduction) {
        case Reduction::sum:
            for (const Value& item : items) number = exact_sum(number, item.integer());
            return number;
        case Reduction::product:
            for (const Value& item : items) number = exact_product(number, item.integer());
            return number;
        case Reduction::tally: return std::int64_t(items.size());
        case Reduction::largest: return extreme(items, true);
        case Reduction::smallest: return extreme(items, false);
        case Reduction::list: return items;
        case Reduction::text:
            for (const Value& item : items) text += as_text(item);
            return text;
        case Reduction::reverse:
            for (const Value& item : items) text = as_text(item) + text;
            return text;
        case Reduction::count: break;
    }
    fail("task: expected a reduction, got number {}", int(reduction));
}

bool accepts_text(const Predicate& predicate, const std::string& text) {
    const char letter = letters[std::size_t(predicate.constant) % letters.size()];
    switch (predicate.kind) {
        case PredicateKind::same: return text[0] == letter;
        case PredicateKind::other: return text[0] != letter;
        case PredicateKind::vowel: return std::string_view("aeiou").find(text[0]) < 5;
        case PredicateKind::digit: return in(text[0], '0', '9');
        case PredicateKind::uppercase: return in(text[0], 'A', 'Z');
        case PredicateKind::lowercase: return in(text[0], 'a', 'z');
        default: fail("task: expected a predicate of text, got number {}", int(predicate.kind));
    }
}

Value apply_to_text(MapKind kind, const std::string& text) {
    switch (kind) {
        case MapKind::upper: return mapped(text, std::toupper);
        case MapKind::lower: return mapped(text, std::tolower);
        case MapKind::twice: return text + text;
        default: fail("task: expected a map of text, got number {}", int(kind));
    }
}

}  // namespace

bool accepts(const Predicate& predicate, const Value& item) {
    if (predicate.kind > PredicateKind::below) return accepts_text(predicate, item.text());
    const std::int64_t x = item.integer();
    switch (predicate.kind) {
        case PredicateKind::even: return x % 2 == 0;
        case PredicateKind::odd: return x % 2 != 0;
        case PredicateKind::divisible: return x % predicate.constant == 0;
        case PredicateKind::positive: return x > 0;
        case PredicateKind::above: return x > predicate.constant;
        case PredicateKind::negative: return x < 0;
        default: return x < predicate.constant;
    }
}

bool accepts(const Filter& filter, const Value& item) {
    if (filter.join == Join::none) return true;
    const bool first = accepts(filter.first, item);
    if (filter.join == Join::both) return first && accepts(filter.second, item);
    if (filter.join == Join::either) return first || accepts(filter.second, item);
    return first;
}

Value apply(const Map& map, const Value& item) {
    if (map.kind == MapKind::identity) return item;
    if (map.kind > MapKind::modulo) return apply_to_text(map.kind, item.text());
    const std::int64_t x = item.integer();
    switch (map.kind) {
        case MapKind::squared: return x * x;
        case MapKind::doubled: return x * 2;
        case MapKind::negated: return -x;
        case MapKind::plus: return x + map.constant;
        case MapKind::minus: return x - map.constant;
        case MapKind::times: return x * map.constant;
        default: return floor_mod(x, map.constant);
    }
}

Value evaluate(const Composition& c, const Value& argument) {
    if (c.source == Source::branch) {
        return apply(accepts(c.filter, argument) ? c.map : c.otherwise, argument);
    }
    Value::List contributions;
    for (const Value& item : items_of(c.source, argument)) {
        if (accepts(c.filter, item)) contributions.push_back(apply(c.map, item));
    }
    return reduce(c.reduction, contributions);
}

}  // namespace seed
