#include "simt/memory.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "simt/check_hooks.h"
#include "simt/runtime_api.h"

namespace simt {
namespace {

struct Registry {
    std::mutex mutex;
    std::map<const char*, std::size_t> sizes;  // by first byte
    std::map<void*, std::size_t> shared;       // what mmap has given, until it is given back
    bool is_shared = false;
    std::size_t used = 0;
    std::size_t total = std::size_t(8) << 30;
};

Registry& registry() {
    static Registry* const lives_until_exit = new Registry;
    return *lives_until_exit;
}

// The allocation that begins at or before `address`, or end.
auto at_or_before(Registry& all, const char* address) {
    auto after = all.sizes.upper_bound(address);
    return after == all.sizes.begin() ? all.sizes.end() : std::prev(after);
}

// cudaMalloc aligns to 256 bytes. AddressSanitizer gets the exact size, so that its red zone begins
// at the first byte beyond. Shared memory comes in pages.
void* aligned_memory(Registry& all, std::size_t bytes) {
    void* memory = nullptr;
    const std::size_t size = bytes == 0 ? 1 : bytes;
    if (all.is_shared) {
        memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return nullptr;
        all.shared[memory] = size;
        return memory;
    }
    return posix_memalign(&memory, 256, size) == 0 ? memory : nullptr;
}

}  // namespace

void* allocate_device_memory(std::size_t bytes) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    if (bytes > all.total - all.used) return nullptr;
    void* memory = aligned_memory(all, bytes);
    if (memory == nullptr) return nullptr;
    std::memset(memory, 0xFF, bytes);
    all.sizes[static_cast<const char*>(memory)] = bytes;
    all.used += bytes;
    check_allocated(memory, bytes);
    return memory;
}

bool free_device_memory(void* address) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const auto found = all.sizes.find(static_cast<const char*>(address));
    if (found == all.sizes.end()) return false;
    all.used -= found->second;
    all.sizes.erase(found);
    if (!check_freed(address)) give_back(address);
    return true;
}

void give_back(void* address) {
    Registry& all = registry();
    const auto found = all.shared.find(address);
    if (found == all.shared.end()) return std::free(address);
    munmap(address, found->second);
    all.shared.erase(found);
}

void share_device_memory() {
    const std::lock_guard lock(registry().mutex);
    registry().is_shared = true;
}

std::string why_not_on_device(const void* address, std::size_t bytes) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const char* first = static_cast<const char*>(address);
    const auto found = at_or_before(all, first);
    if (found == all.sizes.end() || first >= found->first + found->second) {
        if (found != all.sizes.end() && first == found->first && bytes == 0) return "";
        return fmt::format("{} is not in device memory", address);
    }
    const std::size_t offset = std::size_t(first - found->first);
    if (bytes <= found->second - offset) return "";
    return fmt::format("{} bytes from offset {} leave a device allocation of {} bytes", bytes,
                       offset, found->second);
}

bool touches_device(const void* address, std::size_t bytes) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const char* first = static_cast<const char*>(address);
    const auto found = at_or_before(all, first + (bytes == 0 ? 0 : bytes - 1));
    return found != all.sizes.end() && first < found->first + found->second;
}

void set_device_memory_bytes(std::size_t bytes) {
    const std::lock_guard lock(registry().mutex);
    registry().total = bytes > registry().used ? bytes : registry().used;
}

std::size_t device_memory_bytes() { return registry().total; }
std::size_t used_device_memory_bytes() { return registry().used; }

}  // namespace simt
