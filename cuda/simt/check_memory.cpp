#include "simt/check_memory.h"

#include <algorithm>

#include "simt/arena.h"
#include "simt/block_scheduler.h"
#include "simt/memory.h"

namespace simt {
namespace {

// Calls action(word number within the region, bits of its bytes); stops when it returns false.
template <class Action>
bool for_each_word(const Region& region, std::uintptr_t address, std::size_t bytes, Action action) {
    for (std::uintptr_t word = address / 4; word * 4 < address + bytes; ++word) {
        const std::uint8_t bits = bytes_in_word(address, bytes, word);
        if (!action(std::size_t(word - region.begin / 4), bits)) return false;
    }
    return true;
}

}  // namespace

void Region::set_written(std::uintptr_t address, std::size_t bytes) {
    for_each_word(*this, address, bytes, [&](std::size_t word, std::uint8_t bits) {
        written[word] |= bits;
        return true;
    });
}

bool Region::is_written(std::uintptr_t address, std::size_t bytes) const {
    return for_each_word(*this, address, bytes, [&](std::size_t word, std::uint8_t bits) {
        return (written[word] & bits) == bits;
    });
}

void ShadowMemory::add_allocation(const void* address, std::size_t bytes) {
    Region& region = device_[std::uintptr_t(address)];
    region.begin = std::uintptr_t(address);
    region.end = region.begin + bytes;
    region.written.assign((bytes + 3) / 4, 0);
    region.own_cells = std::make_unique<Cells>((bytes + 3) / 4);
    region.cells = &(*region.own_cells)[0];
}

void ShadowMemory::retire_allocation(void* address) {
    Region& region = device_[std::uintptr_t(address)];
    region.freed = true;
    region.own_cells.reset();
    region.cells = nullptr;
    region.written.clear();
    retired_.push_back(address);
    retired_bytes_ += region.end - region.begin;
    while (retired_bytes_ > kept_bytes_at_most) {
        const auto oldest = device_.find(std::uintptr_t(retired_.front()));
        retired_bytes_ -= oldest->second.end - oldest->second.begin;
        device_.erase(oldest);
        give_back(retired_.front());
        retired_.pop_front();
    }
    last_device_ = nullptr;
}

void ShadowMemory::set_all_written() {
    for (auto& [begin, region] : device_) {
        if (!region.freed) std::ranges::fill(region.written, std::uint8_t(0xF));
    }
}

void ShadowMemory::add_shared_array(const void* address, std::size_t bytes) {
    if (shared_cells_ == nullptr) {
        const Arena& arena = BlockScheduler::of_this_worker().shared_memory();
        shared_cells_ = std::make_unique<Cells>(arena.capacity_bytes() / 4);
        shared_cells_begin_ = std::uintptr_t(arena.begin());
    }
    auto region = std::make_unique<Region>();
    region->begin = std::uintptr_t(address);
    region->end = region->begin + bytes;
    region->shared = true;
    region->written.assign((bytes + 3) / 4, 0);
    region->cells = &(*shared_cells_)[(region->begin - shared_cells_begin_) / 4];
    shared_.push_back(std::move(region));
}

Region* ShadowMemory::find(std::uintptr_t address) {
    const auto holds = [&](const Region& r) { return address >= r.begin && address < r.end; };
    if (last_device_ != nullptr && holds(*last_device_)) return last_device_;
    for (const std::unique_ptr<Region>& region : shared_) {
        if (holds(*region)) return region.get();
    }
    const auto after = device_.upper_bound(address);
    if (after == device_.begin() || !holds(std::prev(after)->second)) return nullptr;
    return last_device_ = &std::prev(after)->second;
}

const Region* ShadowMemory::before(std::uintptr_t address, bool shared) const {
    const Region* nearest = nullptr;
    const auto consider = [&](const Region& region) {
        if (region.freed || region.end > address) return;
        if (nearest == nullptr || region.end > nearest->end) nearest = &region;
    };
    if (shared) {
        for (const std::unique_ptr<Region>& region : shared_) consider(*region);
    } else {
        for (const auto& [begin, region] : device_) consider(region);
    }
    return nearest;
}

}  // namespace simt
