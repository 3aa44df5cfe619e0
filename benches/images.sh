#!/usr/bin/env bash
# Generates the two images for measuring the writer from Debian packages, and samples of them, which
# are stripes of 64 KiB at regular distances.
#
#   benches/images.sh [FOLDER]
#
# Writes to FOLDER (default: target/images): game.iso, with the data of five games; mixed.iso, with
# programs, headers, manuals and generated data; and samples of 2, 12 and 64 MiB of both (game2.iso,
# game12.iso and so on). Takes 1.5 GB of disk space and downloads 270 MB the first time. The images
# are the same, byte for byte, as long as the packages are the same.
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

# image NAME TREE: writes an image of a tree. It has no Rock Ridge data, which would contain the
# times of the files.
image() {
    find "$2" -exec touch --no-dereference --date=@1000000000 {} +
    genisoimage -quiet -iso-level 4 -input-charset iso8859-1 -V "${1^^}" -o "$folder/$1.iso" "$2"
    # Replaces the times in both volume descriptors with a fixed one.
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
# Removes manuals, which discs rarely contain.
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
