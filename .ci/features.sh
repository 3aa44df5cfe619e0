#!/usr/bin/env bash
# Every feature alone compiles, and the core stays free of std.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

cargo build --quiet --no-default-features
cargo build --quiet --all-features
for feature in std libdeflate cli; do
    cargo build --quiet --no-default-features --features "$feature"
done

# The reader without std, and everything without C.
cargo test --quiet --no-default-features --lib
cargo test --quiet --no-default-features --features std --test round_trip --test reads \
    --test mutations --test damage --test golden

# A stray `std::` in the core must not compile.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r Cargo.toml Cargo.lock build.rs src benches examples tests tools "$copy/"
stray() {
    printf '%s\n' "$2" >> "$copy/src/$1"
    if cargo check --quiet --lib --no-default-features --manifest-path "$copy/Cargo.toml" \
        --target-dir target/stray 2> "$copy/errors"; then
        fail "std in src/$1 compiles without the feature std"
    fi
    grep -q "std" "$copy/errors" || fail "src/$1 fails for another reason: $(cat "$copy/errors")"
    cp "src/$1" "$copy/src/$1"
}
cargo check --quiet --lib --no-default-features --manifest-path "$copy/Cargo.toml" \
    --target-dir target/stray || fail "the copy does not compile as it is"
stray image/mod.rs 'fn stray() -> std::string::String { std::string::String::new() }'
stray format/mod.rs 'use std::fs::File as Stray;'
stray codec/lz4/mod.rs 'fn stray() { std::println!(); }'
stray io/mod.rs 'use std::io::Read as Stray;'
