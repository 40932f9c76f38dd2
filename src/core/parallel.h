// Loops over all cores whose results do not depend on how many there are.
//
// The rule: work is cut into tasks by its own size, never by the number of threads; a task writes
// only its own part of the output; sums over tasks are added up in task order afterwards.
#pragma once

#include <exception>

#include "core/array.h"

namespace seed {

// Threads that parallel_for uses; 0 asks for one per core. Affects speed only, never a result.
void set_thread_count(int count);
int thread_count();

// [parallel.for]
// Calls task(0) ... task(count - 1), in any order and in parallel. The first exception of a task is
// thrown again here, after all tasks have ended.
template <class Task>
void parallel_for(Index count, Task&& task) {
    // A single task needs no threads: even a team of one would take longer than a small task
    if (count == 1) {
        task(Index{0});
        return;
    }
    std::exception_ptr error;
#pragma omp parallel for schedule(static) num_threads(thread_count()) if (count > 1)
    for (Index i = 0; i < count; ++i) {
        try {
            task(i);
        } catch (...) {
#pragma omp critical(seed_parallel_error)
            if (!error) error = std::current_exception();
        }
    }
    if (error) std::rethrow_exception(error);
}
// [/parallel.for]

// Rows of an array per task: enough work to pay for the task, and a multiple of Eigen's register
// blocks, so that a row's sums are added up in the same order wherever the row stands.
inline constexpr Index rows_per_task = 96;

// Cuts `rows` into pieces of at most `step` and calls task(begin, count) for each.
template <class Task>
void parallel_rows(Index rows, Index step, Task&& task) {
    parallel_for((rows + step - 1) / step, [&](Index piece) {
        const Index begin = piece * step;
        task(begin, std::min(step, rows - begin));
    });
}

}  // namespace seed
