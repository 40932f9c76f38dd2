#include "core/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace seed {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Range {
    char32_t first, last;
};

// The blocks that matter for program text and notes, not all of Unicode's width tables.
constexpr Range zero_width[] = {
    {0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
constexpr Range double_width[] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                  {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
                                  {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t n>
bool contains(const Range (&ranges)[n], char32_t c) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [c](Range range) { return range.first <= c && c <= range.last; });
}

bool is_control(char32_t c) { return c < 0x20 || (0x7F <= c && c < 0xA0); }

std::size_t width(char32_t c) {
    if (is_control(c) || contains(zero_width, c)) return 0;
    return contains(double_width, c) ? 2 : 1;
}

// How many bytes follow the first one and which of its bits count; {0, 0} if none may start so.
struct Lead {
    std::size_t following;
    unsigned bits;
    char32_t smallest;  // a smaller value in as many bytes is an overlong spelling
};

Lead lead_of(unsigned char byte) {
    if (byte >= 0xC0 && byte < 0xE0) return {1, byte & 0x1Fu, 0x80};
    if (byte >= 0xE0 && byte < 0xF0) return {2, byte & 0x0Fu, 0x800};
    if (byte >= 0xF0 && byte < 0xF8) return {3, byte & 0x07u, 0x10000};
    return {0, 0, 0};
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {first, 1};
    const Lead lead = lead_of(first);
    if (lead.following == 0 || text.size() <= lead.following) return {replacement, 1};
    char32_t value = lead.bits;
    for (std::size_t i = 1; i <= lead.following; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80) return {replacement, 1};
        value = value << 6 | (byte & 0x3Fu);
    }
    const bool is_surrogate = 0xD800 <= value && value < 0xE000;
    if (value < lead.smallest || value > 0x10FFFF || is_surrogate) return {replacement, 1};
    return {value, lead.following + 1};
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        columns += width(c.value);
        text.remove_prefix(c.bytes);
    }
    return columns;
}

std::string clip_to_width(std::string_view text, std::size_t columns) {
    if (columns == 0) return "";
    std::size_t at = 0, used = 0, fits_before_ellipsis = 0;
    while (at < text.size()) {
        const CodePoint c = first_code_point(text.substr(at));
        used += width(c.value);
        if (used > columns) return std::string(text.substr(0, fits_before_ellipsis)) + "…";
        at += c.bytes;
        if (used < columns) fits_before_ellipsis = at;
    }
    return std::string(text);
}

std::string one_line(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        if (is_control(c.value)) {
            line += ' ';
        } else if (c.value == replacement) {
            line += "\uFFFD";
        } else {
            line += text.substr(0, c.bytes);
        }
        text.remove_prefix(c.bytes);
    }
    return line;
}

namespace {

// Separators of lines, and marks that turn the direction of what follows
bool moves_text(char32_t c) {
    return c == 0x200E || c == 0x200F || (0x2028 <= c && c <= 0x202E) ||
           (0x2066 <= c && c <= 0x2069);
}

}  // namespace

std::string visible_text(std::string_view text) {
    std::string visible;
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        if (c.value == ' ') {
            visible += "·";
        } else if (c.value == '\n') {
            visible += "↵";
        } else if (c.value == '\t') {
            visible += "→";
        } else if (is_control(c.value) || moves_text(c.value) || c.value == replacement) {
            visible += "\uFFFD";
        } else {
            visible += text.substr(0, c.bytes);
        }
        text.remove_prefix(c.bytes);
    }
    return visible;
}

std::string plain_text(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        plain += text[i] == '\r' ? '\n' : text[i];
    }
    return plain;
}

std::string in_quotes(std::string_view name) {
    // No code point takes more than 4 bytes: the rest of a huge name cannot be seen anyway
    return fmt::format("'{}'", clip_to_width(one_line(name.substr(0, 4 * 80)), 78));
}

}  // namespace seed
