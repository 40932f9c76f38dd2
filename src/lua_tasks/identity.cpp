// The identity of a composition: which programs compute the same.
#include "lua_tasks/evaluate.h"
#include "lua_tasks/grammar.h"

namespace seed {
namespace {

// FNV-1a over 64-bit words with the finisher of SplitMix64: stable across machines.
void mix(std::uint64_t& hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x100000001B3;
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
    hash ^= hash >> 27;
}

void mix(std::uint64_t& hash, const Value& value) {
    mix(hash, value.data.index());
    if (const auto* number = std::get_if<std::int64_t>(&value.data)) {
        mix(hash, std::uint64_t(*number));
    } else {
        for (unsigned char c : value.text()) mix(hash, c);
    }
}

bool is_neutral(Reduction reduction, const Value& contribution) {
    if (reduction == Reduction::sum) return contribution == Value(0);
    return reduction == Reduction::product && contribution == Value(1);
}

Value::List numbers_between(int low, int high) {
    Value::List numbers;
    for (int i = low; i <= high; ++i) numbers.emplace_back(i);
    return numbers;
}

Value::List printable_characters() {
    Value::List characters;
    for (char c = ' '; c <= '~'; ++c) characters.emplace_back(std::string(1, c));
    return characters;
}

}  // namespace

const Value::List& item_window(Source source) {
    static const Value::List list_items = numbers_between(-30, 30);
    static const Value::List range_items = numbers_between(1, 40);
    static const Value::List characters = printable_characters();
    if (source == Source::characters) return characters;
    return source == Source::range ? range_items : list_items;
}

std::uint64_t composition_hash(const Composition& c) {
    std::uint64_t hash = 0xCBF29CE484222325;
    mix(hash, std::uint64_t(c.source));
    mix(hash, std::uint64_t(c.reduction));
    for (const Value& item : item_window(c.source)) {
        if (c.source == Source::branch) {
            mix(hash, apply(accepts(c.filter, item) ? c.map : c.otherwise, item));
            continue;
        }
        const Value contribution = accepts(c.filter, item) ? apply(c.map, item) : Value();
        const bool nothing = contribution == Value() || is_neutral(c.reduction, contribution);
        if (nothing) {
            mix(hash, std::uint64_t{0xFF});
        } else {
            mix(hash, contribution);
        }
    }
    return hash;
}

bool is_meaningful(const Filter& filter, Source source) {
    if (filter.join == Join::none) return source != Source::branch;
    bool accepts_some = false, rejects_some = false, first_matters = false, second_matters = false;
    for (const Value& item : item_window(source)) {
        const bool accepted = accepts(filter, item);
        (accepted ? accepts_some : rejects_some) = true;
        if (filter.join == Join::one) continue;
        first_matters |= accepted != accepts(filter.second, item);
        second_matters |= accepted != accepts(filter.first, item);
    }
    return accepts_some && rejects_some &&
           (filter.join == Join::one || (first_matters && second_matters));
}

}  // namespace seed
