// The checks of the exercises in C++. A file tests/exercises/*_checks.cpp registers them:
//
//     void check_elbo_weight(const Student<double(NoiseSchedule, double)>& weight, RandomKey key) {
//         const double got = weight(NoiseSchedule::linear, 0.5);  // in the sandbox
//         require(got == 2, "elbo_weight(linear, 0.5): expected 2, got {}", got);
//     }
//     const RegisterCodeCheck elbo_weight{"elbo_weight", "&seed::elbo_weight", check_elbo_weight};
//
// What is expected must not come from the function that the student writes: this program may itself
// be a student's. It is computed another way, after the student's function has returned.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/array.h"
#include "core/philox.h"
#include "tests/support/sandbox.h"

namespace seed {

template <class Function>
class Student;
template <class Result, class... Arguments>
class Student<Result(Arguments...)> {
public:
    using Function = Result(Arguments...);

    Result operator()(Arguments... arguments) const {
        return InSandbox<Function>::call(arguments...);
    }
    // work(function) in the sandbox: for functions that write to their arguments.
    template <class Work>
    auto with(Work&& work) const {
        return sandboxed([&] { return work(reinterpret_cast<Function*>(student_function())); });
    }
};

struct CodeCheck {
    std::string name;                    // of the exercise
    std::string type;                    // of the function, as typeid names it
    std::string entry;                   // C++ for its address
    std::function<void(RandomKey)> run;  // throws Error where the function is wrong
};

// All registered checks.
const std::vector<CodeCheck>& code_checks();

struct RegisterCodeCheck {
    RegisterCodeCheck(CodeCheck check);
    template <class Function>
    RegisterCodeCheck(std::string name, std::string entry,
                      void (*check)(const Student<Function>&, RandomKey))
        : RegisterCodeCheck(CodeCheck{std::move(name), typeid(Function*).name(), std::move(entry),
                                      [check](RandomKey key) { check({}, key); }}) {}
};

}  // namespace seed
