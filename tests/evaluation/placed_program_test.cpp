// A program as the orders look at it: its tokens, its variables, its lines.
#include "evaluation/placed_program.h"

#include "tests/support/catch.h"

using namespace seed;

namespace {

const Tokenizer& byte_tokenizer() {
    static const Tokenizer tokenizer = Tokenizer::from_merges({});
    return tokenizer;
}

// Byte i came in step i.
PlacedProgram placed_bytes(const std::string& text) {
    const auto ids = byte_tokenizer().encode(text);
    Trajectory trajectory;
    for (std::size_t i = 0; i < ids.size(); ++i) trajectory.reveal.push_back(std::int32_t(i));
    return place(byte_tokenizer(), ids, trajectory);
}

std::vector<std::string> names_in(const std::string& text) {
    std::vector<std::string> names;
    for (const PlacedToken& variable : variables_of(placed_bytes(text))) {
        names.push_back(text.substr(variable.begin, variable.end - variable.begin));
        CHECK(variable.step == std::int32_t(variable.end) - 1);  // whole with its last byte
    }
    return names;
}

}  // namespace

TEST_CASE("a program ends with its first eos, whatever was written behind it") {
    const Tokenizer& tokenizer = byte_tokenizer();
    std::vector<std::int32_t> ids = tokenizer.encode("pq x");
    ids.push_back(tokenizer.eos_id());
    for (const std::int32_t id : tokenizer.encode(" y z")) ids.push_back(id);
    ids.push_back(tokenizer.eos_id());
    const Trajectory trajectory{{-1, -1, 0, 3, 1, 2, 4, 5, 6, 7}, 8};
    const PlacedProgram program = place(tokenizer, ids, trajectory);
    CHECK(program.text == " x");
    REQUIRE(program.tokens.size() == 2);
    CHECK(program.tokens[0].begin == program.tokens[0].end);  // nothing but space
    CHECK(program.tokens[1].step == 3);
    CHECK(program.tokens[1].begin == 1);
    CHECK(program.tokens[1].end == 2);
}

TEST_CASE("names are those of variables: no keyword, no field, no number, nothing of Lua's own") {
    using Names = std::vector<std::string>;
    CHECK(names_in("local function g(xs)") == Names{"g", "xs"});
    CHECK(names_in("for i, x_1 in ipairs(xs) do") == Names{"i", "x_1", "xs"});
    CHECK(names_in("while not a and b or true do break end") == Names{"a", "b"});
    CHECK(names_in("if n > 10 then return nil else return false end") == Names{"n"});
    CHECK(names_in("repeat a = 1 until a") == Names{"a", "a"});
    CHECK(names_in("t.field = s:sub(2, x)..y") == Names{"t", "s", "x", "y"});
    CHECK(names_in("table.insert(found, math.max(tostring(v), #w))") == Names{"found", "v", "w"});
    CHECK(names_in("ending = fort + do_it") == Names{"ending", "fort", "do_it"});
}

TEST_CASE("a line has its indentation, its first word and its own tokens") {
    const std::vector<Line> lines = lines_of(placed_bytes("local function f(x)\n  if x\n\n    y"));
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].indent == 0);
    CHECK(lines[0].first_word == "function");
    CHECK(lines[0].opens_block());
    CHECK(lines[1].indent == 2);
    CHECK(lines[1].first_word == "if");
    CHECK(lines[1].opens_block());
    CHECK(lines[2].tokens == 0);
    CHECK(lines[3].indent == 4);
    CHECK(lines[3].first_word == "y");
    CHECK(!lines[3].opens_block());
    CHECK(lines[1].tokens == 3);  // i, f and x at 22, 23 and 25
    CHECK(lines[1].steps == 22 + 23 + 25);
    CHECK(lines[3].mean_step() == 32);
}
