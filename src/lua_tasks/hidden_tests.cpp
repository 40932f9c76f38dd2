#include "lua_tasks/hidden_tests.h"

#include "lua_tasks/evaluate.h"
#include "lua_tasks/grammar.h"
#include "lua_tasks/space.h"

#include <algorithm>

namespace seed {
namespace {

constexpr std::size_t fewest_tests = 6;
constexpr int largest_item = 20;

// What inputs should be like to tell programs apart.
struct Subject {
    Source source;
    std::vector<int> constants;  // that a filter compares with
    char letter = 'a';           // that it asks for
    std::size_t most_tests = 9;
    int most_items = 6;  // so that no product of mapped items leaves 64 bits
};

Subject subject_of(const Composition& c) {
    const bool joined = c.filter.join == Join::both || c.filter.join == Join::either;
    const Predicate& lettered = joined ? c.filter.second : c.filter.first;
    return {c.source,
            {c.filter.first.constant, c.filter.second.constant},
            letters[std::size_t(lettered.constant) % letters.size()]};
}

Subject subject_of(const LongProgram& p) {
    return {p.first.source,
            {p.first.filter.first.constant, p.first.filter.second.constant,
             p.second.filter.first.constant, p.second.filter.second.constant},
            'a',
            16,
            12};
}

// A number that the composition may treat in a special way: c-1, c or c+1, or one near zero.
int telling_number(const Subject& subject, RandomStream& random) {
    std::vector<int> centres = subject.constants;
    centres.insert(centres.end(), {0, 5});
    return random.pick(centres) + random.between(-1, 1);
}

int random_number(const Subject& subject, RandomStream& random) {
    return random.below(2) == 0 ? telling_number(subject, random)
                                : random.between(-largest_item, largest_item);
}

// The letters that the filter asks for come more often.
std::string random_text(const Subject& subject, RandomStream& random) {
    static constexpr std::string_view alphabet = "aeonrstiuxAEKT07 .";
    std::string text;
    for (int length = random.between(1, 12); length > 0; --length) {
        text += random.below(4) == 0 ? subject.letter : random.pick(alphabet);
    }
    return text;
}

Value random_argument(const Subject& subject, RandomStream& random) {
    if (item_type(subject.source) != ItemType::number) return random_text(subject, random);
    if (subject.source == Source::branch) return random_number(subject, random);
    if (subject.source == Source::range) return random.between(1, 25);
    Value::List list;
    for (int n = random.between(1, subject.most_items); n > 0; --n) {
        list.emplace_back(random_number(subject, random));
    }
    return list;
}

Value empty_argument(Source source) {
    if (is_list(source)) return Value::List{};
    return item_type(source) == ItemType::number ? Value(0) : Value("");
}

// c-1, c, c+1 for the constant of each of the first two predicates, in one list.
Value boundary_argument(const Subject& subject) {
    Value::List list;
    for (int centre : {subject.constants[1], subject.constants[0]}) {
        for (int i = -1; i <= 1; ++i) list.emplace_back(centre + i);
    }
    return list;
}

template <class Program>
std::vector<TaskTest> tests_of(const Program& program, RandomStream& random) {
    const Subject subject = subject_of(program);
    std::vector<TaskTest> tests;
    const auto add = [&](Value argument) {
        Value expected = evaluate(program, argument);
        tests.push_back({{std::move(argument)}, std::move(expected)});
    };
    const auto tells_apart = [](const TaskTest& test, const Program& other) {
        return !(evaluate(other, test.arguments[0]) == test.expected);
    };

    add(empty_argument(subject.source));
    if (is_list(subject.source)) add(boundary_argument(subject));
    const auto add_new = [&] {
        const Value argument = random_argument(subject, random);
        const auto is_known = [&](const TaskTest& test) { return test.arguments[0] == argument; };
        if (std::none_of(tests.begin(), tests.end(), is_known)) add(argument);
    };
    while (tests.size() < 4) add_new();

    // Search for an input against every neighbour that passes so far
    for (const Program& other : neighbours(program)) {
        const auto apart = [&](const TaskTest& test) { return tells_apart(test, other); };
        if (std::any_of(tests.begin(), tests.end(), apart)) continue;
        for (int attempt = 0; attempt < 60 && tests.size() < subject.most_tests; ++attempt) {
            const Value argument = random_argument(subject, random);
            if (evaluate(other, argument) == evaluate(program, argument)) continue;
            add(argument);
            break;
        }
    }
    while (tests.size() < fewest_tests) add_new();
    return tests;
}

}  // namespace

std::vector<TaskTest> hidden_tests(const Composition& composition, RandomStream& random) {
    return tests_of(composition, random);
}

std::vector<TaskTest> hidden_tests(const LongProgram& program, RandomStream& random) {
    return tests_of(program, random);
}

}  // namespace seed
