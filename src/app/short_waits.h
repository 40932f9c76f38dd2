#pragma once

namespace seed {

// OpenMP's threads wait for each other by spinning, for milliseconds: where another program wants
// the processor too, each waits for one that does not run, and training becomes forty times slower.
// How long they spin is read from the environment before main; so this starts the program again
// with GOMP_SPINCOUNT=1000, some microseconds, unless the environment says what is wanted.
void wait_shortly(char** arguments);

}  // namespace seed
