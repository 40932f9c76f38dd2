#pragma once

// Runs the test cases of the program, as the options say, and returns its exit status.
int run_tests(int argc, char** argv);
