#include "simt/launch.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "core/parallel.h"
#include "core/require.h"
#include "simt/block_scheduler.h"
#include "simt/check_hooks.h"
#include "simt/shared_memory.h"

namespace simt {
namespace {

// Below this many threads in all, waking other workers costs more than they save.
constexpr std::uint64_t threads_worth_sharing = 8192;

std::uint32_t seed_from_environment() {
    const char* text = std::getenv("SIMT_SEED");
    if (text == nullptr || *text == '\0') return 0;
    std::uint32_t seed = 0;
    const char* end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, seed);
    seed::require(error == std::errc() && stop == end,
                  "SIMT_SEED: expected a number below 2^32, got '{}'", text);
    return seed;
}

std::optional<std::uint32_t> chosen_seed;
int chosen_workers = 0;

std::string sizes(const dim3& d) { return fmt::format("({}, {}, {})", d.x, d.y, d.z); }

void check_shape(const Launch& launch) {
    const dim3 grid = launch.shape.grid;
    const dim3 block = launch.shape.block;
    const std::uint64_t threads = std::uint64_t(block.x) * block.y * block.z;
    seed::require(threads >= 1 && threads <= max_threads_per_block && block.z <= 64,
                  "invalid launch: a block has 1 to 1024 threads (z at most 64), got {}",
                  sizes(block));
    seed::require(
        grid.x >= 1 && grid.y >= 1 && grid.z >= 1 && grid.x <= 0x7fffffff && grid.y <= 65535 &&
            grid.z <= 65535,
        "invalid launch: a grid has at least 1 block and at most (2^31 - 1, 65535, 65535),"
        " got {}",
        sizes(grid));
    const std::size_t shared_limit = max_dynamic_shared_bytes(launch.kernel);
    seed::require(launch.shape.shared_bytes <= shared_limit,
                  "invalid launch: {} bytes of dynamic shared memory are more than {} (48 KiB, or"
                  " what cudaFuncSetAttribute asked for)",
                  launch.shape.shared_bytes, shared_limit);
}

// Workers take the next block each, until none is left or one has failed.
void run_blocks(const Launch& launch) {
    const dim3 grid = launch.shape.grid;
    const dim3 block = launch.shape.block;
    const std::uint64_t blocks = std::uint64_t(grid.x) * grid.y * grid.z;
    const std::uint64_t threads = blocks * block.x * block.y * block.z;
    std::uint64_t workers = chosen_workers > 0 ? chosen_workers : seed::thread_count();
    if (checker_built || threads <= threads_worth_sharing) workers = 1;
    workers = std::min(workers, blocks);
    const std::uint32_t seed = schedule_seed();
    std::atomic<std::uint64_t> next{0};
    std::atomic<bool> failed{false};
    std::string error;
    // [simt.blocks]
    const auto work = [&] {
        BlockScheduler& scheduler = BlockScheduler::of_this_worker();
        for (std::uint64_t i; !failed && (i = next++) < blocks;) {
            try {
                scheduler.run(launch, block_at(i, blocks, seed));
            } catch (const std::exception& problem) {
                if (!failed.exchange(true)) error = problem.what();
            }
        }
    };
    // [/simt.blocks]
    if (workers == 1) {
        work();
    } else {
#pragma omp parallel num_threads(int(workers))
        work();
    }
    seed::require(!failed, "{}", error);
}

}  // namespace

void set_schedule_seed(std::uint32_t seed) { chosen_seed = seed; }

std::uint32_t schedule_seed() {
    if (!chosen_seed) chosen_seed = seed_from_environment();
    return *chosen_seed;
}

void set_worker_count(int count) { chosen_workers = count; }

void run(Launch launch) {
    const HostCode host;
    try {
        check_shape(launch);
        // Who has asked for more than 48 KiB may use all there is, static arrays included
        const bool asked = max_dynamic_shared_bytes(launch.kernel) > shared_bytes_by_default;
        launch.shared_limit = asked ? shared_bytes_at_most : shared_bytes_by_default;
        check_launch_begins(launch);
        run_blocks(launch);
        check_launch_ends();
    } catch (const seed::Error& error) {
        seed::fail("{}: kernel {}: {}", to_string(launch.shape.where),
                   kernel_name(launch.pretty_function), error.what());
    }
}

}  // namespace simt
