// Launches that are noted down once and run as a whole.
#include "core/device_array.h"
#include "core/launch_graph.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

std::vector<float> numbers_of(DeviceView<float> x) {
    const HostMatrix<float> matrix = to_host(x);
    return {matrix.view().data, matrix.view().data + matrix.size()};
}

}  // namespace

TEST_CASE("a graph runs what was launched when it was made, as often as it is played") {
    const DeviceMatrix<float> a(1, 3), b(1, 3);
    float value = 2;
    int made = 0;
    const LaunchGraph graph([&] {
        ++made;
        fill_thread_per_element(a.view(), value);
        copy_thread_per_element(b.view(), a.view());
    });
    CHECK(numbers_of(b.view()) == std::vector<float>{0, 0, 0});  // nothing has run
    value = 5;                                                   // arguments are those of then
    for (int i = 0; i < 2; ++i) {
        graph.play();
        CHECK(numbers_of(b.view()) == std::vector<float>{2, 2, 2});
        fill(a.view(), 0), fill(b.view(), 0);
    }
    CHECK(made == 1);
    fill_thread_per_element(a.view(), 7);  // launches are run again
    CHECK(numbers_of(a.view()) == std::vector<float>{7, 7, 7});
}

TEST_CASE("who asks for more than launches is no graph, and the next one is made all the same") {
    const DeviceMatrix<float> a(1, 3);
    CHECK(!error_of([&] { LaunchGraph([&] { DeviceMatrix<float>(1, 3); }); }).empty());
    CHECK(!error_of([&] {
               LaunchGraph([&] { to_host(DeviceView<const float>(a.view())); });
           }).empty());
    CHECK(error_of([&] { LaunchGraph([] { fail("no step"); }); }) == "no step");
    const LaunchGraph graph([&] { fill_thread_per_element(a.view(), 3); });
    graph.play();
    CHECK(numbers_of(a.view()) == std::vector<float>{3, 3, 3});
}
