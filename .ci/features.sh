#!/usr/bin/env bash
# Checks that the library compiles with no feature, with each feature alone and with all of them,
# that the tests pass without libdeflate and without std, that the core cannot use std, and that a
# project that depends on the library does not compile the C tests.
#
# Needs: no tools besides Rust and a C compiler.
# Takes: about five minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

cargo build --quiet --no-default-features
cargo build --quiet --all-features
for feature in std libdeflate cli; do
    cargo build --quiet --no-default-features --features "$feature"
done

# Runs the unit tests without std, and integration tests without libdeflate.
cargo test --quiet --no-default-features --lib
cargo test --quiet --no-default-features --features std --test round_trip --test reads \
    --test mutations --test damage --test golden

# stray FILE CODE: checks that code with std in a file of the core does not compile.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r Cargo.toml Cargo.lock build.rs src benches examples tests tools "$copy/"
stray() {
    printf '%s\n' "$2" >> "$copy/src/$1"
    if cargo check --quiet --lib --no-default-features --manifest-path "$copy/Cargo.toml" \
        --target-dir target/stray 2> "$copy/errors"; then
        fail "std in src/$1 compiles without the feature std"
    fi
    grep -q "std" "$copy/errors" ||
        fail "src/$1 fails to compile for another reason: $(cat "$copy/errors")"
    cp "src/$1" "$copy/src/$1"
}
cargo check --quiet --lib --no-default-features --manifest-path "$copy/Cargo.toml" \
    --target-dir target/stray || fail "the unchanged copy does not compile"
stray image/mod.rs 'fn stray() -> std::string::String { std::string::String::new() }'
stray format/mod.rs 'use std::fs::File as Stray;'
stray codec/lz4/mod.rs 'fn stray() { std::println!(); }'
stray io/mod.rs 'use std::io::Read as Stray;'

project=$copy/project
mkdir -p "$project/src"
touch "$project/src/lib.rs"
cp Cargo.lock "$project/"
cat > "$project/Cargo.toml" << TOML
[package]
name = "project"
edition = "2021"

[dependencies]
cso = { path = "$PWD", default-features = false, features = ["std"] }
TOML
cargo check --quiet --manifest-path "$project/Cargo.toml" --target-dir "$project/target"
if find "$project/target" -name c_tests | grep -q .; then
    fail "a project that depends on the library compiles its C tests"
fi
