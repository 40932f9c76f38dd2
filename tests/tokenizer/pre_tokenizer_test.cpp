#include "tokenizer/pre_tokenizer.h"

#include <string>

#include "core/philox.h"
#include "tests/support/catch.h"

using namespace seed;
using namespace std::string_view_literals;

using Views = std::vector<std::string_view>;

TEST_CASE("text is cut as Qwen2's pattern says") {
    CHECK(split_pre_tokens("for i in x:") == Views{"for", " i", " in", " x", ":"});
    CHECK(split_pre_tokens("x = 12;\n\n\ty") == Views{"x", " =", " ", "1", "2", ";\n\n", "\ty"});
    CHECK(split_pre_tokens("I'm DON'T") == Views{"I", "'m", " DON", "'T"});
    CHECK(split_pre_tokens("_x1 __y") == Views{"_x", "1", " __", "y"});
    CHECK(split_pre_tokens("größer 世界") == Views{"größer", " 世界"});
}

TEST_CASE("white space leaves its last blank to the word that follows") {
    CHECK(split_pre_tokens("    x") == Views{"   ", " x"});
    CHECK(split_pre_tokens("a  \n  b") == Views{"a", "  \n", " ", " b"});
    CHECK(split_pre_tokens("a   ") == Views{"a", "   "});
    CHECK(split_pre_tokens("\r\n\r\n") == Views{"\r\n\r\n"});
}

TEST_CASE("the blanks of Unicode are white space") {
    CHECK(split_pre_tokens("\u0085\u00A0\u3000") == Views{"\u0085\u00A0\u3000"});
    CHECK(split_pre_tokens("a\u2003\u2003b") == Views{"a", "\u2003", "\u2003b"});
}

TEST_CASE("a byte that is not UTF-8 is a pre-token of its own") {
    CHECK(split_pre_tokens("ab\xff\xfe""cd") == Views{"ab", "\xff", "\xfe", "cd"});
    CHECK(split_pre_tokens("\xed\xa0\x80") == Views{"\xed", "\xa0", "\x80"});  // a surrogate
    CHECK(split_pre_tokens("\xc0\xaf") == Views{"\xc0", "\xaf"});              // overlong
    CHECK(split_pre_tokens("x\xe4\xb8") == Views{"x", "\xe4", "\xb8"});        // cut off
    CHECK(split_pre_tokens("\xf4\x90\x80\x80").size() == 4);                   // above U+10FFFF
}

TEST_CASE("U+FFFD and NUL are characters like others") {
    CHECK(split_pre_tokens("a\xef\xbf\xbd") == Views{"a", "\xef\xbf\xbd"});
    CHECK(split_pre_tokens("a\0b"sv) == Views{"a", "\0b"sv});
}

TEST_CASE("an empty text has no pre-tokens") { CHECK(split_pre_tokens("").empty()); }

TEST_CASE("the pre-tokens of random bytes are never empty and join to the text") {
    RandomStream random({11}, 0);
    const std::string_view common = " \n\r\t'sax1.\xc3\xa9\xe4\xb8\x96\xff";
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (int i = random.between(0, 60); i > 0; --i) {
            text += round % 2 ? random.pick(common) : char(random.below(256));
        }
        std::string joined;
        for (std::string_view pre_token : split_pre_tokens(text)) {
            CHECK(!pre_token.empty());
            joined += pre_token;
        }
        CHECK(joined == text);
    }
}

TEST_CASE("a pre-token may be a million bytes long") {
    for (std::string_view unit : {"a", " ", "\n", "+", "\u00e9"}) {
        std::string text;
        while (text.size() < 1'000'000) text += unit;
        CHECK(split_pre_tokens(text) == Views{text});
    }
}
