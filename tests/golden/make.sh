#!/bin/sh
# Writes the golden files again: `sh tests/golden/make.sh MAXCSO`, with the path of maxcso 1.13.0.
# The good files are the output of maxcso. The bad files are damaged copies of them.
set -eu
maxcso=$1
golden=$(cd "$(dirname "$0")" && pwd)
images=$(mktemp -d)
trap 'rm -rf "$images"' EXIT
(cd "$golden/../.." && GOLDEN_IMAGES=$images cargo test --test golden -- --ignored)
cd "$images"

make() { # output, image, options of maxcso
    output=$1 image=$2
    shift 2
    "$maxcso" --quiet --threads=1 "$@" "$image.iso" -o "$golden/$output"
}

make mixed-cso1.cso mixed
make mixed-cso1-16k.cso mixed --block=16384
make mixed-cso1-libdeflate.cso mixed --only-libdeflate
make mixed-cso1-zopfli.cso mixed --only-zopfli
make mixed-cso2.cso mixed --format=cso2 --use-lz4 --lz4-cost=3
make mixed-cso2-lz4-4k.cso mixed --format=cso2 --only-lz4 --block=4096
make mixed-zso.zso mixed --format=zso
make mixed-zso-8k.zso mixed --format=zso --block=8192
make mixed-dax.dax mixed --format=dax
make noisy-cso1-4k.cso noisy --block=4096
make noisy-cso2.cso noisy --format=cso2
make noisy-zso-16k.zso noisy --format=zso --block=16384
make noisy-dax.dax noisy --format=dax
make sparse-cso1.cso sparse
make sparse-cso2.cso sparse --format=cso2
make sparse-dax.dax sparse --format=dax
make sparse-zso.zso sparse --format=zso

# Copies a file of the sparse image and replaces bytes. Parameters: output, input, then pairs of an
# offset and bytes as octal escapes.
patch() {
    output=$1
    cp "$golden/$2" "$golden/$output"
    shift 2
    while [ $# -gt 0 ]; do
        printf "$2" | dd of="$golden/$output" bs=1 seek="$1" conv=notrunc status=none
        shift 2
    done
}

cut() { # output, input, number of bytes to keep
    head -c "$3" "$golden/$2" > "$golden/$1"
}

: > "$golden/bad-empty.cso"
cut bad-cut-header.cso sparse-cso1.cso 20
cut bad-cut-index.zso sparse-zso.zso 60
cut bad-cut-data.cso sparse-cso1.cso 300
cut bad-cut-data.dax sparse-dax.dax 150
patch bad-magic.cso sparse-cso1.cso 0 'CIS0'
patch bad-version.cso sparse-cso1.cso 20 '\003'
patch bad-header-size.cso sparse-cso2.cso 4 '\040'
patch bad-block-size.cso sparse-cso1.cso 16 '\000\004'
patch bad-shift.zso sparse-zso.zso 21 '\025'
patch bad-zero-size.cso sparse-cso1.cso 8 '\000\000\000'
patch bad-huge.cso sparse-cso1.cso 13 '\001'
# Block 0 begins in the index. Block 5 begins before block 4. Block 2 has one byte.
patch bad-overlap.cso sparse-cso1.cso 24 '\030'
patch bad-index-order.cso sparse-cso1.cso 44 '\000\000'
patch bad-length.cso sparse-cso1.cso 36 '\251'
# The first bytes of block 0, which follows 19 index entries: a reserved type of deflate block, a
# stream without data, and a match before the start of the block.
patch bad-data.cso sparse-cso1.cso 100 '\377\377\377'
patch bad-short.cso sparse-cso1.cso 100 '\003\000'
patch bad-data.zso sparse-zso.zso 100 '\017\377\377'
# The DAX file has five frames: positions begin at offset 32, sizes at 52, data at 62. The defects:
# frame 0 begins in the tables, frame 2 begins past the end, the Adler-32 of frame 0 is wrong, and
# the table of areas is invalid.
patch bad-overlap.dax sparse-dax.dax 32 '\040'
patch bad-index-range.dax sparse-dax.dax 40 '\000\377'
patch bad-checksum.dax sparse-dax.dax 130 '\252'
patch bad-nc-table.dax sparse-dax.dax 8 '\001\000\000\000\001'
# The header of a GameCube image: the block size of 1 MiB, then for each block whether the file has
# it.
patch bad-gamecube.cso sparse-cso1.cso 4 '\000\000\020\000' \
    8 '\001\001\000\001\000\000\000\000\000\000\000\000\000\000\000\000'
