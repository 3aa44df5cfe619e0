#!/usr/bin/env bash
# The tests on processors that differ from a PC's, in emulators: MIPS as the PSP has it, of 32 bits,
# and s390x, of 64 bits and the other byte order. The latter goes with the oldest Rust that Cargo.toml
# promises, for Debian has a compiled standard library of it.
#
#   .ci/emulated.sh                both
#   .ci/emulated.sh mips s390x     one or the other
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh
target=${CARGO_TARGET_DIR:-$PWD/target}

# tests_on TARGET PREFIX EMULATOR CARGO...: all tests but those that compile C programs or generate C
# (c_programs, examples, header, layout), read the sources (rooms, conventions) or run the command-line
# tool (cli), which say nothing of the machine. Much in fewer rounds, see `amount` in tests/support.
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

# No compiled standard library is to be had. What it and others check of themselves is left out, which
# halves the time.
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
