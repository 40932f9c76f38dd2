// The engine that verifies kernels is verified: every planted mistake must be reported.
#include "tests/support/catch.h"
#include "tests/support/kernel_case.h"
#include "tests/support/mutants.h"

using namespace seed;
using Catch::Matchers::Contains;

namespace {

using Product = decltype(product<Mutant::none>);

void verify_product(Product* launch, const Shape& s, Report& report) {
    const Index n = s[0], m = s[1], k = s[2], visible = s[3];
    const auto x = report.input("x", n, k), w = report.input("w", m, k);
    const auto y = report.output("y", n, m), total = report.updated("total", n, m);
    launch(y.view(), total.view(), x.view(), w.view(), visible);
    const auto sum = [&](Index i, Index j, double start) {
        BoundedSum sum;
        if (start != 0) sum.add(start);
        for (Index t = 0; t < visible; ++t) sum.add(x(i, t) * w(j, t));
        return sum.within(roundoff<float>);
    };
    report.expect(y, [&](Index i, Index j) { return sum(i, j, 0); });
    report.expect(total, [&](Index i, Index j) { return sum(i, j, total(i, j)); });
}

const Shape shape{5, 70, 40, 33};

template <Mutant mutant>
KernelResult verified() {
    return verify_kernel(
        kernel_case("product/mutant", "N M K visible", {shape}, product<mutant>, verify_product),
        shape, 1);
}

using Check = void(Report&);
KernelResult verified(std::type_identity_t<void(Check*, const Shape&, Report&)>* run) {
    return verify_kernel(kernel_case<Check>("case", "N", {{3}}, nullptr, run), {3}, 1);
}

}  // namespace

TEST_CASE("a right kernel passes, and its largest error and share of the bound are known") {
    const KernelResult result = verified<Mutant::none>();
    INFO(result.failure);
    CHECK(result.passed());
    CHECK(result.worst > 0);
    CHECK(result.share > 0);
    CHECK(result.share < 1);
    CHECK(result.compared == 2 * 5 * 70);
}

TEST_CASE("a failure says which kernel, shape and seed, how many and where") {
    const std::string failure = verified<Mutant::unwritten_row>().failure;
    CHECK_THAT(failure, Contains("product/mutant, N=5 M=70 K=40 visible=33, seed 1:"));
    CHECK_THAT(failure, Contains("y (5, 70): 70 of 350 wrong"));
    CHECK_THAT(failure, Contains("rows 4 ... 4, columns 0 ... 69"));
    CHECK_THAT(failure, Contains("[4,0] expected"));
    CHECK_THAT(failure, Contains("(never written)"));
}

TEST_CASE("wrong results are caught") {
    CHECK_THAT(verified<Mutant::not_a_number>().failure, Contains("y (5, 70): 1 of 350 wrong"));
    CHECK_THAT(verified<Mutant::dropped_last_term>().failure, Contains("y (5, 70): 350 of 350"));
    CHECK_THAT(verified<Mutant::shifted_by_one>().failure, Contains("y (5, 70)"));
    CHECK_THAT(verified<Mutant::swapped_index>().failure, Contains("y (5, 70)"));
    CHECK_THAT(verified<Mutant::wrong_mask>().failure, Contains("y (5, 70): 350 of 350"));
    CHECK_THAT(verified<Mutant::one_too_few>().failure, Contains("y (5, 70): 1 of 350 wrong"));
}

#if !defined(SIMT_NATIVE)
// On a GPU the right values may lie in shared memory already: the last block left them, or the
// other warps were faster
TEST_CASE("emulated, a missing barrier is caught") {
    CHECK(!verified<Mutant::missing_barrier>().passed());
}
#endif

TEST_CASE("a lost += is caught: what is added to starts from random numbers") {
    const std::string failure = verified<Mutant::lost_plus>().failure;
    CHECK_THAT(failure, Contains("total (5, 70): 350 of 350 wrong"));
    CHECK_THAT(failure, !Contains("y (5, 70)"));
}

TEST_CASE("a write beside an output and a write to an input are caught") {
    CHECK_THAT(verified<Mutant::one_too_many>().failure,
               Contains("y: written outside, at element 350 of 350"));
    CHECK_THAT(verified<Mutant::before_the_start>().failure,
               Contains("y: written outside, at element -1 of 350"));
    CHECK_THAT(verified<Mutant::input_overwritten>().failure,
               Contains("x: an input was changed, [0,0] from"));
}

