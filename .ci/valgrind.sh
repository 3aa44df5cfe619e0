#!/usr/bin/env bash
# The C tests, run by valgrind: no leak, no error.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

need_debian valgrind valgrind libc6-dbg
export CSO_C_TEST_RUNNER="valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99"
cargo test --test c_programs
