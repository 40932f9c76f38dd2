#include "edit_corruption/levenshtein_myers.h"

#include <bit>
#include <vector>

namespace seed {
namespace {

constexpr Index word_bits = 64;

// A hash table with open addressing: a number other than 0 for each token that is in it.
class TokenTable {
public:
    explicit TokenTable(std::size_t tokens)
        : slots_(std::bit_ceil(4 * tokens)), shift_(32 - std::countr_zero(slots_.size())) {}

    std::uint64_t find(std::int32_t token) const { return slots_[slot_of(token)].value; }
    std::uint64_t& operator[](std::int32_t token) {
        Slot& slot = slots_[slot_of(token)];
        slot.token = token;
        return slot.value;
    }

private:
    struct Slot {
        std::uint64_t value = 0;  // 0: free
        std::int32_t token = 0;
    };
    std::size_t slot_of(std::int32_t token) const {
        std::size_t slot = std::uint32_t(token) * 0x9E3779B1u >> shift_;  // the upper bits
        while (slots_[slot].value != 0 && slots_[slot].token != token) {
            slot = (slot + 1) & (slots_.size() - 1);
        }
        return slot;
    }
    std::vector<Slot> slots_;
    int shift_;
};

// [levenshtein_myers.strip]
// D[i][j] - D[i][j-1] along a row, as two bits.
enum Difference : std::uint8_t { same = 0, up = 1, down = 2 };

Index change(Difference difference) { return Index(difference & up) - Index(difference >> 1); }

// Replaces the differences along the row above a strip by those along its last row. matches(token)
// has bit i set where row i of the strip is the token. Bit i of `plus` says that D grows by 1 from
// the row above to row i, of `minus` that it falls; in the first column it grows all the way down.
template <class Matches>
void advance_strip(const Matches& matches, Index rows, Tokens text, Difference* row) {
    const Index last = rows - 1;
    std::uint64_t plus = ~std::uint64_t{0}, minus = 0;
    for (std::size_t j = 0; j < text.size(); ++j) {
        const std::uint64_t above_up = row[j] & up, above_down = row[j] >> 1;
        const std::uint64_t match = matches(text[j]);
        // Rows that the left column reaches for free; the addition carries a match down a run
        const std::uint64_t vertical = match | minus;
        const std::uint64_t start = match | above_down;
        const std::uint64_t horizontal = (((start & plus) + plus) ^ plus) | start;
        // Differences along the rows, then moved one row down as the row above comes in
        std::uint64_t grows = minus | ~(horizontal | plus), falls = plus & horizontal;
        row[j] = Difference((grows >> last & 1) | (falls >> last & 1) << 1);
        grows = grows << 1 | above_up;
        falls = falls << 1 | above_down;
        plus = falls | ~(vertical | grows);
        minus = grows & vertical;
    }
}
// [/levenshtein_myers.strip]

// A pattern of at most 64 tokens: one strip.
Index distance_of_short(Tokens pattern, Tokens text) {
    TokenTable positions(pattern.size());
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        positions[pattern[i]] |= std::uint64_t{1} << i;
    }
    std::vector<Difference> row(text.size(), up);  // D[0][j] = j
    advance_strip([&](std::int32_t token) { return positions.find(token); }, Index(pattern.size()),
                  text, row.data());
    Index distance = Index(pattern.size());  // D[n][0]
    for (Difference difference : row) distance += change(difference);
    return distance;
}

// Both sequences with the tokens of the pattern numbered 1, 2 ... and all others 0.
struct NumberedTokens {
    std::vector<std::int32_t> pattern, text;
    std::int32_t last = 0;

    NumberedTokens(Tokens a, Tokens b) {
        TokenTable numbers(a.size());
        for (std::int32_t token : a) {
            std::uint64_t& number = numbers[token];
            if (number == 0) number = std::uint64_t(++last);
            pattern.push_back(std::int32_t(number));
        }
        for (std::int32_t token : b) text.push_back(std::int32_t(numbers.find(token)));
    }
};

// The smallest D of a row, from its first value and the differences that follow.
Index smallest_along(std::span<const Difference> row, Index value) {
    Index smallest = value;
    for (Difference difference : row) {
        value += change(difference);
        smallest = std::min(smallest, value);
    }
    return smallest;
}

// [levenshtein_myers.band]
// The distance if it is at most `bound`, else more than `bound`. Where the band meets a new column
// or row, D is taken to grow by 1: the cost of a real path, so never too small.
Index within_band(const NumberedTokens& tokens, Index bound) {
    const Index n = Index(tokens.pattern.size()), m = Index(tokens.text.size());
    std::vector<std::uint64_t> positions(std::size_t(tokens.last) + 1);
    std::vector<Difference> row(std::size_t(m), up);  // D[0][j] = j
    Index left = 0, corner = 0;                       // D[top][left]
    for (Index top = 0; top < n; top += word_bits) {
        const Index rows = std::min(word_bits, n - top), right = std::min(m, top + rows + bound);
        for (; left < top - bound; ++left) corner += change(row[left]);
        const auto strip = Tokens(tokens.pattern).subspan(top, rows);
        for (Index i = 0; i < rows; ++i) positions[strip[i]] |= std::uint64_t{1} << i;
        advance_strip([&](std::int32_t token) { return positions[token]; }, rows,
                      Tokens(tokens.text).subspan(left, right - left), row.data() + left);
        for (std::int32_t token : strip) positions[token] = 0;
        corner += rows;
        // Every path crosses the strip's last row; one that may be m long is never too dear
        const auto crossed = std::span(row).subspan(left, right - left);
        if (bound < m && smallest_along(crossed, corner) > bound) return bound + 1;
    }
    for (; left < m; ++left) corner += change(row[left]);
    return corner;  // D[n][m]
}
// [/levenshtein_myers.band]

void set_common_ends_aside(Tokens& a, Tokens& b) {
    const std::size_t shorter = std::min(a.size(), b.size());
    std::size_t begin = 0, end = 0;
    while (begin < shorter && a[begin] == b[begin]) ++begin;
    while (begin + end < shorter && a[a.size() - 1 - end] == b[b.size() - 1 - end]) ++end;
    a = a.subspan(begin, a.size() - begin - end), b = b.subspan(begin, b.size() - begin - end);
}

}  // namespace

Index levenshtein_within(Tokens a, Tokens b, Index bound) {
    require(bound >= 0, "levenshtein: expected a bound >= 0, got {}", bound);
    if (a.size() > b.size()) std::swap(a, b);
    const Index longer_by = Index(b.size() - a.size());
    if (longer_by > bound || a.empty()) return longer_by;
    return within_band(NumberedTokens(a, b), bound);
}

Index levenshtein_myers(Tokens a, Tokens b) {
    set_common_ends_aside(a, b);
    if (a.size() > b.size()) std::swap(a, b);
    const Index n = Index(a.size()), m = Index(b.size());
    if (n == 0) return m;
    if (n <= word_bits) return distance_of_short(a, b);
    // Edit corruption changes at most a tenth; a distance above an eighth is soon given up
    const NumberedTokens tokens(a, b);
    const Index bound = m / 8;
    if (m - n <= bound) {
        const Index distance = within_band(tokens, bound);
        if (distance <= bound) return distance;
    }
    return within_band(tokens, m);
}

}  // namespace seed
