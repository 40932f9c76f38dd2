// parallel_for for loops that may take longer than a person waits without a sign of life.
#pragma once

#include "core/parallel.h"
#include "core/progress.h"

namespace seed {

// Calls task(0) ... task(count - 1) as parallel_for does, and shows how far it is after a while.
template <class Task>
void shown_parallel_for(std::string_view title, Index count, Task&& task) {
    Progress progress(title, count, stderr, patience);
    const Index at_once = std::max<Index>(4 * thread_count(), count / 50);
    for (Index begin = 0; begin < count; begin += at_once) {
        progress.update(begin);
        parallel_for(std::min(at_once, count - begin), [&](Index i) { task(begin + i); });
    }
    progress.finish();
}

}  // namespace seed
