// A process of its own for code that nobody trusts: a student's. What it returns comes back as
// bytes; what it prints, changes in memory or starts does not, except in the device's memory, which
// is shared (share_device_memory). The values that it is judged by are computed outside.
//
// Not defended against: code that looks for files, for other processes of the same user, or for
// functions of this program by their addresses. See exercises/README.md.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "core/require.h"

namespace seed {

struct SandboxLimits {
    unsigned seconds = 20;                     // for one call
    std::size_t bytes = std::size_t{2} << 30;  // of memory, beside what this program has
};

// For all calls from now on.
void set_sandbox_limits(const SandboxLimits& limits);

// Runs `work` in a new process and returns what it returned. Throws Error with what it threw, and
// where it ended the process, crashed, or took more time or memory than it may.
std::string in_sandbox(const std::function<std::string()>& work);

// What code in the sandbox has printed since the last call of this: at most its first 4,000 bytes.
std::string take_sandbox_output();

using AnyFunction = void (*)();

// How the new process gets at the student's function: it loads a library, say. Set once for each.
void set_student(std::function<AnyFunction()> load);

// The student's function; in the sandbox only.
AnyFunction student_function();

// Values as bytes: plain ones (std::pair too) and vectors of them.
template <class T>
constexpr bool is_plain =
    std::is_trivially_copy_constructible_v<T>&& std::is_trivially_destructible_v<T>;

template <class T>
struct Sent {
    static_assert(is_plain<T>);
    static std::string bytes(const T& value) {
        return {reinterpret_cast<const char*>(&value), sizeof value};
    }
    static T value(const std::string& bytes) {
        require(bytes.size() == sizeof(T), "the function returned something else");
        T value;
        std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof value);
        return value;
    }
};
template <class T>
struct Sent<std::vector<T>> {
    static_assert(is_plain<T>);
    static std::string bytes(const std::vector<T>& values) {
        return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
    }
    static std::vector<T> value(const std::string& bytes) {
        require(bytes.size() % sizeof(T) == 0, "the function returned something else");
        std::vector<T> values(bytes.size() / sizeof(T));
        if (!values.empty())
            std::memcpy(static_cast<void*>(values.data()), bytes.data(), bytes.size());
        return values;
    }
};

// work() in the sandbox, where `work` returns such a value or nothing.
template <class Work>
auto sandboxed(Work&& work) {
    using Result = std::invoke_result_t<Work>;
    if constexpr (std::is_void_v<Result>) {
        in_sandbox([&] { return work(), std::string(); });
    } else {
        return Sent<Result>::value(in_sandbox([&] { return Sent<Result>::bytes(work()); }));
    }
}

// A launcher with the arguments of another one, which calls the student's in the sandbox.
template <class Launcher>
struct InSandbox;
template <class Result, class... Arguments>
struct InSandbox<Result(Arguments...)> {
    static Result call(Arguments... arguments) {
        return sandboxed([&] {
            return reinterpret_cast<Result (*)(Arguments...)>(student_function())(arguments...);
        });
    }
};

}  // namespace seed
