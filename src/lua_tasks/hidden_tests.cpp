#include "lua_tasks/hidden_tests.h"

#include "lua_tasks/evaluate.h"
#include "lua_tasks/grammar.h"
#include "lua_tasks/space.h"

#include <algorithm>

namespace seed {
namespace {

constexpr std::size_t fewest_tests = 6, most_tests = 9;
constexpr int most_items = 6;   // so that no product of mapped items leaves 64 bits
constexpr int largest_item = 20;

// A number that the composition may treat in a special way: c-1, c or c+1, or one near zero.
int telling_number(const Composition& c, RandomStream& random) {
    const std::array centres = {0, c.filter.first.constant, c.filter.second.constant, 5};
    return random.pick(centres) + random.between(-1, 1);
}

int random_number(const Composition& c, RandomStream& random) {
    return random.below(2) == 0 ? telling_number(c, random)
                                : random.between(-largest_item, largest_item);
}

// The letters that the filter asks for come more often.
std::string random_text(const Composition& c, RandomStream& random) {
    static constexpr std::string_view alphabet = "aeonrstiuxAEKT07 .";
    std::string text;
    const bool joined = c.filter.join == Join::both || c.filter.join == Join::either;
    const Predicate& lettered = joined ? c.filter.second : c.filter.first;
    const char telling = letters[std::size_t(lettered.constant) % letters.size()];
    for (int length = random.between(1, 12); length > 0; --length) {
        text += random.below(4) == 0 ? telling : random.pick(alphabet);
    }
    return text;
}

Value random_argument(const Composition& c, RandomStream& random) {
    if (item_type(c.source) != ItemType::number) return random_text(c, random);
    if (c.source == Source::branch) return random_number(c, random);
    if (c.source == Source::range) return random.between(1, 25);
    Value::List list;
    for (int n = random.between(1, most_items); n > 0; --n) {
        list.emplace_back(random_number(c, random));
    }
    return list;
}

Value empty_argument(Source source) {
    if (is_list(source)) return Value::List{};
    return item_type(source) == ItemType::number ? Value(0) : Value("");
}

// c-1, c, c+1 for the constant of each predicate, in one list.
Value boundary_argument(const Composition& c) {
    Value::List list;
    for (int centre : {c.filter.second.constant, c.filter.first.constant}) {
        for (int i = -1; i <= 1; ++i) list.emplace_back(centre + i);
    }
    return list;
}

}  // namespace

std::vector<TaskTest> hidden_tests(const Composition& c, RandomStream& random) {
    std::vector<TaskTest> tests;
    const auto add = [&](Value argument) {
        Value expected = evaluate(c, argument);
        tests.push_back({{std::move(argument)}, std::move(expected)});
    };
    const auto tells_apart = [](const TaskTest& test, const Composition& other) {
        return !(evaluate(other, test.arguments[0]) == test.expected);
    };

    add(empty_argument(c.source));
    if (is_list(c.source)) add(boundary_argument(c));
    const auto add_new = [&] {
        const Value argument = random_argument(c, random);
        const auto is_known = [&](const TaskTest& test) { return test.arguments[0] == argument; };
        if (std::none_of(tests.begin(), tests.end(), is_known)) add(argument);
    };
    while (tests.size() < 4) add_new();

    // Search for an input against every neighbour that passes so far
    for (const Composition& other : neighbours(c)) {
        const auto apart = [&](const TaskTest& test) { return tells_apart(test, other); };
        if (std::any_of(tests.begin(), tests.end(), apart)) continue;
        for (int attempt = 0; attempt < 40 && tests.size() < most_tests; ++attempt) {
            const Value argument = random_argument(c, random);
            if (evaluate(other, argument) == evaluate(c, argument)) continue;
            add(argument);
            break;
        }
    }
    while (tests.size() < fewest_tests) add_new();
    return tests;
}

}  // namespace seed
