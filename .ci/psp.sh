#!/usr/bin/env bash
# Tests the library for the PSP without a PSP. For C, builds the static library, checks its size and
# symbols, links it with programs that are compiled for the calling convention of the PSP, and runs
# them in an emulator of the processor. For Rust, builds the example as an EBOOT.PBP.
#
#   .ci/psp.sh              runs both parts
#   .ci/psp.sh c rust       runs the named parts
#
# Needs: Debian's rustc-web with its source, gcc-mipsel-linux-gnu, qemu-user-static, genisoimage and
# lld, and cargo-psp. Installs them if they are missing.
# Takes: several minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh
target=${CARGO_TARGET_DIR:-$PWD/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A compiler with the source of its standard library: see examples/psp/build.sh.
need_debian /usr/bin/rustc rustc-web rust-web-src cargo-web
[ -f "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.toml" ] ||
    need_debian no-such-command rust-web-src
need_debian mipsel-linux-gnu-gcc gcc-mipsel-linux-gnu libc6-dev-mipsel-cross
need_debian qemu-mipsel-static qemu-user-static

qemu() {
    timeout 300 qemu-mipsel-static "$@"
}

# ---- C

# Limits in bytes: code and constants, one stack frame, and the stack of one call.
limits_s="--max-text 49152 --max-frame 1024 --max-stack 2560"
limits_3="--max-text 65536 --max-frame 1024 --max-stack 3072"

cflags="-mabi=eabi -march=mips2 -mgp32 -mlong32 -msingle-float -mno-abicalls -fno-pic -ffreestanding
    -fno-builtin -fno-tree-loop-distribute-patterns -std=c11 -O2 -Wall -Wextra -Werror"

# Makes a replacement for rustup with a nightly toolchain, which calls Debian's compiler. This tests
# the part of examples/psp/build.sh that most users run.
make_nightly() {
    local nightly=$target/psp-nightly tool
    mkdir -p "$nightly/bin" "$nightly/lib/rustlib/src/rust/library"
    touch "$nightly/lib/rustlib/src/rust/library/Cargo.toml"
    for tool in rustc cargo; do
        printf '#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec /usr/bin/%s "$@"\n' $tool > "$nightly/bin/$tool"
    done
    cat > "$nightly/rustup" <<RUSTUP
#!/bin/sh
[ "\$*" = "run nightly rustc --print sysroot" ] && echo "$nightly"
RUSTUP
    chmod +x "$nightly/rustup" "$nightly/bin/rustc" "$nightly/bin/cargo"
}

# Makes a replacement for rustup without a nightly toolchain.
make_no_nightly() {
    mkdir "$work/none"
    printf '#!/bin/sh\nexit 1\n' > "$work/none/rustup"
    chmod +x "$work/none/rustup"
}

# build LEVEL LIMITS FOLDER RUSTC: builds the library, and the programs with and without small data.
# FOLDER contains a rustup, and RUSTC is the compiler that the build must choose with it.
build() {
    local small
    printf 'optimization level %s:\n' "$1"
    CSO_PSP_OPT=$1 CSO_PSP_LIMITS=$2 PATH=$3:$PATH examples/psp/build.sh "$work/$1" > "$work/built"
    cat "$work/built"
    grep -qx "Compiling with $4" "$work/built" || fail "the build chose another compiler than $4"
    for small in 0 8; do
        # shellcheck disable=SC2086 # several words, on purpose
        mipsel-linux-gnu-gcc $cflags -G$small -nostdlib -static -Wl,--fatal-warnings -I"$work/$1" \
            tests/psp/check.c tests/psp/runtime.c examples/psp/loader/iso9660.c "$work/$1/libcso.a" \
            -o "$work/check-$1-G$small"
        # The unchanged example, with replacements for the PSPSDK.
        # shellcheck disable=SC2086 # several words, on purpose
        mipsel-linux-gnu-gcc $cflags -G$small -nostdlib -static -Wl,--fatal-warnings \
            -Itests/psp/sdk -I"$work/$1" -Iexamples/psp/loader tests/psp/sdk.c tests/psp/runtime.c \
            examples/psp/loader/*.c "$work/$1/libcso.a" -o "$work/loader-$1-G$small"
    done
}

make_images() {
    need_debian genisoimage genisoimage
    cargo build --quiet --features cli --bin cso
    local cso=$target/debug/cso format
    mkdir "$work/tree"
    cp -r src include README.md LICENSE-MIT "$work/tree"
    head -c 100000 /dev/urandom > "$work/tree/noise.bin"
    head -c 100000 /dev/zero > "$work/tree/zeros.bin"
    genisoimage -quiet -V PSP -o "$work/game.iso" "$work/tree"
    for format in cso1 cso2 zso dax; do
        "$cso" compress --quiet --format "$format" "$work/game.iso" -o "$work/game-$format"
    done
    "$cso" compress --quiet --format cso1 --block-size 16384 "$work/game.iso" -o "$work/game-16k"
    "$cso" compress --quiet --format cso2 --lz4-cost 50 --block-size 4096 "$work/game.iso" \
        -o "$work/game-lz4"
    "$cso" compress --quiet --format dax --dax-areas "$work/game.iso" -o "$work/game-areas"
    cargo run --quiet --example psp_jiso lzo "$work/game.iso" "$work/game-jiso-lzo"
    cargo run --quiet --example psp_jiso deflate "$work/game.iso" "$work/game-jiso-deflate"
    cp "$work/game.iso" "$work/game-plain"
    mkdir "$work/ISO"
    cp "$work/game-cso1" "$work/ISO/game.cso"
}

# Prints the damaged golden files of tests/golden.rs, each with the number of its error.
bad_files() {
    local name kind number
    sed -n 's/^    ("\(bad-[^"]*\)", ErrorKind::\([A-Za-z]*\)),$/\1 \2/p' tests/golden.rs |
        while read -r name kind; do
            number=$(sed -n "s/^    $kind = \([0-9]*\),.*/\1/p" src/error.rs)
            printf '%s %s\n' "$name" "${number:?$kind has no number}"
        done
}

# Checks that the test program calls every function of the header, and that the library defines
# them.
check_complete() {
    # shellcheck disable=SC2086 # several words, on purpose
    mipsel-linux-gnu-gcc $cflags -E -I"$work/s" -include cso.h -xc /dev/null |
        grep -o '\bcso_[a-z0-9_]*(' | tr -d '(' | sort -u > "$work/declared"
    # shellcheck disable=SC2086 # several words, on purpose
    mipsel-linux-gnu-gcc $cflags -c -I"$work/s" tests/psp/check.c -o "$work/check.o"
    mipsel-linux-gnu-nm -u "$work/check.o" | grep -o 'cso_.*' | sort -u > "$work/called"
    diff "$work/declared" "$work/called" || fail "tests/psp/check.c does not call every function"
    mipsel-linux-gnu-nm --defined-only -g "$work/s/libcso.a" 2> /dev/null |
        awk 'NF == 3 && $3 !~ /^cso_private\./ { print $3 }' | sort -u > "$work/defined"
    diff "$work/declared" "$work/defined" || fail "libcso.a has other functions than its header"
}

# Checks the properties that tools/psp_archive checks a second time, with binutils.
check_archive() {
    local library=$1
    mipsel-linux-gnu-nm -u "$library" 2> /dev/null |
        awk 'NF == 2 && $2 !~ /^cso_private\./ { print $2 }' | sort -u > "$work/wanted"
    printf '%s\n' free malloc memalign memcpy memmove memset |
        comm -13 - "$work/wanted" > "$work/unknown"
    [ -s "$work/wanted" ] || fail "$library has no undefined symbols"
    [ ! -s "$work/unknown" ] || fail "$library has undefined symbols: $(cat "$work/unknown")"
    mipsel-linux-gnu-objdump -d --no-show-raw-insn "$library" > "$work/code"
    [ "$(grep -c 'jr	ra' "$work/code")" -ge 50 ] || fail "objdump shows no code of $library"
    ! grep -w gp "$work/code" || fail "$library uses \$gp"
    # Callers that follow EABI reserve no space for the callee above its frame.
    awk -F '\t' '
        / <.*>:$/ { name = $1; frame = 0 }
        $2 ~ /^addiu/ && $3 ~ /^sp,sp,-/ { frame = substr($3, 8) + 0; frames++ }
        $2 ~ /^s(b|h|w|wl|wr|wc1|dc1|c)$/ && $3 ~ /\(sp\)$/ {
            split($3, at, /[,(]/)
            if (at[2] + 0 >= frame) print name, $0
            stores++
        }
        END { if (frames < 30 || stores < 400) print "only", frames, "frames and", stores, "stores" }
    ' "$work/code" > "$work/home"
    [ ! -s "$work/home" ] || fail "$library stores above its frame: $(head -n 3 "$work/home")"
    mipsel-linux-gnu-readelf -h "$library" | grep -q 'Flags: *0x10000001,' ||
        fail "$library is marked with a calling convention"
}

# A program that only opens an image and reads sectors links at most this many bytes of code and
# constants, those of tests/psp/runtime.c among them.
reader_limit=41000

check_reader_size() {
    local size
    # shellcheck disable=SC2086 # several words, on purpose
    mipsel-linux-gnu-gcc $cflags -G0 -nostdlib -static -ffunction-sections -Wl,--gc-sections \
        -Wl,--fatal-warnings -I"$work/s" -Itests/psp tests/psp/reader.c tests/psp/runtime.c \
        "$work/s/libcso.a" -o "$work/reader"
    size=$(mipsel-linux-gnu-size -A "$work/reader" | awk '/^\.(text|rodata)/ { n += $2 } END { print n }')
    printf 'psp: a program that opens and reads has %d bytes of code and constants\n' "$size"
    [ "$size" -ge 20000 ] || fail "the reader was not linked"
    [ "$size" -le $reader_limit ] || fail "that is more than $reader_limit"
}

check_c() {
    local program image name number count=0
    make_nightly
    make_no_nightly
    build s "$limits_s" "$work/none" /usr/bin/rustc
    build 3 "$limits_3" "$target/psp-nightly" "$target/psp-nightly/bin/rustc"
    check_complete
    check_archive "$work/s/libcso.a"
    check_archive "$work/3/libcso.a"
    check_reader_size
    make_images
    bad_files > "$work/bad"
    [ "$(wc -l < "$work/bad")" -ge 15 ] || fail "tests/golden.rs lists too few damaged files"
    for program in "$work"/check-?-G?; do
        for image in "$work"/game-*; do
            qemu "$program" calls "$image" "$work/game.iso" || fail "$program calls $image"
            qemu "$program" read "$image" "$work/game.iso" || fail "$program read $image"
            count=$((count + 2))
        done
        while read -r name number; do
            qemu "$program" bad "tests/golden/$name" "$number" || fail "$program bad $name"
            count=$((count + 1))
        done < "$work/bad"
        qemu "$program" heap > "$work/heap" || fail "$program heap: $(cat "$work/heap")"
        qemu "$program" list "$work/game-cso1" > "$work/list" || fail "$program list"
        grep -qx "README.MD $(stat -c %s README.md)" "$work/list" || fail "README is not listed"
        grep -qx "NOISE.BIN 100000" "$work/list" || fail "NOISE.BIN is not listed"
        count=$((count + 2))
        printf '%s:\n' "${program##*/}"
        cat "$work/heap"
    done
    for program in "$work"/loader-?-G?; do
        (cd "$work" && qemu "$program" > screen) || fail "$program: $(cat "$work/screen")"
        grep -qx " *$(stat -c %s README.md) README.MD" "$work/screen" ||
            fail "$program lists $(cat "$work/screen")"
        grep -q '^[A-Z0-9_.]* begins with [0-9a-f ]*$' "$work/screen" ||
            fail "$program reads nothing: $(cat "$work/screen")"
        count=$((count + 1))
    done
    printf 'psp: %d runs of C programs passed\n' "$count"
}

# ---- Rust

check_rust() {
    local folder=$target/psp-tools
    need_debian ld.lld lld
    if ! [ -x "$folder/bin/cargo-psp" ]; then
        cargo install --quiet --locked --root "$folder" --target-dir "$folder/build" \
            cargo-psp@0.2.8 || fail "cargo-psp cannot be installed"
        rm -rf "$folder/build"
    fi
    # cargo-psp only checks that the name of the compiler version contains "nightly".
    cat > "$work/rustc" <<'RUSTC'
#!/bin/sh
[ "$*" = -vV ] || exec /usr/bin/rustc "$@"
/usr/bin/rustc -vV | sed 's/^\(release: .*\)/\1-nightly/; s/^\(rustc [0-9.]*\)/\1-nightly/'
RUSTC
    chmod +x "$work/rustc"
    (
        cd examples/psp/rust
        export RUSTC_BOOTSTRAP=1 RUSTC=$work/rustc CARGO=/usr/bin/cargo
        export CARGO_TARGET_DIR=$target/psp-rust PATH=$folder/bin:$PATH
        CARGO_TARGET_MIPSEL_SONY_PSP_LINKER=$(command -v ld.lld) \
            "$folder/bin/cargo-psp" psp --release > "$work/log" 2>&1 || fail "$(tail -n 40 "$work/log")"
    )
    local made=$target/psp-rust/mipsel-sony-psp/release/EBOOT.PBP
    [ "$(head -c 4 "$made" | tr -d '\000')" = PBP ] || fail "no EBOOT.PBP was made"
    printf 'psp: the Rust example is an EBOOT.PBP of %d bytes\n' "$(stat -c %s "$made")"
}

[ $# != 0 ] || set -- c rust
for part in "$@"; do
    "check_$part"
done
