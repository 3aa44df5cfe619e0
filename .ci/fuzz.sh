#!/usr/bin/env bash
# Checks that the fuzz targets compile. They include modules of the library by path, so a change to
# the imports of such a module can break them. Nothing is fuzzed.
#
# Needs: no tools besides Rust and a C compiler. `cargo fuzz` is only needed to run the targets.
# Takes: half a minute; two minutes the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/fuzz \
    cargo check --quiet --manifest-path fuzz/Cargo.toml
printf 'the fuzz targets compile\n'
