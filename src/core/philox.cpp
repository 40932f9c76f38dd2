#include "core/philox.h"

#include "core/require.h"

namespace seed {
RandomKey RandomKey::fork(std::uint64_t number) const {
    const PhiloxCounter words = random_words(*this, number, 0, RandomLane::forks);
    return {words[0] | std::uint64_t{words[1]} << 32};
}

RandomKey RandomKey::fork(std::string_view purpose) const {
    // Fold the name into the key 8 bytes at a time; its length keeps "a" and "a\0" apart.
    RandomKey key = fork(purpose.size());
    for (std::size_t begin = 0; begin < purpose.size(); begin += 8) {
        std::uint64_t word = 0;
        for (char c : purpose.substr(begin, 8)) word = word << 8 | std::uint8_t(c);
        key = key.fork(word);
    }
    return key;
}

std::uint32_t RandomStream::bits() {
    if (left_ == 0) {
        buffer_ = random_words(key_.fork(id_), block_, 0, RandomLane::streams);
        ++block_;
        left_ = 4;
    }
    return buffer_[4 - left_--];
}

double RandomStream::uniform() {
    const std::uint64_t low = bits();
    const std::uint64_t high = bits();
    return double((low | high << 32) >> 11) * 0x1p-53;
}

std::uint32_t RandomStream::below(std::uint32_t limit) {
    require(limit >= 1, "random choice: expected at least one option, got none");
    // Reject the last, incomplete copy of {0 ... limit-1} in the 2^32 values.
    const std::uint32_t rejected = std::uint32_t(-limit) % limit;
    std::uint32_t word = bits();
    while (word < rejected) word = bits();
    return word % limit;
}

int RandomStream::between(int low, int high) {
    require(low <= high, "random choice: expected low <= high, got {} and {}", low, high);
    return low + int(below(std::uint32_t(high - low) + 1));
}

}  // namespace seed
