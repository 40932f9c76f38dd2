#include "core/philox.h"

#include "core/require.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("philox4x32-10 gives the published known answers") {
    // Random123 distribution, file kat_vectors, lines "philox4x32 10".
    CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) ==
          PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) ==
          PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("forked keys differ by purpose, number and parent") {
    const RandomKey key{7};
    CHECK(key.fork("mask") == key.fork("mask"));
    CHECK(!(key.fork("mask") == key.fork("data")));
    CHECK(!(key.fork("a") == key.fork(std::string_view("a\0", 2))));
    CHECK(!(key.fork("a") == key.fork(std::string_view("\0a", 2))));
    CHECK(!(key.fork("") == key));
    CHECK(!(key.fork("tokenizer a") == key.fork("tokenizer b")));  // beyond its first 8 bytes
    CHECK(!(key.fork(1) == key.fork(2)));
    CHECK(!(key.fork(1) == RandomKey{8}.fork(1)));
    // A fork's words are none of the numbers that the key gives
    const PhiloxCounter number = random_words(key, 1, 0, RandomLane::numbers);
    CHECK(!(key.fork(1) == RandomKey{number[0] | std::uint64_t{number[1]} << 32}));
}

TEST_CASE("uniform numbers lie in [0, 1) with the right mean and variance") {
    const RandomKey key{3};
    const int n = 100000;
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) {
        const double u = uniform_double(key, i, 0);
        REQUIRE((u >= 0 && u < 1));
        const float f = uniform_float(key, i, 1);
        REQUIRE((f >= 0 && f < 1));
        sum += u, squares += u * u;
    }
    // Six standard errors: sd(u) = sqrt(1/12), sd(u^2) = sqrt(4/45).
    CHECK(std::abs(sum / n - 1.0 / 2) < 6 * std::sqrt(1.0 / 12 / n));
    CHECK(std::abs(squares / n - 1.0 / 3) < 6 * std::sqrt(4.0 / 45 / n));
}

TEST_CASE("a stream repeats for equal key and id and differs otherwise") {
    RandomStream a({1}, 2), b({1}, 2), c({1}, 3);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const std::uint32_t word = a.bits();
        CHECK(word == b.bits());
        differs |= word != c.bits();
    }
    CHECK(differs);
}

TEST_CASE("below chooses every option about equally often and refuses none") {
    RandomStream random({5}, 0);
    std::array<int, 7> count{};
    for (int i = 0; i < 70000; ++i) ++count[random.below(7)];
    for (int c : count) CHECK(std::abs(c - 10000) < 6 * std::sqrt(10000.0 * 6 / 7));
    // 2^32 values hold 3 * 2^30 once and a third: without rejection the first third is twice as likely
    const std::uint32_t quarter = 1u << 30;
    int first = 0;
    for (int i = 0; i < 10000; ++i) first += random.below(3 * quarter) < quarter;
    CHECK(std::abs(first - 10000 / 3) < 5 * std::sqrt(10000.0 * 2 / 9));
    CHECK_THROWS_AS(random.below(0), Error);
    CHECK(random.between(-3, -3) == -3);
}
