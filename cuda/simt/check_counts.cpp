#include "simt/check_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>

#include "core/require.h"
#include "core/table.h"
#include "simt/check_hooks.h"
#include "simt/check_requests.h"
#include "simt/check_sites.h"

namespace simt {
namespace {

struct LaneAccess {
    std::uintptr_t address;
    std::size_t bytes;
    int lane;
};
using Request = std::vector<LaneAccess>;

// What the lanes of a warp did at one site since the last barrier.
struct SiteLog {
    std::array<std::uint32_t, 32> visits{};
    std::vector<Request> requests;
    bool shared = false;
    bool write = false;
};

struct Key {
    const char* kernel;
    std::uint32_t site;
    bool shared;
    bool write;
    bool operator<(const Key& other) const {
        return std::tie(kernel, site, shared, write) <
               std::tie(other.kernel, other.site, other.shared, other.write);
    }
};

struct Sums {
    std::uint64_t requests = 0, moves = 0, least = 0;
};

bool counting = false;
std::array<std::unordered_map<std::uint32_t, SiteLog>, max_warps_per_block> logs;
std::map<Key, Sums> sums;

std::size_t distinct(std::vector<std::uintptr_t>& values) {
    std::sort(values.begin(), values.end());
    return std::size_t(std::unique(values.begin(), values.end()) - values.begin());
}

// Numbers of the units of `size` bytes that the accesses touch.
std::vector<std::uintptr_t> units(const Request& request, std::size_t size) {
    std::vector<std::uintptr_t> touched;
    for (const LaneAccess& a : request) {
        const std::uintptr_t last = (a.address + a.bytes - 1) / size;
        for (std::uintptr_t unit = a.address / size; unit <= last; ++unit) touched.push_back(unit);
    }
    touched.resize(distinct(touched));
    return touched;
}

std::size_t words_of_fullest_bank(const Request& request) {
    std::array<std::size_t, 32> words{};
    for (std::uintptr_t word : units(request, 4)) ++words[word % 32];
    return *std::max_element(words.begin(), words.end());
}

// [simt.bank_passes]
std::size_t bank_passes(const Request& request) {
    const std::size_t parts = std::max<std::size_t>(request.front().bytes / 4, 1);
    std::vector<Request> by_part(parts);
    for (const LaneAccess& a : request) {
        by_part[std::size_t(a.lane) * parts / 32].push_back(a);
    }
    std::size_t passes = 0;
    for (const Request& part : by_part) passes += words_of_fullest_bank(part);
    return passes;
}
// [/simt.bank_passes]

// [simt.count]
void add(Sums& sum, const Request& request, bool shared) {
    const std::size_t words = units(request, 4).size();
    ++sum.requests;
    if (shared) {
        sum.moves += bank_passes(request);
        sum.least += (words + 31) / 32;
    } else {
        sum.moves += units(request, 32).size();
        sum.least += (words + 7) / 8;
    }
}
// [/simt.count]

}  // namespace

bool has_checker() { return checker_built; }

void count_accesses(bool on) {
    seed::require(checker_built, "access counts: this program was built without SEED_CHECKER");
    counting = on;
    sums.clear();
    for (auto& log : logs) log.clear();
}

void count_access(const CountedAccess& access) {
    if (!counting || access.kind == AccessKind::atomic || access.bytes > 16) return;
    SiteLog& log = logs[std::size_t(access.thread / 32)][access.site];
    log.shared = access.shared;
    log.write = access.kind == AccessKind::write;
    const std::uint32_t visit = log.visits[std::size_t(access.thread % 32)]++;
    if (visit >= log.requests.size()) log.requests.resize(visit + 1);
    log.requests[visit].push_back({access.address, access.bytes, access.thread % 32});
}

void flush_counts(const Launch& launch) {
    if (!counting) return;
    for (auto& warp : logs) {
        for (const auto& [site, log] : warp) {
            Sums& sum = sums[{launch.pretty_function, site, log.shared, log.write}];
            for (const Request& request : log.requests) add(sum, request, log.shared);
        }
        warp.clear();
    }
}

std::vector<AccessCount> access_counts() {
    std::vector<std::uint32_t> sites;
    for (const auto& [key, sum] : sums) sites.push_back(key.site);
    const std::vector<std::string> places = describe_sites(sites);
    // Several accesses may stand on one line
    std::map<std::tuple<std::string, std::string, bool, bool>, Sums> by_line;
    std::size_t i = 0;
    for (const auto& [key, sum] : sums) {
        Sums& line = by_line[{kernel_name(key.kernel), places[i++], key.shared, key.write}];
        line.requests += sum.requests;
        line.moves += sum.moves;
        line.least += sum.least;
    }
    std::vector<AccessCount> counts;
    for (const auto& [key, sum] : by_line) {
        const auto& [kernel, place, shared, write] = key;
        counts.push_back({kernel, place, shared, write, sum.requests, sum.moves, sum.least});
    }
    return counts;
}

std::string access_count_table() {
    std::vector<seed::TableRow> rows;
    for (const AccessCount& c : access_counts()) {
        rows.push_back({c.kernel, c.place, c.shared ? "shared" : "device",
                        c.write ? "write" : "read", fmt::format("{}", c.requests),
                        fmt::format("{:.2f}", double(c.moves) / double(c.requests)),
                        fmt::format("{:.0f} %", 100.0 * double(c.least) / double(c.moves))});
    }
    if (rows.empty()) return "";
    return seed::format_table({"kernel", "line", "memory", "access", "warp requests",
                               "sectors or passes each", "of the best"},
                              rows);
}

}  // namespace simt
