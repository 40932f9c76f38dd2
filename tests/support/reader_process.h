// A process of its own for a reader's kernel, so that it cannot take the program with it.
#pragma once

#include <string>

namespace seed {

// "signal 11, Segmentation fault" or "status 2", of what waitpid has found.
std::string exit_of(int status);

// Goes on in a new process, which returns from here; the old one ends with its exit status. A crash
// there (whatever the C library has to say of it) throws Error here, and so does more than
// `seconds` between two calls of `restart_clock`: with the line of the loaded library at `code`
// where a thread then was.
void continue_in_child(unsigned seconds, const void* code);

// The new process has `seconds` from now on; elsewhere nothing.
void restart_clock();

// The parts of it, for other processes that run a reader's code (sandbox.h). Before the fork:
void expect_a_watch();
// In the new process: it ends by SIGALRM after `seconds`, having looked where its threads are in
// the library at `code`.
void start_watch(unsigned seconds);
void watch_library(const void* code);
// In the old one, once the new one has ended so: ", in FILE:LINE", or "" where no thread was there.
std::string where_time_ended();

}  // namespace seed
