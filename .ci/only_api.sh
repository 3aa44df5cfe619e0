#!/usr/bin/env bash
# Changes a static library so that cso_* are its only global symbols:
#
#   .ci/only_api.sh /usr/local/lib/libcso.a
#
# A static library built by Rust also contains the global functions of libdeflate, of the compiler's
# runtime and of Rust's exception handling. They are defined twice in a program that links
# libdeflate or a second library written in Rust. This script joins all objects that the API needs
# into one, and makes all other symbols local to it.
#
# Needs: an ELF system with GNU binutils. LD, OBJCOPY and AR may name other tools for a cross build.
# Takes: a few seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

[ $# = 1 ] || fail "usage: $0 ARCHIVE"
archive=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The functions that the header declares.
grep -o '\bcso_[a-z0-9_]*(' include/cso.h | tr -d '(' | sort -u > "$work/declared"
nm -g --defined-only "$archive" 2> /dev/null | awk 'NF == 3 { print $3 }' | sort -u > "$work/defined"
comm -12 "$work/declared" "$work/defined" > "$work/api"
[ -s "$work/api" ] || fail "$archive has no function of cso.h"

# Dissolves section groups. The linker keeps only one of several groups with the same name, and
# another Rust library has groups with the same names.
sed 's/^/--undefined=/' "$work/api" > "$work/roots"
"${LD:-ld}" -r --gc-sections --force-group-allocation "@$work/roots" "$archive" -o "$work/cso.o"
"${OBJCOPY:-objcopy}" --keep-global-symbols="$work/api" "$work/cso.o"
rm -f "$work/new.a"
"${AR:-ar}" rcsD "$work/new.a" "$work/cso.o"
cat "$work/new.a" > "$archive"
