// Catch2's own code, compiled once for all test programs (Catch2 v3 brings it compiled).
#define CATCH_CONFIG_RUNNER
#include "tests/support/run_tests.h"

#include "tests/support/catch.h"

int run_tests(int argc, char** argv) { return Catch::Session().run(argc, argv); }
