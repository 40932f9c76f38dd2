#include "tests/simt/launch_emulated.h"

#include <algorithm>
#include <set>
#include <vector>

#include "simt/check_counts.h"
#include "simt/simt.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

// Device memory for `count` values, zero at first.
template <class T>
struct Memory {
    T* data = nullptr;
    std::size_t count;
    explicit Memory(std::size_t count_) : count(count_) {
        SIMT_CHECK_CALL(cudaMalloc(&data, count * sizeof(T)));
        SIMT_CHECK_CALL(cudaMemset(data, 0, count * sizeof(T)));
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() { cudaFree(data); }
    std::vector<T> read() const {
        std::vector<T> host(count);
        SIMT_CHECK_CALL(cudaMemcpy(host.data(), data, count * sizeof(T), cudaMemcpyDeviceToHost));
        return host;
    }
};

std::vector<int> ticket_order(std::uint32_t seed, int blocks, int threads) {
    Memory<int> order(std::size_t(blocks * threads));
    Memory<unsigned> tickets(1);
    simt::set_schedule_seed(seed);
    launch_take_tickets(order.data, tickets.data, blocks, threads);
    simt::set_schedule_seed(0);
    return order.read();
}

const simt::AccessCount* find(const std::vector<simt::AccessCount>& counts, bool shared,
                              bool write) {
    for (const simt::AccessCount& c : counts) {
        if (c.shared == shared && c.write == write) return &c;
    }
    return nullptr;
}

template <class Launch>
std::vector<simt::AccessCount> counts_of(Launch launch) {
    Memory<float> x(1024);
    Memory<float> y(1024);
    simt::count_accesses(true);
    launch(y.data, x.data);
    const std::vector<simt::AccessCount> counts = simt::access_counts();
    simt::count_accesses(false);
    return counts;
}

}  // namespace

TEST_CASE("more than 48 KiB of dynamic shared memory must be asked for, and 64 KiB is all") {
    Memory<float> y(64);
    CHECK(error_of([&] {
              launch_with_dynamic_memory(y.data, 60000, false);
          }).find("60000 bytes of dynamic shared memory are more than 49152") != std::string::npos);
    CHECK(error_of([&] {
              launch_with_dynamic_memory(y.data, 70000, true);
          }).find("70000 bytes of shared memory asked for, a block has at most 65536") !=
          std::string::npos);
    CHECK(error_of([&] { launch_with_dynamic_memory(y.data, 60000, true); }) == "");
    CHECK(y.read()[0] == 63);
}

TEST_CASE("without a seed threads run in order; every seed gives another, repeatable order") {
    const std::vector<int> plain = ticket_order(0, 4, 64);
    CHECK(std::is_sorted(plain.begin(), plain.end()));
    std::set<std::vector<int>> orders;
    for (std::uint32_t seed : {1u, 2u, 3u, 4u}) {
        const std::vector<int> order = ticket_order(seed, 4, 64);
        CHECK(order == ticket_order(seed, 4, 64));
        CHECK(std::is_permutation(order.begin(), order.end(), plain.begin()));
        orders.insert(order);
    }
    CHECK(orders.size() == 4);
}

TEST_CASE("a seed changes the order of the blocks as well") {
    for (int blocks : {1, 2, 7, 64, 1000}) {
        std::vector<int> order = ticket_order(5, blocks, 1);
        CHECK((blocks < 7 || !std::is_sorted(order.begin(), order.end())));
        std::sort(order.begin(), order.end());
        for (int i = 0; i < blocks; ++i) REQUIRE(order[i] == i);
    }
}

TEST_CASE("emulated, the active lanes are all that come to the same line") {
    for (std::uint32_t seed : {0u, 1u, 2u}) {
        Memory<float> y(64);
        simt::set_schedule_seed(seed);
        launch_name_active_lanes(y.data);
        simt::set_schedule_seed(0);
        for (int i = 0; i < 64; ++i) {
            CHECK(y.read()[i] == (i % 32 < 20 && i % 2 == 0 ? float(0x55555) : 0.0f));
        }
    }
}

TEST_CASE("accesses can be counted in the checker build only") {
    if (simt::has_checker()) return;
    CHECK(error_of([] { simt::count_accesses(true); }) ==
          "access counts: this program was built without SEED_CHECKER");
}

TEST_CASE("the counts show uncoalesced writes and bank conflicts, and what cures them") {
    if (!simt::has_checker()) return;
    // A warp writes one row of 128 bytes: 4 sectors; or one column: 32
    const auto naive = counts_of(launch_naive_transpose);
    REQUIRE(find(naive, false, true) != nullptr);
    CHECK(find(naive, false, true)->requests == 32);
    CHECK(find(naive, false, true)->moves == 32 * 32);
    CHECK(find(naive, false, true)->least == 32 * 4);
    CHECK(find(naive, false, false)->moves == 32 * 4);
    // A column of the tile: all 32 words in one bank; with a padded row each in its own
    const auto tiled = counts_of([](float* y, const float* x) { launch_transpose(y, x, false); });
    const auto padded = counts_of([](float* y, const float* x) { launch_transpose(y, x, true); });
    CHECK(find(tiled, false, true)->moves == 32 * 4);
    CHECK(find(tiled, true, false)->moves == 32 * 32);
    CHECK(find(padded, true, false)->moves == 32);
    CHECK(find(padded, true, false)->least == 32);
    CHECK(find(padded, true, false)->kernel == "transpose<1>");
    CHECK(find(padded, true, false)->place.starts_with("tests/simt/launch_emulated.cu:"));
}

TEST_CASE("a load of four floats is one request") {
    if (!simt::has_checker()) return;
    const auto counts = counts_of(launch_read_fours);
    REQUIRE(find(counts, false, false) != nullptr);
    CHECK(find(counts, false, false)->requests == 1);
    CHECK(find(counts, false, false)->moves == 16);
}

TEST_CASE("the counts are printed as a table") {
    if (!simt::has_checker()) return;
    CHECK(simt::access_count_table() == "");
    Memory<float> x(1024);
    Memory<float> y(1024);
    simt::count_accesses(true);
    launch_naive_transpose(y.data, x.data);
    const std::string table = simt::access_count_table();
    simt::count_accesses(false);
    INFO(table);
    CHECK(table.find("naive_transpose") != table.npos);
    CHECK(table.find("32.00") != table.npos);
    CHECK(table.find("12 %") != table.npos);
}
