#include "core/memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace seed {
namespace {

constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

// The number in a file that holds nothing else; `unknown` if it holds a word, as "max".
std::uint64_t number_in(const char* path) {
    std::ifstream file(path);
    std::uint64_t value = 0;
    return file >> value ? value : unknown;
}

std::uint64_t free_in_machine() {
    std::ifstream file("/proc/meminfo");
    std::string name, unit;
    std::uint64_t kilobytes = 0;
    while (file >> name >> kilobytes) {
        if (name == "MemAvailable:") return kilobytes * 1024;
        std::getline(file, unit);
    }
    return unknown;
}

std::uint64_t free_in_control_group() {
    const std::uint64_t limit = number_in("/sys/fs/cgroup/memory.max");
    const std::uint64_t used = number_in("/sys/fs/cgroup/memory.current");
    if (limit == unknown || used == unknown) return unknown;
    return limit - std::min(used, limit);
}

}  // namespace

std::uint64_t available_memory() { return std::min(free_in_machine(), free_in_control_group()); }

void require_memory(std::int64_t rows, std::int64_t cols, std::uint64_t bytes_per_element) {
    constexpr double gigabyte = 1e9;
    const double bytes = double(rows) * double(cols) * double(bytes_per_element);
    if (bytes < gigabyte / 4) return;
    const double available = std::min(double(available_memory()), 0x1p63);
    if (bytes < available) return;
    throw NotEnoughMemory(
        fmt::format("not enough memory: expected at most {:.1f} GB, asked for {:.1f} GB",
                    available / gigabyte, bytes / gigabyte));
}

}  // namespace seed
