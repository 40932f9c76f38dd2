// Rows of every type that texts have move alike.
#include "block_decoding/compaction_device.h"

#include "tests/support/catch.h"

using namespace seed;

namespace {

template <class T>
void check_move(const std::vector<T>& numbers) {
    const std::vector<Index> places{1, 2, 0};
    const DeviceBuffer<T> from(numbers), to(Index(numbers.size()));
    const DeviceBuffer<Index> order(places);
    const Index cols = Index(numbers.size()) / 3;
    move_rows(DeviceView<T>(to.data(), 3, cols), DeviceView<const T>(from.data(), 3, cols),
              DeviceView<const Index>(order.data(), 1, 3));
    std::vector<T> expected;
    for (const Index row : places) {
        expected.insert(expected.end(), numbers.begin() + row * cols,
                        numbers.begin() + (row + 1) * cols);
    }
    CHECK(to.download() == expected);
}

}  // namespace

TEST_CASE("ids, positions, probabilities and keys move to where the order puts them") {
    check_move<std::int32_t>({1, -2, 3, 4, 5, 1 << 30});
    check_move<Index>({1, -2, Index{1} << 40});
    check_move<double>({0.1, 0.2, 0.3, 1e-300, 1, 0});
    check_move<std::uint64_t>({0x8000000000000001u, 2, 0xFFFFFFFF00000000u});
}

TEST_CASE("an empty batch has nobody active and nothing to move") {
    DeviceBuffer<Index> count(1);
    for (auto* order : {active_first_one_thread, active_first_by_prefix_sum}) {
        count.upload(std::vector<Index>{7});
        order({nullptr, 1, 0}, {count.data(), 1, 1}, {nullptr, 1, 0});
        CHECK(count.download()[0] == 0);
    }
    move_rows(DeviceView<double>(nullptr, 0, 4), DeviceView<const double>(nullptr, 0, 4),
              DeviceView<const Index>(nullptr, 1, 0));
}
