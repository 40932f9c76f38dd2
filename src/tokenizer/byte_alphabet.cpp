#include "tokenizer/byte_alphabet.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "core/text.h"

namespace seed {
namespace {

constexpr bool is_printable_latin1(int byte) {
    return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

// [bpe.byte_alphabet]
std::array<char32_t, 256> make_code_points() {
    std::array<char32_t, 256> code_points{};
    char32_t next_free = 256;
    for (int byte = 0; byte < 256; ++byte) {
        code_points[byte] = is_printable_latin1(byte) ? char32_t(byte) : next_free++;
    }
    return code_points;
}
// [/bpe.byte_alphabet]

std::unordered_map<char32_t, char> make_bytes() {
    std::unordered_map<char32_t, char> bytes;
    for (int byte = 0; byte < 256; ++byte) {
        bytes[printable_code_point(std::uint8_t(byte))] = char(byte);
    }
    return bytes;
}

}  // namespace

char32_t printable_code_point(std::uint8_t byte) {
    static const std::array<char32_t, 256> code_points = make_code_points();
    return code_points[byte];
}

const std::array<std::uint8_t, 256>& bytes_by_code_point() {
    static const std::array<std::uint8_t, 256> order = [] {
        std::array<std::uint8_t, 256> bytes;
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
        std::sort(bytes.begin(), bytes.end(), [](std::uint8_t a, std::uint8_t b) {
            return printable_code_point(a) < printable_code_point(b);
        });
        return bytes;
    }();
    return order;
}

std::string to_printable(std::string_view bytes) {
    std::string text;
    for (char byte : bytes) {
        const char32_t code_point = printable_code_point(std::uint8_t(byte));
        // No code point here is above U+0143: one or two bytes of UTF-8.
        if (code_point < 0x80) {
            text += char(code_point);
        } else {
            text += char(0xC0 | code_point >> 6);
            text += char(0x80 | (code_point & 0x3F));
        }
    }
    return text;
}

std::optional<std::string> from_printable(std::string_view text) {
    static const std::unordered_map<char32_t, char> byte_of = make_bytes();
    std::string bytes;
    while (!text.empty()) {
        const CodePoint first = first_code_point(text);
        const auto found = byte_of.find(first.value);
        if (found == byte_of.end()) return std::nullopt;
        bytes += found->second;
        text.remove_prefix(first.bytes);
    }
    return bytes;
}

}  // namespace seed
