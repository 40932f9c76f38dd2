#include "simt/schedule.h"

#include <numeric>
#include <utility>

namespace simt {

void Schedule::reset(int count, std::uint32_t seed, std::uint32_t block) {
    first_ready_ = ready_count_ = started_ = 0;
    count_ = count;
    random_ = seed == 0 ? 0 : (seed * 2654435761u ^ (block + 1) * 2246822519u) | 1u;
    if (seed == 0) return;
    std::iota(start_order_.begin(), start_order_.begin() + count, 0);
    for (int i = count - 1; i > 0; --i) {
        std::swap(start_order_[i], start_order_[draw(std::uint32_t(i) + 1)]);
    }
}

// Xorshift: good enough to shuffle with, and never 0.
std::uint32_t Schedule::draw(std::uint32_t below) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return std::uint32_t(std::uint64_t(random_) * below >> 32);
}

int Schedule::next() {
    const int new_count = count_ - started_;
    if (ready_count_ == 0) return new_count == 0 ? nobody : next_new();
    if (random_ == 0 || new_count == 0) return next_ready();
    return draw(2) == 0 ? next_ready() : next_new();
}

int Schedule::next_ready() {
    const int size = int(ready_.size());
    if (random_ != 0) {
        const int chosen = (first_ready_ + int(draw(std::uint32_t(ready_count_)))) % size;
        std::swap(ready_[first_ready_], ready_[chosen]);
    }
    const int thread = ready_[first_ready_];
    first_ready_ = (first_ready_ + 1) % size;
    --ready_count_;
    return thread;
}

int Schedule::next_new() {
    const int place = started_++;
    return random_ == 0 ? place : start_order_[place];
}

std::uint64_t block_at(std::uint64_t position, std::uint64_t count, std::uint32_t seed) {
    if (seed == 0) return position;
    // position * stride + offset runs through all blocks when stride and count share no factor
    std::uint64_t stride = (std::uint64_t(seed) * 2654435761u | 1u) % count;
    while (std::gcd(stride, count) != 1) ++stride;
    return (position * stride + seed) % count;
}

}  // namespace simt
