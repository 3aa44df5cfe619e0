#!/usr/bin/env bash
# Exchanges compressed images with maxcso, in both directions and in every format. All of them must
# decompress to the same image.
#
# Needs: maxcso (from npm) and genisoimage. Installs them if they are missing.
# Takes: several minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

need_debian genisoimage genisoimage
maxcso=$(need_maxcso)
cargo build --quiet --release --features cli --bin cso
cso=$PWD/target/release/cso

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Makes a disc image with thousands of files.
make_iso() {
    mkdir tree
    local folder count=0
    for folder in /usr/include /usr/share /usr/lib; do
        find "$folder" -xdev -type f -size -24k -readable 2>/dev/null
    done | sort | head -n 3000 > files || true
    while IFS= read -r file; do
        count=$((count + 1))
        mkdir -p "tree/$((count / 100))"
        cp "$file" "tree/$((count / 100))/$count"
    done < files
    [ "$count" -ge 2000 ] || fail "this machine has only $count files for an image"
    genisoimage -quiet -R -J -V PEERS -o game.iso tree
    rm -r tree
}

same() {
    cmp "$1" "$2" || fail "$3"
    passed=$((passed + 1))
}

# theirs IMAGE CASE OPTIONS...: maxcso compresses, cso decompresses.
theirs() {
    local image=$1 name=$2
    shift 2
    "$maxcso" "$@" "$image" -o compressed > log 2>&1 || fail "maxcso cannot write: $name: $(cat log)"
    "$cso" verify --quiet compressed
    "$cso" decompress --quiet --force --unrecognized compressed -o back
    same "$image" back "cso decompresses to another image: $name"
}

# ours IMAGE CASE OPTIONS...: cso compresses, cso and maxcso decompress.
ours() {
    local image=$1 name=$2
    shift 2
    "$cso" compress --quiet --force --unrecognized "$@" "$image" -o compressed
    "$cso" decompress --quiet --force --unrecognized compressed -o back
    same "$image" back "compressed and decompressed to another image: $name"
    rm -f back
    "$maxcso" --decompress compressed -o back > log 2>&1 || fail "maxcso cannot read: $name: $(cat log)"
    same "$image" back "maxcso decompresses to another image: $name"
}

passed=0
make_iso
# An image with a partial last block, except for blocks of one sector. maxcso requires full sectors.
sectors=$(($(stat -c %s game.iso) / 2048))
head -c $(((sectors - sectors % 8 - 3) * 2048)) game.iso > partial.iso
head -c 512000 game.iso > small.iso

for format in cso1 cso2 zso dax; do
    for block in 2048 16384 262144; do
        for image in game.iso partial.iso; do
            # The block size of DAX is fixed.
            if [ "$format" = dax ]; then
                [ "$block" = 2048 ] || continue
                theirs "$image" "maxcso dax $image" --fast --format=dax
                ours "$image" "ours dax $image" --format dax
                continue
            fi
            theirs "$image" "maxcso $format $block $image" \
                --fast --format="$format" --block="$block"
            ours "$image" "ours $format $block $image" --format "$format" --block-size "$block"
        done
    done
    theirs small.iso "maxcso's best $format" --format="$format"
    ours small.iso "our best $format" --format "$format" --level max --pad
    ours small.iso "our fastest $format" --format "$format" --level 1
    ours small.iso "our level 9 of $format" --format "$format" --level 9
done
head -c 102400 game.iso > tiny.iso
theirs tiny.iso "maxcso zopfli" --format=cso1 --use-zopfli
theirs partial.iso "maxcso zso brute" --format=zso --use-lz4brute
theirs partial.iso "maxcso cso2 brute" --format=cso2 --use-lz4brute --fast
ours partial.iso "ours cso2 costs" --format cso2 --lz4-cost 20 --stored-cost 5
# An image with a partial last sector, which maxcso does not support.
{ cat partial.iso; head -c 777 /usr/bin/env; } > odd.iso
for format in cso1 cso2 zso dax; do
    "$cso" compress --quiet --force --unrecognized --format "$format" --block-size 8192 \
        odd.iso -o compressed
    "$cso" decompress --quiet --force --unrecognized compressed -o back
    same odd.iso back "an odd size in $format"
done
# A table of uncompressed areas, which maxcso does not support.
"$cso" compress --quiet --force --unrecognized --format dax --dax-areas partial.iso -o compressed
"$cso" decompress --quiet --force --unrecognized compressed -o back
same partial.iso back "DAX with uncompressed areas"

# An image of more than 2 GiB requires index shift 1. It is sparse.
cp game.iso large.iso
truncate -s $((1100000 * 2048)) large.iso
# Only one format with small blocks, for which maxcso takes a minute.
for format in cso1 cso2 zso; do
    block=16384
    [ "$format" != cso1 ] || block=2048
    theirs large.iso "maxcso $format over 2 GiB" --fast --format="$format" --block="$block"
    ours large.iso "ours $format over 2 GiB" --format "$format" --level 1 --block-size "$block"
done

printf 'peers: %d passed, 0 failed\n' "$passed"
