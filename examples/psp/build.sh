#!/bin/sh
# Builds the library for C programs on a PSP:
#
#     examples/psp/build.sh [FOLDER]
#
# puts libcso.a and cso.h into the folder, target/for-psp if none is named. Both are for psp-gcc, with
# or without small data (-G0, -G8).
#
# It wants a nightly toolchain of rustup's with the source of Rust's library:
#
#     rustup toolchain install nightly --component rust-src
#
# or Debian's own compiler with its source: rustc-web, rust-web-src and cargo-web.
#
# CSO_PSP_OPT is the optimisation level: s, the default, or 3, which is faster and larger.
# CSO_PSP_LIMITS is handed to the last step, as are options of examples/psp/archive/main.rs.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
out=${1:-$target/for-psp}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

nightly=$(rustup run nightly rustc --print sysroot 2> /dev/null || true)
if [ -n "$nightly" ] && [ -f "$nightly/lib/rustlib/src/rust/library/Cargo.toml" ]; then
    RUSTC=$nightly/bin/rustc
    cargo=$nightly/bin/cargo
elif [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] &&
    [ -f "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.toml" ]; then
    RUSTC=/usr/bin/rustc
    cargo=/usr/bin/cargo
    # A stable compiler, whose unstable options the build needs.
    export RUSTC_BOOTSTRAP=1
else
    fail "Neither toolchain is there. Either one does:
    rustup toolchain install nightly --component rust-src
    apt-get install rustc-web rust-web-src cargo-web"
fi
export RUSTC
printf 'Compiling with %s\n' "$RUSTC"

mkdir -p "$out"
log=$out/build.log
opt=${CSO_PSP_OPT:-s}
case $opt in [0-9]) ;; *) opt="\"$opt\"" ;; esac

# +noabicalls: without it Rust's code uses the register $gp, which belongs to C's small data.
# compiler_builtins in many small objects: a program then links only what it needs of it.
unset CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS
cd "$root"
RUSTFLAGS="-C target-feature=+noabicalls" "$cargo" -Zbuild-std=core,alloc rustc \
    --lib --crate-type staticlib --target mipsel-sony-psp --target-dir "$target" \
    --profile psp --no-default-features --features freestanding \
    --config "profile.psp.opt-level=$opt" \
    --config 'profile.psp.package.compiler_builtins.codegen-units=10000' \
    > "$log" 2>&1 || fail "$(cat "$log")"

"$RUSTC" --edition 2021 -O "$root/examples/psp/archive/main.rs" -o "$out/archive" >> "$log" 2>&1 ||
    fail "$(cat "$log")"
# shellcheck disable=SC2086 # several words, on purpose
"$out/archive" "$target/mipsel-sony-psp/psp/libcso.a" "$out/libcso.a" ${CSO_PSP_LIMITS:-}

{
    printf '/* For PSP programs: no files, no threads, no writer. */\n'
    printf '#ifndef CSO_FREESTANDING\n#define CSO_FREESTANDING 1\n#endif\n\n'
    cat "$root/include/cso.h"
} > "$out/cso.h"
rm -f "$out/archive" "$log"
printf 'libcso.a and cso.h are in %s\n' "$out"
