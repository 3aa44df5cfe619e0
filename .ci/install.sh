#!/usr/bin/env bash
# Installs the library with `cargo cinstall` and builds programs with it: with pkg-config, shared
# and static. Builds the archive of tools/archive.sh, and programs that link it together with
# another Rust library. Checks the SONAME, and that the shared library and the archive export exactly
# the functions of the header.
#
# Needs: Linux, a C compiler, make, pkg-config and binutils. Installs them if they are missing, and
# builds cargo-c in target/ the first time.
# Takes: about three minutes; ten the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

[ "$(uname -s)" = Linux ] || fail "this check requires Linux, because it inspects ELF files"
for tool in cc make pkg-config nm readelf objcopy; do
    need_debian "$tool" build-essential pkg-config binutils
done
cinstall=$(need_cinstall)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

"$cinstall" cinstall --release --locked --prefix "$prefix" --libdir lib > "$work/log" 2>&1 ||
    fail "cargo cinstall: $(cat "$work/log")"
[ -f "$prefix/include/cso.h" ] || fail "the header is not in include/"
cmp -s include/cso.h "$prefix/include/cso.h" || fail "the header is not the committed one"
shared=$prefix/lib/libcso.so
# From another folder, and with a relative path.
archive=$work/archive/libcso.a
script=$PWD/tools/archive.sh
(cd "$work" && CARGO_TARGET_DIR=$OLDPWD/target "$script" archive/libcso.a) > "$work/log" 2>&1 ||
    fail "tools/archive.sh: $(cat "$work/log")"

# The shared library is installed under its SONAME, which contains the compatible version.
soname=$(readelf -d "$shared" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
case $version in
    0.0.*) expected=libcso.so.$version ;;
    0.*) expected=libcso.so.${version%.*} ;;
    *) expected=libcso.so.${version%%.*} ;;
esac
[ "$soname" = "$expected" ] || fail "the SONAME is $soname and not $expected"
[ -e "$prefix/lib/$soname" ] || fail "$soname is not installed"

# The shared library and the archive export all functions of the header and nothing else.
grep -o '\bcso_[a-z0-9_]*(' include/cso.h | tr -d '(' | sort -u > "$work/declared"
exports() {
    nm --defined-only --format=posix "$@" | awk 'NF >= 3 { print $1 }' | sort -u
}
exports -D "$shared" > "$work/shared"
exports -g "$archive" > "$work/static"
diff "$work/declared" "$work/shared" || fail "libcso.so does not export the functions of cso.h"
diff "$work/declared" "$work/static" || fail "libcso.a does not export the functions of cso.h"

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
[ "$(pkg-config --modversion cso)" = "$version" ] || fail "cso.pc has another version"

# An image of 17 sectors, of which the last one is the volume descriptor.
image=$work/image.iso
{ head -c 32768 /dev/zero; printf '\001CD001\001'; head -c 2041 /dev/zero; } > "$image"

cp -r tests/install "$work/consumer"
make --quiet -C "$work/consumer" "ARCHIVE=$archive" shared static together-first together-last static-pie
run() {
    local output
    output=$("$@" "$image" "$work/image.cso") || fail "$1 fails"
    [ "$output" = "cso $version" ] || fail "$1 prints: $output"
}
run env LD_LIBRARY_PATH="$prefix/lib" "$work/consumer/shared"
run "$work/consumer/static"
run "$work/consumer/together-first"
run "$work/consumer/together-last"
run "$work/consumer/static-pie"
needed=$(readelf -d "$work/consumer/shared" | grep -c "NEEDED.*$soname") ||
    fail "the program \"shared\" is not linked with the shared library"
[ "$needed" = 1 ] || fail "the program \"shared\" lists $soname $needed times"
if readelf -d "$work/consumer/static" | grep -q 'NEEDED.*libcso'; then
    fail "the program \"static\" is linked with the shared library"
fi

printf 'libcso %s: installed, linked and run, shared and static\n' "$version"
