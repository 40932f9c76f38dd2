// A fiber: a stack of its own and the place where its execution stopped.
//
// A GPU keeps the registers of every thread of a block on the chip, so it can let another thread
// run at any time. A CPU core has one set of registers and one stack; a thread that must wait is
// therefore kept as a fiber. Boost.Context saves and restores the few registers that a function
// call must preserve, which takes some nanoseconds and no help from the operating system.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>

namespace simt {

class Fiber {
public:
    // The stack that an operating system thread brings along: nothing to allocate
    Fiber() = default;
    // A new stack on which `entry` runs once somebody switches there; it must never return.
    explicit Fiber(void (*entry)());
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    // Forgets what ran here: the next switch starts `entry` anew.
    void restart();

    // Stops here, on `from`, and goes on where `to` stopped; returns when somebody switches back.
    static void switch_to(Fiber& from, Fiber& to);

    bool holds(const void* address) const {
        return address >= low_ && address < static_cast<const char*>(low_) + bytes_;
    }

private:
    static void start(boost::context::detail::transfer_t transfer);
    static void arrive(boost::context::detail::transfer_t transfer, void* own_fake_stack);

    boost::context::detail::fcontext_t context_ = nullptr;
    void (*entry_)() = nullptr;
    char* mapping_ = nullptr;
    const void* low_ = nullptr;  // lowest address of the usable stack
    std::size_t bytes_ = 0;
    void* fake_stack_ = nullptr;  // AddressSanitizer's
};

}  // namespace simt
