#!/usr/bin/env bash
# Installs the packages, builds, and runs the tour: from nothing to a model that writes programs.
# Options are passed on to `seed tour`, e.g. ./run.sh --out out/second --seed 2
set -euo pipefail
cd "$(dirname "$0")"
.ci/packages
# Without the tests, unless test.sh was here before
[[ -f build/release/build.ninja ]] || cmake --preset release -DSEED_TESTS=OFF
cmake --build --preset release --target seed
exec build/release/seed tour "$@"
