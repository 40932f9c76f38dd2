// The registry of all kernels with what is needed to verify each. A file tests/STEM/NAME_cases.cpp
// registers the kernels of cuda/STEM/NAME.cu:
//
//   void verify_add(decltype(add_forward_thread_per_element)* launch, const Shape& s, Report& r) {
//       const auto a = r.input("a", s[0], s[1]), b = r.input("b", s[0], s[1]);
//       const auto y = r.output("y", s[0], s[1]);
//       launch(y.view(), a.view(), b.view());
//       r.expect(y, [&](Index i, Index j) { ... return Bounded{value, allowed}; });
//   }
//   const RegisterKernels residual{
//       "transformer/residual.cu",
//       {kernel_case("add_forward/thread_per_element", "N C", {{1, 1}, {33, 7}},
//                    add_forward_thread_per_element, verify_add)}};
//
// A kernel's name is that of its function with the step of the ladder behind a '/'. Where the
// function is an overload of the CPU's, its type picks it: kernel_case<void(DeviceView<float>,
// float)>(...).
#pragma once

#include <functional>
#include <string>
#include <typeinfo>
#include <vector>

#include "tests/support/kernel_report.h"
#include "tests/support/sandbox.h"

namespace seed {

using Shape = std::vector<Index>;

struct KernelCase {
    std::string name;           // "rms_norm_forward/row_per_warp"
    std::string sizes;          // names of a shape's numbers: "N C"
    std::vector<Shape> shapes;  // 1, tile - 1, tile, tile + 1, a prime, the real size
    std::string source;         // below cuda/: "transformer/rms_norm.cu"
    std::string type;           // of the launcher, as typeid names it
    AnyFunction launcher;       // `seed verify --file` puts a reader's own in its place
    std::function<void(AnyFunction, const Shape&, Report&)> run;
    std::string unrepeatable;  // why two runs may differ; empty: they must not
    std::string rule = "";     // what the sizes must meet besides: "an even D"
    bool (*meets_rule)(const Shape&) = nullptr;
    bool aligned = false;  // its launcher takes no views that begin off a boundary
    AnyFunction in_sandbox = nullptr;  // a launcher that calls a student's in another process

    KernelCase&& may_differ_because(std::string reason) && {
        unrepeatable = std::move(reason);
        return std::move(*this);
    }
    KernelCase&& with(std::string sizes_rule, bool (*holds)(const Shape&)) && {
        rule = std::move(sizes_rule), meets_rule = holds;
        return std::move(*this);
    }
    KernelCase&& on_boundaries() && {
        aligned = true;
        return std::move(*this);
    }
    std::string shape_text(const Shape& s) const;  // "N=5 C=7"

    // What a shape lacks: " with an even D". Empty where the kernel can be verified on it: as many
    // sizes as its own shapes have, 0 only where one of those has it, nothing too large to compute.
    std::string missing_in(const Shape& s) const;
};

template <class Launcher>
KernelCase kernel_case(std::string name, std::string sizes, std::vector<Shape> shapes,
                       Launcher* launcher,
                       std::type_identity_t<void(Launcher*, const Shape&, Report&)>* verify) {
    const auto run = [verify](AnyFunction any, const Shape& shape, Report& report) {
        verify(reinterpret_cast<Launcher*>(any), shape, report);
    };
    return {std::move(name),
            std::move(sizes),
            std::move(shapes),
            "",
            typeid(Launcher*).name(),
            reinterpret_cast<AnyFunction>(launcher),
            run,
            "",
            "",
            nullptr,
            false,
            reinterpret_cast<AnyFunction>(&InSandbox<Launcher>::call)};
}

// All registered kernels: files in the order of their names, a file's ladder as it stands there.
const std::vector<KernelCase>& kernel_cases();

struct RegisterKernels {
    RegisterKernels(const std::string& source, std::vector<KernelCase> cases);
};

struct KernelResult {
    double worst = 0, share = 0;  // largest error, largest share of a bound
    Index compared = 0;           // elements
    std::string failure;          // empty, or name, shape, seed and what is wrong
    bool passed() const { return failure.empty(); }
};

// Runs a case twice, in guarded memory, off any boundary, and then in exact memory and, emulated,
// with threads in another order: equal bits are asked for. An error of the kernel is a failure as
// well. Throws only where the shape needs more memory than there is: NotEnoughMemory or
// std::bad_alloc.
KernelResult verify_kernel(const KernelCase& kernel, const Shape& shape, std::uint64_t seed,
                           Numbers numbers = Numbers::random);

}  // namespace seed
