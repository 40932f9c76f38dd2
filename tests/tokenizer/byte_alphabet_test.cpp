#include "tokenizer/byte_alphabet.h"

#include <set>

#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("the byte alphabet is GPT-2's") {
    CHECK(printable_code_point('!') == U'!');
    CHECK(printable_code_point('~') == U'~');
    CHECK(printable_code_point(0) == 0x100);
    CHECK(printable_code_point('\n') == U'Ċ');
    CHECK(printable_code_point(' ') == U'Ġ');
    CHECK(printable_code_point(127) == 0x121);
    CHECK(printable_code_point(160) == 0x142);
    CHECK(printable_code_point(161) == 161);
    CHECK(printable_code_point(173) == 0x143);
    CHECK(printable_code_point(255) == 255);
}

TEST_CASE("the bytes are ordered by code point, each once") {
    const auto& order = bytes_by_code_point();
    CHECK(std::set<int>(order.begin(), order.end()).size() == 256);
    for (int i = 1; i < 256; ++i) {
        CHECK(printable_code_point(order[i - 1]) < printable_code_point(order[i]));
    }
    CHECK(order[0] == '!');
    CHECK(order[187] == 255);
    CHECK(order[188] == 0);
}

TEST_CASE("every byte string comes back from its printable spelling") {
    std::string bytes;
    for (int byte = 255; byte >= 0; --byte) bytes += char(byte);
    CHECK(from_printable(to_printable(bytes)) == bytes);
    CHECK(to_printable("a b\n") == "aĠbĊ");
    CHECK(from_printable("") == "");
}

TEST_CASE("text outside the byte alphabet has no bytes") {
    CHECK(from_printable("a b") == std::nullopt);
    CHECK(from_printable("▁the") == std::nullopt);
    CHECK(from_printable("\xff") == std::nullopt);
}
