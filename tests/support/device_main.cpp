// The entry point of the test programs that launch kernels: without a device to run them on they
// are reported as skipped (exit status 77), never as passed.
#include <cstdio>

#include "simt/simt.h"
#include "tests/support/run_tests.h"

int main(int argc, char** argv) {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::puts("SKIPPED: no CUDA device is there to run the kernels");
        return 77;
    }
    return run_tests(argc, argv);
}
