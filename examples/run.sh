#!/bin/sh
# Builds the library and examples/roundtrip.c, which compresses an image, reads it back and compares
# every sector, and runs that program:
#
#     examples/run.sh              makes a small image and uses it
#     examples/run.sh game.iso     uses this image, without changing it
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}

case $(uname -s) in
Darwin) libs= ;;
*) libs='-lpthread -ldl -lm' ;;
esac

cargo build --release --manifest-path "$root/Cargo.toml" --target-dir "$target"
# shellcheck disable=SC2086 # several words, on purpose
${CC:-cc} -std=c99 -Wall -Wextra -O2 -I"$root/include" "$root/examples/roundtrip.c" \
    "$target/release/libcso.a" $libs -o "$target/roundtrip"
exec "$target/roundtrip" "$@"
