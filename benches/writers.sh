#!/usr/bin/env bash
# Measures writing an image at every level, and with maxcso and other encoders, one after the other
# and with one thread each. Prints bytes, CPU seconds, wall seconds and peak memory as a Markdown
# table, and draws a plot of size against time for CSO v1.
#
#   benches/writers.sh IMAGE [FOLDER] [FORMAT...]
#
# Writes the table and the plot to FOLDER (default: target/report). FORMAT is cso1, cso2, zso or dax
# (default: all four). CSO v1 takes about 40 s for each 10 MB of the image.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

[ $# -ge 1 ] || fail "usage: $0 IMAGE [FOLDER] [FORMAT...]"
image=$(realpath "$1")
report=${2:-target/report}
formats=("${@:3}")
[ "${#formats[@]}" -gt 0 ] || formats=(cso1 cso2 zso dax)

need_debian /usr/bin/time time > /dev/null
maxcso=$(need_maxcso)
cargo build --quiet --release --features cli --bin cso
cargo bench --quiet --no-run --bench peers
cso=target/release/cso
peers=$(find target/release/deps -name 'peers-*' -type f -executable -printf '%T@ %p\n' |
    sort -n | tail -n 1 | cut -d ' ' -f 2)
mkdir -p "$report"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Factors by which measured bytes and times are multiplied. They are 1 unless a sample is measured.
bytes_factor=1 time_factor=1

# measure KIND NAME COMMAND...: appends "kind name bytes cpu wall KiB" to the rows. The command
# writes a file or prints its size in bytes.
measure() {
    local kind=$1 name=$2
    shift 2
    rm -f "$work/out"
    /usr/bin/time -q -o "$work/time" -f '%U %e %M' "$@" > "$work/said" 2> "$work/log" ||
        fail "$name: $(cat "$work/log")"
    local bytes cpu wall memory
    if [ -e "$work/out" ]; then bytes=$(stat -c %s "$work/out"); else bytes=$(cat "$work/said"); fi
    read -r cpu wall memory < "$work/time"
    awk -v kind="$kind" -v name="$name" -v bf="$bytes_factor" -v tf="$time_factor" -v b="$bytes" -v c="$cpu" -v w="$wall" \
        -v m="$memory" 'BEGIN { printf "%s\t%s\t%.0f\t%.2f\t%.2f\t%d\n", kind, name, b * bf, c * tf, w * tf, m }' \
        >> "$work/rows"
}

ours() {
    measure ours "cso, level $1" "$cso" compress --quiet --unrecognized --threads 1 --level "$1" \
        --format "$format" "$image" -o "$work/out"
}

theirs() {
    local name=$1 block=(--block=2048)
    shift
    [ "$format" != dax ] || block=()
    measure maxcso "$name" "$maxcso" --threads=1 "${block[@]}" --format="$format" "$@" "$image" \
        -o "$work/out"
}

# Prints the rows as a table, compared with the first row.
table() {
    printf '| %s | bytes | size | CPU s | CPU | wall s | peak MiB |\n|---|---|---|---|---|---|---|\n' "$1"
    awk -F '\t' 'NR == 1 { b = $3; c = $4 }
        { printf "| %s | %d | %.2f %% | %.2f | %.3f | %.2f | %.0f |\n",
            $2, $3, $3 * 100 / b, $4, (c > 0 ? $4 / c : 0), $5, $6 / 1024 }' "$work/rows"
}

# Draws the rows as a plot.
plot() {
    awk -F '\t' -f benches/writers.awk "$work/rows"
}

for format in "${formats[@]}"; do
    : > "$work/rows"
    case $format in
    zso) theirs "maxcso, LZ4 brute force" --use-lz4brute ;;
    *) theirs "maxcso, default" ;;
    esac
    theirs "maxcso --fast" --fast
    for level in 1 2 3 4 5 6 7 8 9 max; do ours "$level"; done
    case $format in
    cso1)
        measure peer "zlib-rs 9" "$peers" zlib-rs-9 "$image"
        for level in 6 9 12; do
            measure peer "libdeflate $level" "$peers" "libdeflate-$level" "$image"
        done
        # Zopfli is so slow that it compresses only one block in 64. These blocks may compress
        # better or worse than the whole image, so the factor is the ratio of both sizes with
        # libdeflate.
        bytes_factor=$(awk -v all="$("$peers" libdeflate-12 "$image")" \
            -v some="$("$peers" libdeflate-12 "$image" 64)" 'BEGIN { printf "%.9f", all / some }')
        time_factor=64
        measure peer "Zopfli, by one block in 64" "$peers" zopfli "$image" 64
        bytes_factor=1 time_factor=1
        plot > "$report/writers.svg"
        ;;
    zso) measure peer "LZ4 HC 12" "$peers" lz4hc-12 "$image" ;;
    esac
    table "$format" | tee "$report/writers-$format.md"
    printf '\n'
done
