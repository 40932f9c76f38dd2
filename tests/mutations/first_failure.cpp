// Runs the kernels of one file, smallest shapes first, until one fails: what mutate.py judges a
// mutant by.
//
//   first_failure SOURCE SECONDS [NUMBER]     SOURCE below cuda/, e.g. transformer/rms_norm.cu
//
// A case (a kernel and a shape) may take SECONDS of processor time: SIGPROF ends the program then.
// With a NUMBER only that case runs. Prints the number of each case before it, and at the end the
// failure. Exit status: 0 all passed, 1 one failed, 2 no such case.
#include <sys/time.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <numeric>

#include "core/parallel.h"
#include "tests/support/kernel_case.h"

namespace {

using namespace seed;

struct Job {
    const KernelCase* kernel;
    Shape shape;
    Index work() const {
        return std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
    }
};

std::vector<Job> jobs_of(const std::string& source) {
    std::vector<Job> jobs;
    for (const KernelCase& kernel : kernel_cases()) {
        if (kernel.source != source) continue;
        for (const Shape& shape : kernel.shapes) jobs.push_back({&kernel, shape});
    }
    std::ranges::stable_sort(jobs, {}, &Job::work);
    return jobs;
}

void allow_processor_time(long seconds) {
    itimerval timer{};
    timer.it_value.tv_sec = seconds;
    ::setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<Job> jobs = jobs_of(argc > 1 ? argv[1] : "");
    const long seconds = argc > 2 ? std::atol(argv[2]) : 0;
    const long only = argc > 3 ? std::atol(argv[3]) : -1;
    if (seconds <= 0 || jobs.empty() || only >= long(jobs.size())) {
        fmt::print(stderr, "error: first_failure: expected SOURCE SECONDS [NUMBER], of {} cases\n",
                   jobs.size());
        return 2;
    }
    set_thread_count(1);
    for (long number = 0; number < long(jobs.size()); ++number) {
        if (only >= 0 && number != only) continue;
        fmt::print("case {}\n", number);
        std::fflush(stdout);
        allow_processor_time(seconds);
        const Job& job = jobs[std::size_t(number)];
        const KernelResult result = verify_kernel(*job.kernel, job.shape, 1);
        if (result.passed()) continue;
        fmt::print("{}\n", result.failure);
        return 1;
    }
    return 0;
}
