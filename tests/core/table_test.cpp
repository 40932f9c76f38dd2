#include "core/table.h"

#include "core/text.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("a table aligns numbers to the right and text to the left") {
    const std::string table =
        format_table({"stage", "pass@1", "tokens/s"},
                     {{"diffusion", "0.91", "1,200"}, {"baseline", "-", "950"}});
    CHECK(table ==
          "stage      pass@1  tokens/s\n"
          "---------------------------\n"
          "diffusion    0.91     1,200\n"
          "baseline        -       950\n");
}

TEST_CASE("a column with a word in it is text, whatever else it holds") {
    CHECK(format_table({"kernel"}, {{"1"}, {"softmax"}}) == "kernel\n-------\n1\nsoftmax\n");
    CHECK(format_table({"a", "b"}, {{"x", ""}, {"y", "-"}}) == "a  b\n----\nx\ny  -\n");
    CHECK(format_table({"cells"}, {{"1:05"}, {"91 %"}, {"-3e-4"}, {"nan"}}) ==
          "cells\n-----\n 1:05\n 91 %\n-3e-4\n  nan\n");
}

TEST_CASE("the columns of a table line up on the screen, not in bytes") {
    const std::string table = format_table({"größe", "n"}, {{"日本", "1"}, {"a\nb", "20"}});
    CHECK(table == "größe   n\n---------\n日本    1\na b    20\n");
}

TEST_CASE("a table may be empty, but its rows must be whole") {
    CHECK(format_table({"a", "b"}, {}) == "a  b\n----\n");
    CHECK(error_of([] {
              format_table({"a", "b"}, {{"1"}});
          }) == "expected 2 cells in a row of the table, got 1");
}
