#include "core/text.h"

#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("display width counts columns, not bytes") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("größe…█") == 7);
    CHECK(display_width("日本") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("🙂") == 2);
    CHECK(display_width("a\tb") == 2);
    CHECK(display_width("\xff\xff") == 2);
}

TEST_CASE("code points are decoded and every broken byte counts as one replacement sign") {
    CHECK(first_code_point("A").value == U'A');
    CHECK(first_code_point("ß!").value == U'ß');
    CHECK(first_code_point("€").bytes == 3);
    CHECK(first_code_point("\U0010FFFF").value == 0x10FFFF);
    const char* broken[] = {"\x80",
                            "\xC3",
                            "\xC3(",
                            "\xE2\x82",
                            "\xC0\xAF",
                            "\xE0\x80\x80",
                            "\xED\xA0\x80",
                            "\xF4\x90\x80\x80",
                            "\xF8\x88\x80\x80",
                            "\xFF"};
    for (const char* text : broken) {
        CHECK(first_code_point(text).value == 0xFFFD);
        CHECK(first_code_point(text).bytes == 1);
    }
}

TEST_CASE("text is clipped to the columns there are, at whole signs") {
    CHECK(clip_to_width("hello", 5) == "hello");
    CHECK(clip_to_width("hello", 4) == "hel…");
    CHECK(clip_to_width("hello", 1) == "…");
    CHECK(clip_to_width("hello", 0) == "");
    CHECK(clip_to_width("größer", 5) == "größ…");
    CHECK(clip_to_width("日本語", 6) == "日本語");
    CHECK(clip_to_width("日本語", 5) == "日本…");
    CHECK(clip_to_width("日本語", 4) == "日…");
    CHECK(clip_to_width("ae\u0301", 2) == "ae\u0301");
    for (std::size_t columns = 0; columns < 12; ++columns) {
        CHECK(display_width(clip_to_width("a日\xff本ö🙂e\u0301", columns)) <= columns);
    }
}

TEST_CASE("plain text has one kind of line end and no byte order mark") {
    CHECK(plain_text("a\r\nb\r\n") == "a\nb\n");
    CHECK(plain_text("a\rb\r\r\n\n\r") == "a\nb\n\n\n\n");
    CHECK(plain_text("\xEF\xBB\xBFö\xEF\xBB\xBF") == "ö\xEF\xBB\xBF");
    CHECK(plain_text(std::string("\0\xff", 2)) == std::string("\0\xff", 2));
    CHECK(plain_text("").empty());
}

TEST_CASE("white space is made visible, and nothing moves the text around it") {
    CHECK(visible_text("a b\n\t)") == "a·b↵→)");
    CHECK(visible_text("x\x1b[1m\x7f\r") == "x\uFFFD[1m\uFFFD\uFFFD");
    CHECK(visible_text("\u2028\u2029\u202E\u2066\u200F\u0085") ==
          "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(visible_text("\xC3\xB6\xC3\xE2\x80") == "ö\uFFFD\uFFFD\uFFFD");
    CHECK(visible_text("<&\"日🙂") == "<&\"日🙂");
    CHECK(visible_text("").empty());
}

TEST_CASE("text from a file is made safe to print on one line") {
    CHECK(one_line("a\nb\r\tc\x1b[31m") == "a b  c [31m");
    CHECK(one_line("ö\xff\u0085!") == "ö\uFFFD !");
    CHECK(in_quotes("a\nb") == "'a b'");
    CHECK(display_width(in_quotes(std::string(1'000'000, 'x'))) == 80);
    CHECK(display_width(in_quotes(std::string(1'000, '\xff'))) <= 80);
}
