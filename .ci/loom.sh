#!/usr/bin/env bash
# Explores the interleavings of the thread pool (src/rt/thread_pool.rs) with loom, a model checker.
#
# Requires nothing that cargo does not fetch. Takes about a minute.
set -euo pipefail
cd "$(dirname "$0")/.."

# Enables no features, because some crates that they need check for the cfg `loom` too.
RUSTFLAGS="--cfg loom" cargo test --quiet --release --lib --target-dir target/loom rt::thread_pool
