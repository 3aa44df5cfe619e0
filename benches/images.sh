#!/usr/bin/env bash
# Makes the two images that the writer is measured on, out of packages of Debian's, and samples of
# them: even stripes of 64 KiB from all over the image.
#
#   benches/images.sh [FOLDER]
#
# FOLDER (target/images if none is named) then holds game.iso, the data of five games, and
# mixed.iso, programs, headers, manuals and made data; and of each samples of 2, 12 and 64 MiB:
# game2.iso, game12.iso and so on. That takes 1.5 GB there and downloads 270 MB, once. The images are the
# same, byte for byte, as long as the packages are.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

folder=${1:-target/images}
mkdir -p "$folder/packages"
folder=$(realpath "$folder")
need_debian genisoimage genisoimage
need_debian python3 python3

game=(freedoom neverball-data lugaru-data openarena-data hedgewars-data)
mixed=(libc6 libc6-dev linux-libc-dev git vim-runtime manpages-dev debian-policy)

# unpack PACKAGE FOLDER
unpack() {
    local found=("$folder/packages/$1"_*.deb)
    if [ ! -e "${found[0]}" ]; then
        (cd "$folder/packages" && apt-get download -qq "$1") || fail "$1 cannot be downloaded"
        found=("$folder/packages/$1"_*.deb)
    fi
    dpkg -x "${found[0]}" "$2"
}

# image NAME TREE: an image of a tree, with no trace of when it was made. Rock Ridge would tell.
image() {
    find "$2" -exec touch --no-dereference --date=@1000000000 {} +
    genisoimage -quiet -iso-level 4 -input-charset iso8859-1 -V "${1^^}" -o "$folder/$1.iso" "$2"
    # The times of both volume descriptors.
    local sector
    for sector in 16 17; do
        printf '2001090901464000%.0s\0' 1 2 3 4 |
            dd of="$folder/$1.iso" bs=1 seek=$((sector * 2048 + 813)) conv=notrunc status=none
    done
}

tree=$(mktemp -d "$folder/tree.XXXXXX")
trap 'rm -rf "$tree"' EXIT

mkdir "$tree/game" "$tree/mixed"
for package in "${game[@]}"; do unpack "$package" "$tree/game"; done
# Manuals are not what discs are full of.
rm -rf "$tree/game/usr/share/doc"
image game "$tree/game"
for package in "${mixed[@]}"; do unpack "$package" "$tree/mixed"; done
python3 benches/images.py make "$tree/mixed"
image mixed "$tree/mixed"

for name in game mixed; do
    for size in 2 12 64; do
        python3 benches/images.py sample "$folder/$name.iso" "$size" "$folder/$name$size.iso"
    done
done
