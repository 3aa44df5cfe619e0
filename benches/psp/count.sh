#!/usr/bin/env bash
# Counts the instructions that a 32-bit MIPS processor executes for each decoded byte, in an
# emulator. Blocks have 2 KiB. The count of this library includes finding and reading a block. Other
# decoders are counted for comparison.
#
#   benches/psp/count.sh ISO [BLOCKS]     decodes BLOCKS blocks (default: 100)
#
# Requires Debian's rustc-web, rust-web-src, cargo-web, gcc-mipsel-linux-gnu and qemu-user-static.
set -euo pipefail
iso=$(realpath "${1:?usage: $0 ISO [BLOCKS]}")
blocks=${2:-100}
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --release --features cli --bin cso
for format in cso1 zso; do
    "$target/release/cso" compress --quiet --level 5 --format "$format" "$iso" -o "$work/$format"
done
CARGO_TARGET_MIPSEL_UNKNOWN_LINUX_GNU_LINKER=mipsel-linux-gnu-gcc \
    RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
    /usr/bin/cargo -Zbuild-std build --quiet --locked --release --target mipsel-unknown-linux-gnu \
    --manifest-path benches/psp/Cargo.toml --target-dir "$target/psp-count"
program=$target/psp-count/mipsel-unknown-linux-gnu/release/psp_count

# count WHAT IMAGE BLOCKS: prints the number of executed instructions. The emulator logs each piece
# of code with its instructions once, and its address each time the code runs.
count() {
    qemu-mipsel-static -L /usr/mipsel-linux-gnu -d in_asm,exec,nochain "$program" "$@" 2>&1 |
        awk '
            /^IN:/ { begins = 1 }
            /^0x/ {
                if (begins) { at = substr($1, 3, 8); length_of[at] = 0; begins = 0 }
                length_of[at]++
            }
            /^Trace/ { split($0, part, "/"); sum += length_of[part[2]] }
            END { printf "%d\n", sum }'
}

# measure WHAT IMAGE: prints the instructions of decoding, without those of a run with no blocks.
measure() {
    local none all
    none=$(count "$1" "$work/$2" 0)
    all=$(count "$1" "$work/$2" "$blocks")
    awk -v what="$1, $2" -v n=$((all - none)) -v bytes=$((blocks * 2048)) \
        'BEGIN { printf "%-20s %6.2f\n", what, n / bytes }'
}

printf 'instructions per decoded byte, %d blocks of 2 KiB:\n' "$blocks"
measure cso cso1
measure miniz_oxide cso1
measure cso zso
measure lz4_flex zso
