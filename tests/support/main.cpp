// The entry point of the test programs that need no device.
#include "tests/support/run_tests.h"

int main(int argc, char** argv) { return run_tests(argc, argv); }
