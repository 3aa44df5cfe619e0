#!/usr/bin/env bash
# The oldest Rust that Cargo.toml promises compiles the crate: Debian's packages of that version,
# unpacked in target/, beside whatever Rust is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

promised=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
folder=$PWD/target/msrv-$promised

# The newest build of that version. It is not installed: another one may be, for the PSP.
unpack() {
    local version package
    command -v apt-get > /dev/null || fail "Rust $promised is had from Debian's packages"
    $sudo apt-get update -qq > /dev/null || fail "the list of packages cannot be had"
    version=$(apt-cache madison rustc-web | awk -v v="$promised" 'index($3, v ".") == 1 { print $3; exit }')
    [ -n "$version" ] || fail "Debian has no rustc-web $promised"
    # What the packages depend on does not conflict with anything.
    $sudo apt-get install -y -qq --no-install-recommends libllvm19 libcurl4 libhttp-parser2.9 \
        libpcre3 libsqlite3-0 libssh2-1 > /dev/null || fail "the libraries of Rust $promised"
    mkdir -p "$folder/packages"
    (
        cd "$folder/packages"
        apt-get download -qq "rustc-web=$version" "cargo-web=$version" \
            "libstd-rust-web-dev=$version" "libstd-rust-web-$promised=$version" 2>&1
    ) > "$folder/log" || fail "the packages of Rust $promised: $(cat "$folder/log")"
    for package in "$folder/packages"/*.deb; do
        dpkg -x "$package" "$folder/root"
    done
    rm -r "$folder/packages"
}

sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
[ -x "$folder/root/usr/bin/rustc" ] || unpack
root=$folder/root
libraries=$root/usr/lib/x86_64-linux-gnu
old() {
    env LD_LIBRARY_PATH="$libraries" RUSTC="$root/usr/bin/rustc" CARGO_TARGET_DIR="$folder/target" \
        "$root/usr/bin/cargo" "$@"
}
old --version | grep -q "^cargo $promised\." || fail "this is not cargo $promised: $(old --version)"
old check --quiet --locked --lib --bins --all-features
old check --quiet --locked --lib --no-default-features
printf 'Rust %s compiles the crate\n' "$promised"
