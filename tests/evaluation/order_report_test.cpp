// What orders look like: counted by hand on a program of four lines.
#include "evaluation/order_report.h"

#include <nlohmann/json.hpp>

#include "evaluation/placed_program.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

// Bytes, and the words that the program is made of.
const Tokenizer& word_tokenizer() {
    static const Tokenizer tokenizer = Tokenizer::from_merges({});
    return tokenizer;
}

// A byte is a token: names of one letter are whole.
Trajectory by_bytes(const std::vector<std::int32_t>& ids, const std::vector<std::int32_t>& steps) {
    Trajectory t{std::vector<std::int32_t>(ids.size(), 0), 1};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        t.reveal[i] = steps[i];
        t.steps = std::max<Index>(t.steps, steps[i] + 1);
    }
    return t;
}

std::vector<std::int32_t> encode(const std::string& text) {
    std::vector<std::int32_t> ids = word_tokenizer().encode(text);
    ids.push_back(word_tokenizer().eos_id());
    return ids;
}

}  // namespace

TEST_CASE("rank correlation: Spearman's, with the mean rank of ties") {
    CHECK(near(rank_correlation({1, 2, 3, 4}, {10, 20, 30, 40}), 1, 1e-15));
    CHECK(near(rank_correlation({1, 2, 3, 4}, {8, 6, 4, 2}), -1, 1e-15));
    // Ranks 0 1 2 3 and 0.5 0.5 2 3: 4.5 / sqrt(5 * 4.5)
    CHECK(near(rank_correlation({1, 2, 3, 4}, {5, 5, 6, 7}), 4.5 / std::sqrt(22.5), 1e-15));
    CHECK(rank_correlation({1, 2}, {3, 3}) == 0);
    CHECK(rank_correlation({}, {}) == 0);
    CHECK(error_of([] { rank_correlation({1}, {}); }) ==
          "rank correlation: expected lists of one length, got 1 and 0");
}

TEST_CASE("a program from left to right, and from right to left") {
    const auto ids = encode("a b");
    CHECK(near(measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, {0, 1, 2})}).left_to_right, 1,
               1e-15));
    CHECK(near(measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, {2, 1, 0})}).left_to_right,
               -1, 1e-15));
}

TEST_CASE("an order's figure is the mean over the trajectories, their pairs are added up") {
    const auto ids = encode("x x");
    const auto up = by_bytes(ids, {0, 1, 2}), down = by_bytes(ids, {2, 1, 0});
    const OrderReport r =
        measure_orders(word_tokenizer(), {ids, ids, ids, ids}, {up, down, up, up});
    CHECK(r.trajectories == 4);
    CHECK(near(r.left_to_right, (1 - 1 + 1 + 1) / 4.0, 1e-15));
    CHECK(r.name_pairs == 4);
    CHECK(r.names_before == 3);
    CHECK(r.names_together == 0);
    CHECK(measure_orders(word_tokenizer(), {}, {}).trajectories == 0);
}

TEST_CASE("what is neither before nor together is after, and each share has its own name") {
    const OrderReport report{3, 0.375, 16, 5, 2, 32, 7, 13};
    const nlohmann::ordered_json expected{{"trajectories", 3},
                                          {"left_to_right", 0.375},
                                          {"names_before", 5 / 16.0},
                                          {"names_together", 2 / 16.0},
                                          {"names_after", 9 / 16.0},
                                          {"headers_before", 7 / 32.0},
                                          {"headers_together", 13 / 32.0},
                                          {"headers_after", 12 / 32.0}};
    CHECK(to_json(report) == expected);
}

TEST_CASE("a name's first occurrence is compared with every later one") {
    // x is declared at 6 and used at 15 and 19; x of t.x is a field; y is used once
    const std::string text = "local x = 1 y = x + x .. t.x";
    const auto ids = encode(text);
    std::vector<std::int32_t> steps(text.size(), 0);
    steps[6] = 3, steps[16] = 3, steps[20] = 5;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != 'x') steps[i] = std::int32_t(i % 5);
    }
    const OrderReport r = measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, steps)});
    CHECK(r.name_pairs == 2);
    CHECK(r.names_before == 1);
    CHECK(r.names_together == 1);
    steps[6] = 4, steps[16] = 3, steps[20] = 1;
    const auto json = to_json(measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, steps)}));
    CHECK(json["names_after"] == 1.0);
    CHECK(json["headers_before"].is_null());
}

TEST_CASE("a name is whole when the last of its tokens is there, whatever else they hold") {
    // Bytes: xs of (xs) has the later one's step
    const std::string text = "f(xs) y(xs)..xs";
    const auto ids = encode(text);
    std::vector<std::int32_t> steps(text.size(), 0);
    steps[2] = 1, steps[3] = 4, steps[8] = 2, steps[9] = 3, steps[14] = 4;
    const OrderReport r = measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, steps)});
    CHECK(r.name_pairs == 2);
    CHECK(r.names_before == 0);
    CHECK(r.names_together == 1);
}

TEST_CASE("a header is compared with the lines directly inside its block") {
    const std::string text = "if a\n  b\n  while c\n    d\nend";
    const auto ids = encode(text);
    std::vector<std::int32_t> steps(text.size(), 9);
    const auto set = [&](char c, std::int32_t step) { steps.at(text.find(c)) = step; };
    // Lines: "if a" 1, "b" 2, "while c" 1, "d" 0: two pairs inside `if`, one inside `while`
    for (const char c : {'i', 'f', 'a'}) set(c, 1);
    set('b', 2);
    for (std::size_t i = text.find("while"); i < text.find("c\n") + 1; ++i) steps[i] = 1;
    set('d', 0);
    steps.at(text.rfind('d')) = 7;
    const OrderReport r = measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, steps)});
    CHECK(r.header_pairs == 3);
    CHECK(r.headers_before == 1);
    CHECK(r.headers_together == 1);
}

TEST_CASE("a header that comes earlier than its block is before it, one that comes later is not") {
    // The header's mean step is 2; those of the lines inside are 1, 3, 4
    const std::string text = "while a\n  b\n  c\n  d\nend";
    const auto ids = encode(text);
    std::vector<std::int32_t> steps(text.size(), 2);
    steps.at(text.find('b')) = 1, steps.at(text.find('c')) = 3, steps.at(text.find('d')) = 4;
    const OrderReport r = measure_orders(word_tokenizer(), {ids}, {by_bytes(ids, steps)});
    CHECK(r.header_pairs == 3);
    CHECK(r.headers_before == 2);
    CHECK(r.headers_together == 0);
}

TEST_CASE("the prompt and the padding are no part of an order") {
    auto ids = encode("p a b");
    ids.push_back(word_tokenizer().eos_id());
    Trajectory t = by_bytes(ids, {0, 1, 0, 1, 2, 5, 0});
    t.reveal[0] = t.reveal[1] = Trajectory::given;
    const PlacedProgram program = place(word_tokenizer(), ids, t);
    CHECK(program.text == "a b");
    CHECK(program.tokens.size() == 3);
}
