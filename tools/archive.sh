#!/usr/bin/env bash
# Builds the static library for C programs:
#
#   tools/archive.sh OUTPUT.a [CARGO_OPTION...]
#
# The archive of "cargo build --release" also contains the global functions of libdeflate, of the
# compiler's runtime and of Rust's exception handling. They are defined twice in a program that
# links libdeflate or a second library written in Rust. This script joins all objects that the API
# needs into one, and makes all symbols local to it except the functions of cso.h.
#
# CARGO_OPTION is an option of "cargo rustc", for example --target or --no-default-features.
#
# Needs: an ELF system and GNU binutils. LD, OBJCOPY, NM and AR may name those of a cross compiler.
# Takes: about a minute.
set -euo pipefail

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

[ $# != 0 ] && [ "${1#-}" = "$1" ] || fail "usage: $0 OUTPUT.a [CARGO_OPTION...]"
mkdir -p "$(dirname "$1")"
output=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
cd "$(dirname "$0")/.."
for tool in "${LD:=ld}" "${OBJCOPY:=objcopy}" "${NM:=nm}" "${AR:=ar}"; do
    command -v "$tool" > /dev/null || fail "$tool is missing. It is one of the GNU binutils"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Without the other kinds of library, cargo optimizes the whole program, and the archive has no
# bitcode of LLVM, which GNU binutils cannot read.
cargo rustc --release --locked --lib --crate-type staticlib "$@" --message-format json \
    > "$work/messages" || fail "cargo cannot build the library"
archive=$(sed -n 's/.*"filenames":\["\([^"]*libcso\.a\)"\].*/\1/p' "$work/messages" | tail -n 1)
[ -f "$archive" ] || fail "cargo built no libcso.a"

# The functions that the header declares.
grep -o '\bcso_[a-z0-9_]*(' include/cso.h | tr -d '(' | sort -u > "$work/declared"
"$NM" -g --defined-only --format=posix "$archive" 2> /dev/null | awk 'NF > 2 { print $1 }' |
    sort -u > "$work/defined" || true
comm -12 "$work/declared" "$work/defined" > "$work/api"
[ -s "$work/api" ] || fail "$NM finds no function of cso.h in $archive"

# Dissolves section groups. The linker keeps only one of several groups with the same name, and
# another Rust library has groups with the same names.
sed 's/^/--undefined=/' "$work/api" > "$work/roots"
"$LD" -r --gc-sections --force-group-allocation "@$work/roots" "$archive" -o "$work/cso.o" ||
    fail "$LD cannot join the objects"
"$OBJCOPY" --keep-global-symbols="$work/api" "$work/cso.o" || fail "$OBJCOPY cannot change the symbols"
"$AR" rcsD "$work/libcso.a" "$work/cso.o" || fail "$AR cannot make the archive"
"$NM" -g --defined-only --format=posix "$work/libcso.a" | awk 'NF > 2 { print $1 }' | sort -u |
    cmp -s - "$work/api" || fail "the archive does not define exactly the functions of cso.h"
mv "$work/libcso.a" "$output"
