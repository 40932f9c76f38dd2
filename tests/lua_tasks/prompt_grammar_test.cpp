// The grammar of the prompts accepts the world's own and nothing else.
#include "lua_tasks/prompt_grammar.h"

#include "lua_tasks/evaluate.h"
#include "lua_tasks/generator.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("every prompt is understood as what it was made of") {
    for (std::uint64_t i = 0; i < 2000; ++i) {
        RandomStream random(RandomKey{41}, i);
        const Composition c = random_composition(random);
        const auto parsed = parse_prompt(render_prompt(c));
        REQUIRE(parsed);
        CHECK(composition_hash(*parsed) == composition_hash(c));
        CHECK(!parse_long_prompt(render_prompt(c)));
    }
    for (std::uint64_t i = 0; i < 1000; ++i) {
        RandomStream random(RandomKey{42}, i);
        const LongProgram p = random_long_program(random);
        INFO(render_prompt(p));
        const auto parsed = parse_long_prompt(render_prompt(p));
        REQUIRE(parsed);
        CHECK(composition_hash(*parsed) == composition_hash(p));
        CHECK(!parse_prompt(render_prompt(p)));
    }
}

TEST_CASE("what the world does not have is no prompt of it") {
    CHECK(parse_prompt("-- sum for each item if even: squared\n"));
    for (const char* text :
         {"sum for each item if even: squared\n", "-- sum for each item if even: squared",
          "-- sum for each item if even: cubed\n", "-- sum for each item if even:squared\n",
          "-- sum for each item if prime: squared\n", "-- sum for every item: squared\n",
          "-- sum for each item if even and odd: itself\n", "-- sum for each char: itself\n",
          "-- sum for each item if above 0: itself\n", "-- sum for each item if above 10: itself\n",
          "-- count for each item if even: squared\n", "-- sum for each item if even\n",
          "-- if even: doubled, else doubled\n", "-- if even: doubled\n", "-- \n", "", "\n"}) {
        INFO(text);
        CHECK(!parse_prompt(text));
        CHECK(!parse_long_prompt(text));
    }
}

TEST_CASE("the text of the grammar has every word") {
    const std::string text = grammar_text();
    for (const char* word : {"each later item", "max", "divisible by c", "c = 3 ... 9", "not \"c\"",
                             "c of aeonrst", "x % 2 == 0", "c < x", "r = v + r", "two loops",
                             "hits, found, result or res", "x:upper()"}) {
        INFO(word);
        CHECK(text.find(word) != text.npos);
    }
}
