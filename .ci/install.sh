#!/usr/bin/env bash
# Installs the library as a package does and uses it as a stranger does: by pkg-config, shared and
# static, and next to another Rust library. Neither library shows more than the API.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

[ "$(uname -s)" = Linux ] || fail "what is installed is checked with the tools of ELF systems"
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
static=$prefix/lib/libcso.a
.ci/only_api.sh "$static"

# What a program looks for when it starts is there, and tells the compatible version.
soname=$(readelf -d "$shared" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
case $version in
    0.0.*) expected=libcso.so.$version ;;
    0.*) expected=libcso.so.${version%.*} ;;
    *) expected=libcso.so.${version%%.*} ;;
esac
[ "$soname" = "$expected" ] || fail "the SONAME is $soname and not $expected"
[ -e "$prefix/lib/$soname" ] || fail "$soname is not installed"

# Both libraries export the functions of the header, all of them and nothing else.
grep -o '\bcso_[a-z0-9_]*(' include/cso.h | tr -d '(' | sort -u > "$work/declared"
exports() {
    nm --defined-only --format=posix "$@" | awk 'NF >= 3 { print $1 }' | sort -u
}
exports -D "$shared" > "$work/shared"
exports -g "$static" > "$work/static"
diff "$work/declared" "$work/shared" || fail "libcso.so exports something else than the header"
diff "$work/declared" "$work/static" || fail "libcso.a exports something else than the header"

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
[ "$(pkg-config --modversion cso)" = "$version" ] || fail "cso.pc has another version"

# 17 sectors: the last one is the volume descriptor.
image=$work/image.iso
{ head -c 32768 /dev/zero; printf '\001CD001\001'; head -c 2041 /dev/zero; } > "$image"

cp -r tests/install "$work/consumer"
make --quiet -C "$work/consumer" shared static together
run() {
    local said
    said=$("$@" "$image" "$work/image.cso") || fail "$1 does not run"
    [ "$said" = "cso $version" ] || fail "$1 says: $said"
}
run env LD_LIBRARY_PATH="$prefix/lib" "$work/consumer/shared"
run "$work/consumer/static"
run "$work/consumer/together"
needed=$(readelf -d "$work/consumer/shared" | grep -c "NEEDED.*$soname") || fail "shared is static"
[ "$needed" = 1 ] || fail "shared needs $soname $needed times"
if readelf -d "$work/consumer/static" | grep -q 'NEEDED.*libcso'; then fail "static is shared"; fi

printf 'libcso %s: installed, linked and run, shared and static\n' "$version"
