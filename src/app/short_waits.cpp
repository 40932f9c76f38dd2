#include "app/short_waits.h"

#include <unistd.h>

#include <cstdlib>

namespace seed {

void wait_shortly(char** arguments) {
    if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY")) return;
    ::setenv("GOMP_SPINCOUNT", "1000", 0);
    ::execv("/proc/self/exe", arguments);  // where that fails all goes on, with longer waits
}

}  // namespace seed
