// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror, Shaw, "Parallel random
// numbers: as easy as 1, 2, 3" (SC 2011).
//
// A random number is a pure function of a key and a counter: no state, no order of calls, no
// dependence on the number of threads, and a GPU thread computes the same bits as the CPU: by the
// same functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/host_device.h"

namespace seed {

template <int N>
struct PhiloxWords {
    std::uint32_t words[N];

    SEED_HOST_DEVICE constexpr std::uint32_t operator[](int i) const { return words[i]; }
    bool operator==(const PhiloxWords&) const = default;
};
using PhiloxCounter = PhiloxWords<4>;
using PhiloxKey = PhiloxWords<2>;

// [philox.round]
// One round: two 32x32 -> 64 bit products, their halves exchanged and mixed with the key.
SEED_HOST_DEVICE constexpr PhiloxCounter philox_round(PhiloxCounter c, PhiloxKey k) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c[2];
    return {std::uint32_t(p1 >> 32) ^ c[1] ^ k[0], std::uint32_t(p1),
            std::uint32_t(p0 >> 32) ^ c[3] ^ k[1], std::uint32_t(p0)};
}

// Ten rounds; between them the key moves along a Weyl sequence (golden ratio, sqrt(3) - 1).
SEED_HOST_DEVICE constexpr PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key) {
    for (int round = 0; round < 10; ++round) {
        counter = philox_round(counter, key);
        key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
    }
    return counter;
}
// [/philox.round]

// The key of one stream of random numbers. Keys are never reused for two purposes: `fork` derives
// a new one from a name ("mask", "data") or a number (a training step).
struct RandomKey {
    std::uint64_t value = 0;

    SEED_HOST_DEVICE constexpr PhiloxKey words() const {
        return {std::uint32_t(value), std::uint32_t(value >> 32)};
    }
    RandomKey fork(std::string_view purpose) const;
    RandomKey fork(std::uint64_t number) const;
    bool operator==(const RandomKey&) const = default;
};

// The fourth counter word keeps apart what one key is used for.
enum class RandomLane : std::uint32_t { numbers, forks, streams };

SEED_HOST_DEVICE constexpr PhiloxCounter random_words(RandomKey key, std::uint64_t row,
                                                      std::uint32_t column, RandomLane lane) {
    return philox4x32({std::uint32_t(row), std::uint32_t(row >> 32), column, std::uint32_t(lane)},
                      key.words());
}

// [philox.uniform]
// Uniform numbers in [0, 1) at (row, column) of a stream. The float has 24 random bits and the
// double 53: every value is exactly representable, and 1 is never reached.
SEED_HOST_DEVICE constexpr float uniform_float(RandomKey key, std::uint64_t row,
                                               std::uint32_t column) {
    return float(random_words(key, row, column, RandomLane::numbers)[0] >> 8) * 0x1p-24f;
}

SEED_HOST_DEVICE constexpr double uniform_double(RandomKey key, std::uint64_t row,
                                                 std::uint32_t column) {
    const PhiloxCounter words = random_words(key, row, column, RandomLane::numbers);
    return double((words[0] | std::uint64_t{words[1]} << 32) >> 11) * 0x1p-53;
}
// [/philox.uniform]

// A stream read in order, for code that makes an unknown number of choices (generating a program).
// Two streams with the same key and id give the same numbers.
class RandomStream {
public:
    RandomStream(RandomKey key, std::uint64_t id) : key_(key), id_(id) {}

    std::uint32_t bits();                       // 32 random bits
    double uniform();                           // [0, 1), 53 bits
    std::uint32_t below(std::uint32_t limit);   // {0 ... limit-1}, unbiased; limit >= 1
    int between(int low, int high);             // {low ... high}
    template <class Container>
    const typename Container::value_type& pick(const Container& items) {
        return items[below(std::uint32_t(items.size()))];
    }

private:
    RandomKey key_;
    std::uint64_t id_;
    std::uint64_t block_ = 0;
    PhiloxCounter buffer_{};
    int left_ = 0;  // words of buffer_ not yet handed out
};

}  // namespace seed
