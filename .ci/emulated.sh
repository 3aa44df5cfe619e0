#!/usr/bin/env bash
# Runs the tests in emulators of other processors: 32-bit little-endian MIPS, like that of the PSP,
# and s390x, which has 64 bits and is big-endian. The tests on s390x are compiled with the oldest
# supported Rust, because Debian has a compiled standard library of that version.
#
#   .ci/emulated.sh                runs both
#   .ci/emulated.sh mips s390x     runs the named ones
#
# Needs: Debian's cross compilers, qemu-user-static, and rustc-web with its source for MIPS.
#        Installs them if they are missing.
# Takes: several minutes for each processor.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh
target=${CARGO_TARGET_DIR:-$PWD/target}

# tests_on TARGET PREFIX EMULATOR CARGO...: runs the tests that depend on the processor. Left out
# are those that compile C programs or generate C (c_programs, examples, header, layout), read
# sources and documents (modules, conventions, docs, public_api), or run the command-line tool (cli).
# Many tests do less work than on a PC: see `amount` in tests/support.
tests_on() {
    local name=$1 prefix=$2 emulator=$3 variable
    shift 3
    variable=$(printf '%s' "$name" | tr 'a-z-' 'A-Z_')
    env "CARGO_TARGET_${variable}_LINKER=$prefix-gcc" \
        "CARGO_TARGET_${variable}_RUNNER=timeout 600 $emulator -L /usr/$prefix" \
        "CC_${name//-/_}=$prefix-gcc" "AR_${name//-/_}=$prefix-ar" CARGO_TARGET_DIR="$target/emulated" \
        "$@" test --quiet --target "$name" --no-default-features --features std --lib \
        --test golden --test reads --test faults --test damage --test allocation --test big \
        --test mutations --test properties --test encoders --test round_trip --test stress ||
        fail "tests on $name"
    printf 'the tests pass on %s\n' "$name"
}

# Compiles the standard library too, because there is no compiled one for this target, without its
# internal checks, which halves the time.
check_mips() {
    local cargo=(/usr/bin/cargo -Zbuild-std) package
    need_debian /usr/bin/rustc rustc-web rust-web-src cargo-web
    need_debian mipsel-linux-gnu-gcc gcc-mipsel-linux-gnu libc6-dev-mipsel-cross
    need_debian qemu-mipsel-static qemu-user-static
    for package in core alloc std; do
        cargo+=(--config "profile.dev.package.$package.debug-assertions=false"
            --config "profile.dev.package.$package.overflow-checks=false")
    done
    tests_on mipsel-unknown-linux-gnu mipsel-linux-gnu qemu-mipsel-static \
        env RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS=-Zub-checks=no "${cargo[@]}"
}

check_s390x() {
    need_old_rust
    [ -d "$old_root/usr/lib/rustlib/s390x-unknown-linux-gnu" ] ||
        debian_unpack s390x "$old_root" "$old_rust" libstd-rust-web-dev
    need_debian s390x-linux-gnu-gcc gcc-s390x-linux-gnu libc6-dev-s390x-cross
    need_debian qemu-s390x-static qemu-user-static
    tests_on s390x-unknown-linux-gnu s390x-linux-gnu qemu-s390x-static \
        env LD_LIBRARY_PATH="$old_root/usr/lib/x86_64-linux-gnu" RUSTC="$old_root/usr/bin/rustc" \
        "$old_root/usr/bin/cargo"
}

[ $# != 0 ] || set -- mips s390x
for part in "$@"; do
    "check_$part"
done
