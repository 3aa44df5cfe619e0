#!/usr/bin/env bash
# Runs the C tests under valgrind. Leaks and memory errors are failures.
#
# Needs: valgrind. Installs it if it is missing.
# Takes: about three minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

need_debian valgrind valgrind libc6-dbg
export CSO_C_TEST_RUNNER="valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99"
cargo test --test c_programs
