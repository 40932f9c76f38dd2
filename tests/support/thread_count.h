// A number of threads for the length of a scope. One thread spares small models the hand-over.
#pragma once

#include "core/parallel.h"

namespace seed {

struct ThreadCount {
    explicit ThreadCount(int count) { set_thread_count(count); }
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;
    ~ThreadCount() { set_thread_count(0); }
};

}  // namespace seed
