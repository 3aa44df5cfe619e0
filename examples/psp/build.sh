#!/bin/sh
# Builds the library for C programs on a PSP:
#
#     examples/psp/build.sh [FOLDER]
#
# writes libcso.a and cso.h to FOLDER (default: target/for-psp). Both are for psp-gcc, with or without
# small data (-G0, -G8).
#
# Requires a nightly toolchain of rustup with the source of the standard library:
#
#     rustup toolchain install nightly --component rust-src
#
# or Debian's compiler with its source: rustc-web, rust-web-src and cargo-web.
#
# CSO_PSP_OPT is the optimization level: s (default) or 3, which is faster and larger.
# CSO_PSP_LIMITS holds options for tools/psp_archive, the last step.
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
    # Allows the unstable options that the build needs in a stable compiler.
    export RUSTC_BOOTSTRAP=1
else
    fail "No suitable toolchain was found. Install one of these:
    rustup toolchain install nightly --component rust-src
    apt-get install rustc-web rust-web-src cargo-web"
fi
export RUSTC
printf 'Compiling with %s\n' "$RUSTC"

mkdir -p "$out"
log=$out/build.log
opt=${CSO_PSP_OPT:-s}
case $opt in [0-9]) ;; *) opt="\"$opt\"" ;; esac

# +noabicalls: without it, Rust code overwrites the register $gp, which C code with small data uses.
# codegen-units: puts each function of compiler_builtins into its own object, so that a program links
# only the functions that it needs.
unset CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS
cd "$root"
RUSTFLAGS="-C target-feature=+noabicalls" "$cargo" -Zbuild-std=core,alloc rustc \
    --lib --crate-type staticlib --target mipsel-sony-psp --target-dir "$target" \
    --profile psp --no-default-features --features freestanding \
    --config "profile.psp.opt-level=$opt" \
    --config 'profile.psp.package.compiler_builtins.codegen-units=10000' \
    > "$log" 2>&1 || fail "$(cat "$log")"

"$RUSTC" --edition 2021 -O "$root/tools/psp_archive/main.rs" -o "$out/archive" >> "$log" 2>&1 ||
    fail "$(cat "$log")"
# shellcheck disable=SC2086 # split into several arguments on purpose
"$out/archive" "$target/mipsel-sony-psp/psp/libcso.a" "$out/libcso.a" ${CSO_PSP_LIMITS:-}

{
    printf '/* For PSP programs: no files, no threads, no writer. */\n'
    printf '#ifndef CSO_FREESTANDING\n#define CSO_FREESTANDING 1\n#endif\n\n'
    cat "$root/include/cso.h"
} > "$out/cso.h"
rm -f "$out/archive" "$log"
printf 'libcso.a and cso.h are in %s\n' "$out"
