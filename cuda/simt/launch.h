// A launch: the kernel's function and its arguments, run once per thread of every block.
//
// The blocks are dealt to operating system threads, one at a time to each. No result depends on how
// many there are, but for the order of floating-point atomics, which a GPU leaves open as well.
//
// Schedule fuzzing: with a seed other than 0, the blocks, the threads that start and the threads
// that go on come in a pseudo-random order. A kernel that is right gives the same result with every
// seed; one that lacks a barrier does not. The seed is taken from the environment variable
// SIMT_SEED, or set here.
#pragma once

#include <cstdint>
#include <functional>

#include "simt/launch_shape.h"

namespace simt {

void set_schedule_seed(std::uint32_t seed);
std::uint32_t schedule_seed();

// Operating system threads that run blocks; 0 asks for as many as seed::thread_count(). The checker
// build always has one.
void set_worker_count(int count);

// One launch, without the types of the kernel's parameters.
struct Launch {
    LaunchShape shape;
    const char* pretty_function;
    const void* kernel;
    void (*run_thread)(const void* call);
    const void* call;
    std::size_t shared_limit = 0;  // bytes that a block may have; run() looks it up
};
void run(Launch launch);

// Dynamic shared memory that this kernel may be given: 48 KiB, or what cudaFuncSetAttribute set.
std::size_t max_dynamic_shared_bytes(const void* kernel);

// Do the launches of this thread go to a stream that is being captured (graph.h)? Then one is noted
// down, and does not run.
bool is_captured();
void capture(std::function<void()> launch);

// [simt.launch]
template <class... Parameters, class... Arguments>
void run_kernel(const LaunchShape& shape, const char* name, void (*kernel)(Parameters...),
                const Arguments&... arguments) {
    // What a thread of the kernel does; the checker is not to see the arguments being read
    const auto thread = [&]() __attribute__((no_sanitize("thread"))) {
        kernel(static_cast<Parameters>(arguments)...);
    };
    using Thread = decltype(thread);
    const auto run_thread = [](const void* call) __attribute__((no_sanitize("thread"))) {
        (*static_cast<Thread*>(call))();
    };
    run({shape, name, reinterpret_cast<const void*>(kernel), run_thread, &thread});
}

template <auto Kernel, class... Arguments>
void launch(LaunchShape shape, Arguments... arguments) {
    const char* const name = __PRETTY_FUNCTION__;
    if (is_captured()) {
        return capture([=] { run_kernel(shape, name, Kernel, arguments...); });
    }
    run_kernel(shape, name, Kernel, arguments...);
}
// [/simt.launch]

}  // namespace simt
