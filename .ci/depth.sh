#!/usr/bin/env bash
# Checks in a debugger that no read has more than 14 functions from the C API to a codec.
#
# Needs: gdb. Installs it if it is missing.
# Takes: about one minute.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

need_debian gdb gdb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CARGO_PROFILE_DEV_OPT_LEVEL=0 cargo build --lib --target-dir target/plain
${CC:-cc} -Wall -Wextra -Wpedantic -Werror -g tools/read_depth/read_depth.c -Iinclude \
    target/plain/debug/libcso.a -lpthread -ldl -lm -o "$work/read_depth"
# The program writes the image. JISO, which the library does not write, is made from it.
"$work/read_depth" "$work" > /dev/null
for method in lzo deflate; do
    cargo run --quiet --example psp_jiso $method "$work/image.iso" "$work/$method.jso"
done
gdb -nx -batch -iex "set auto-load python-scripts off" -x tools/read_depth/read_depth.py \
    --args "$work/read_depth" "$work" "$work/lzo.jso" "$work/deflate.jso" |
    tee "$work/log" | grep -v '^\[\(New \)\?Thread'
grep -q '^images read$' "$work/log" || fail "the images could not be read"