TEST_CASE("two runs that differ within the bounds are caught, unless the kernel says why") {
    const std::string failure = verified<Mutant::second_run_differs>().failure;
    CHECK_THAT(failure, Contains("y: two runs on equal inputs differ, first at byte"));
    const KernelCase excused = kernel_case("product", "N M K visible", {shape},
                                           product<Mutant::second_run_differs>, verify_product)
                                   .may_differ_because("a test");
    CHECK(verify_kernel(excused, shape, 1).passed());
}

TEST_CASE("a case that compares nothing, or forgets an output, fails") {
    CHECK_THAT(verified([](Check*, const Shape&, Report&) {}).failure,
               Contains("nothing was compared"));
    CHECK_THAT(verified([](Check*, const Shape&, Report& report) {
                   report.expect_that(true, "");
                   report.output("y", 2, 2);
               }).failure,
               Contains("y: never compared"));
}

TEST_CASE("an error of the kernel is its failure") {
    const KernelResult result =
        verified([](Check*, const Shape&, Report&) { fail("launch failed"); });
    CHECK_THAT(result.failure, Contains("case, N=3, seed 1:\n  launch failed"));
}

TEST_CASE("a kernel meets views off a boundary, unless it says that it takes none") {
    const auto run = [](Check*, const Shape&, Report& report) {
        const auto x = report.input("x", 1, 3);
        const auto begin = reinterpret_cast<std::uintptr_t>(x.view().data);
        report.expect_that(begin % 16 == 0, "off a boundary");
    };
    KernelCase kernel = kernel_case<Check>("case", "N", {{3}}, nullptr, run);
    CHECK_THAT(verify_kernel(kernel, {3}, 1).failure, Contains("off a boundary"));
    CHECK(verify_kernel(std::move(kernel).on_boundaries(), {3}, 1).passed());
}

TEST_CASE("values are held to their bounds as arrays are") {
    const auto run = [](Check*, const Shape&, Report& report) {
        report.expect_value("norm", 1.5, {1.25, 0.125});
    };
    CHECK_THAT(verified(run).failure, Contains("norm (1, 1): 1 of 1 wrong"));
}

TEST_CASE("numbers that count up show which element was taken for which") {
    const auto run = [](Check*, const Shape&, Report& report) {
        const auto x = report.input("x", 2, 3), scale = report.input_between("scale", 1, 4, 1, 3);
        report.expect(x, [&](Index i, Index j) { return Bounded{x(1 - i, j), 0}; });
        report.expect(scale, [&](Index, Index j) { return Bounded{1 + 0.5 * double(j), 0}; });
    };
    const KernelCase swapped = kernel_case<Check>("case", "N", {{3}}, nullptr, run);
    const std::string failure = verify_kernel(swapped, {3}, 1, Numbers::counting).failure;
    CHECK_THAT(failure, Contains("x (2, 3): 6 of 6 wrong"));
    CHECK_THAT(failure, Contains("[1,1] expected 1, got 4"));
    CHECK_THAT(failure, !Contains("scale"));
}

TEST_CASE("a shape must have what the kernel's own shapes have") {
    const KernelCase kernel = kernel_case("product", "N M K", {{1, 3, 0}, {5, 0, 7}},
                                          product<Mutant::none>, verify_product)
                                  .with("M <= N", [](const Shape& s) { return s[1] <= s[0]; });
    CHECK(kernel.missing_in({5, 3, 2}) == "");
    CHECK(kernel.missing_in({5, 0, 0}) == "");
    CHECK(kernel.missing_in({5, 3}) == " with 3 sizes");
    CHECK(kernel.missing_in({0, 0, 0}) == " with N >= 1");
    CHECK(kernel.missing_in({5, -1, 0}) == " with M >= 0");
    CHECK(kernel.missing_in({2, 3, 1}) == " with M <= N");
    const Index large = Index{1} << 13;
    CHECK(kernel.missing_in({large, large, large}) == "");
    CHECK(kernel.missing_in({large + 1, large, 1}) ==
          " with no two of them above 2^26 when multiplied");
}

TEST_CASE("a shape that does not fit into memory is no failure of the kernel") {
    const auto run = [](Check*, const Shape&, Report& report) {
        report.output("y", Index{1} << 30, Index{1} << 20);
    };
    CHECK_THROWS_AS(verified(run), NotEnoughMemory);
}

TEST_CASE("a shape is shown with the names of its sizes") {
    const KernelCase kernel = kernel_case("product/mutant", "N M K visible", {shape},
                                          product<Mutant::none>, verify_product);
    CHECK(kernel.shape_text(shape) == "N=5 M=70 K=40 visible=33");
}
