#!/usr/bin/env bash
# Uses the library from projects of other build systems, as docs/build_systems.md describes: with
# CMake by find_package, add_subdirectory, FetchContent and ExternalProject, and with Meson as a
# dependency and as a subproject. Runs the program of each project.
#
# Needs: cmake, ninja, meson and cargo-c. Installs them if they are missing.
# Takes: about six minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/tools.sh

for tool in cmake:cmake ninja:ninja-build meson:meson git:git pkg-config:pkg-config cc:build-essential; do
    need_debian "${tool%:*}" "${tool#*:}"
done
cinstall=$(need_cinstall)

source=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
image=$work/image.iso
{ head -c 32768 /dev/zero; printf '\001CD001\001'; head -c 2041 /dev/zero; } > "$image"

# quiet COMMAND...: prints the output of the command only if it fails.
quiet() {
    "$@" > "$work/log" 2>&1 || { cat "$work/log"; fail "$*"; }
}

# run NAME FOLDER [shared|static]: runs the program in FOLDER, and checks with which library it was
# linked.
run() {
    local output linked=static
    output=$("$2/consumer" "$image" "$work/image.cso") || fail "$1: the program fails"
    [ "$output" = "cso $version" ] || fail "$1: the program prints $output"
    ! readelf -d "$2/consumer" | grep -q 'NEEDED.*libcso' || linked=shared
    [ "$linked" = "$3" ] || fail "$1: the program is linked with the $linked library"
    printf '%s: %s library, linked and run\n' "$1" "$3"
}

# consumer NAME KIND CMAKE_ARGUMENT...: builds the project in tests/cmake and runs its program.
consumer() {
    local name=$1 kind=$2
    shift 2
    quiet cmake -S tests/cmake -B "$work/$name" -G Ninja "-DCSO_SOURCE=$source" "$@"
    quiet cmake --build "$work/$name"
    run "$name" "$work/$name" "$kind"
}

quiet cmake -P tests/cmake/targets.cmake

consumer subdirectory static -DHOW=add_subdirectory -DCMAKE_BUILD_TYPE=Release
consumer subdirectory-debug shared -DHOW=add_subdirectory -DCMAKE_BUILD_TYPE=Debug -DBUILD_SHARED_LIBS=ON

# A build folder with several configurations.
quiet cmake -S tests/cmake -B "$work/multi" -G "Ninja Multi-Config" -DHOW=add_subdirectory "-DCSO_SOURCE=$source" \
    -DCSO_LIBDEFLATE=OFF
for configuration in Debug Release; do
    quiet cmake --build "$work/multi" --config $configuration
    run "multi-config $configuration" "$work/multi/$configuration" static
done

# FetchContent clones the last commit.
git clone -q "file://$source" "$work/clone"
consumer fetchcontent static -DHOW=FetchContent "-DCSO_SOURCE=$work/clone" -DCMAKE_BUILD_TYPE=Release

quiet cmake -S tests/cmake/external -B "$work/external" -G Ninja "-DCSO_SOURCE=$source"
quiet cmake --build "$work/external"
run ExternalProject "$work/external/consumer-prefix/src/consumer-build" static

quiet cmake -S . -B "$work/install" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
    -DCMAKE_INSTALL_PREFIX="$work/cmake-prefix"
quiet cmake --build "$work/install"
quiet cmake --install "$work/install"
consumer find_package-cmake shared -DHOW=find_package "-DCMAKE_PREFIX_PATH=$work/cmake-prefix"
[ "$(PKG_CONFIG_PATH=$work/cmake-prefix/lib/pkgconfig pkg-config --modversion cso)" = "$version" ] ||
    fail "cso.pc has another version"

# cargo-c installs both libraries.
prefix=$work/prefix
quiet "$cinstall" cinstall --release --locked --prefix "$prefix" --libdir lib
consumer find_package-static static -DHOW=find_package "-DCMAKE_PREFIX_PATH=$prefix"
consumer find_package-shared shared -DHOW=find_package "-DCMAKE_PREFIX_PATH=$prefix" -DBUILD_SHARED_LIBS=ON

[ "$(meson introspect meson.build --projectinfo | sed -n 's/.*"version": "\([0-9.]*\)".*/\1/p')" = "$version" ] ||
    fail "meson.build has another version than Cargo.toml"
mkdir "$work/meson"
cp tests/meson/meson.build tests/install/main.c "$work/meson"
PKG_CONFIG_PATH=$prefix/lib/pkgconfig quiet meson setup "$work/meson-dependency" "$work/meson"
quiet ninja -C "$work/meson-dependency"
LD_LIBRARY_PATH=$prefix/lib run meson-dependency "$work/meson-dependency" shared
mkdir "$work/meson/subprojects"
git clone -q "file://$source" "$work/meson/subprojects/cso"
quiet meson setup "$work/meson-subproject" "$work/meson" --buildtype release \
    --default-library static --wrap-mode forcefallback
quiet ninja -C "$work/meson-subproject"
run meson-subproject "$work/meson-subproject" static
