#!/usr/bin/env bash
# Installs the packages, builds, and runs every test: ./test.sh [release | debug | asan]
# What follows the preset goes to ctest: ./test.sh asan -R core
set -euo pipefail
cd "$(dirname "$0")"
preset=${1:-release}
[[ $# -eq 0 ]] || shift
.ci/packages
cmake --preset "$preset" -DSEED_TESTS=ON
cmake --build --preset "$preset"
exec ctest --preset "$preset" -j 2 "$@"
