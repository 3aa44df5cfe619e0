#!/usr/bin/env bash
# The oldest Rust that Cargo.toml promises compiles the crate.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

need_old_rust
old() {
    env LD_LIBRARY_PATH="$old_root/usr/lib/x86_64-linux-gnu" RUSTC="$old_root/usr/bin/rustc" \
        CARGO_TARGET_DIR="$old_root/target" "$old_root/usr/bin/cargo" "$@"
}
old --version | grep -q "^cargo $old_rust\." || fail "this is not cargo $old_rust: $(old --version)"
old check --quiet --locked --lib --bins --all-features
old check --quiet --locked --lib --no-default-features
printf 'Rust %s compiles the crate\n' "$old_rust"
