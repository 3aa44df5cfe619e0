#!/usr/bin/env bash
# Rewrites a static library so that cso_* are its only global symbols:
#
#   .ci/only_api.sh /usr/local/lib/libcso.a
#
# Rust makes an archive that also carries the global functions of libdeflate, of the compiler's
# runtime and of Rust's exception handling. A program that has a libdeflate of its own, or links a
# second library written in Rust, may then have one of them twice. All objects that the API needs
# are joined into one, and whatever is no part of the API becomes local to it.
#
# For ELF systems with GNU binutils; LD, OBJCOPY and AR may name others, for a cross build.
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

# Groups are dissolved: the linker keeps only one of several groups of a name, and those of another
# Rust library have the names of ours.
sed 's/^/--undefined=/' "$work/api" > "$work/roots"
"${LD:-ld}" -r --gc-sections --force-group-allocation "@$work/roots" "$archive" -o "$work/cso.o"
"${OBJCOPY:-objcopy}" --keep-global-symbols="$work/api" "$work/cso.o"
rm -f "$work/new.a"
"${AR:-ar}" rcsD "$work/new.a" "$work/cso.o"
cat "$work/new.a" > "$archive"
