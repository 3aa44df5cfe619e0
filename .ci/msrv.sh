#!/usr/bin/env bash
# Checks that the oldest Rust that Cargo.toml supports compiles the library and the command-line
# tool.
#
# Needs: Debian. Unpacks that version of Rust from Debian's packages in target/ the first time.
# Takes: about two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

need_old_rust
old() {
    env LD_LIBRARY_PATH="$old_root/usr/lib/x86_64-linux-gnu" RUSTC="$old_root/usr/bin/rustc" \
        CARGO_TARGET_DIR="$old_root/target" "$old_root/usr/bin/cargo" "$@"
}
old --version | grep -q "^cargo $old_rust\." || fail "expected cargo $old_rust, got $(old --version)"
old check --quiet --locked --lib --bins --all-features
old check --quiet --locked --lib --no-default-features
printf 'Rust %s compiles the crate\n' "$old_rust"
