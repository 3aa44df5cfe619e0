# Functions that the checks share. This file is sourced.

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# debian_install PACKAGE...: installs packages. Waits while another check installs some.
debian_install() {
    local sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    mkdir -p "$PWD/target"
    {
        flock 8
        $sudo apt-get update -qq > /dev/null || fail "the list of packages cannot be downloaded"
        $sudo apt-get install -y -qq --no-install-recommends "$@" > /dev/null ||
            fail "$* cannot be installed"
    } 8> "$PWD/target/packages.lock"
}

# need_debian COMMAND PACKAGE...: installs the packages if the command is missing.
need_debian() {
    local command=$1
    shift
    command -v "$command" > /dev/null && return
    debian_install "$@"
    command -v "$command" > /dev/null || fail "$command is still missing"
}

# Prints the path of maxcso. Installs it in target/ if it is missing.
need_maxcso() {
    local folder=$PWD/target/peers/maxcso
    local program=$folder/node_modules/@emmercm/maxcso-linux-x64/dist/maxcso
    if [ ! -x "$program" ]; then
        need_debian npm npm
        mkdir -p "$folder"
        npm install --silent --prefix "$folder" maxcso@0.1130.11 > /dev/null ||
            fail "maxcso cannot be installed"
    fi
    [ -x "$program" ] || fail "the package of maxcso contains no program"
    printf '%s\n' "$program"
}

# Prints the path of cargo-cinstall, a program of cargo-c. Installs it in target/ if this version is
# missing.
need_cinstall() {
    local version=0.10.24 root=$PWD/target/peers/cargo-c
    local program
    for program in "$(command -v cargo-cinstall || true)" "$root/bin/cargo-cinstall"; do
        if [ -x "$program" ] && "$program" cinstall --version | grep -qF "$version"; then
            printf '%s\n' "$program"
            return
        fi
    done
    # Compiles it without optimization, because that saves more time than running it takes.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR=$root/build \
        cargo install --quiet --locked --root "$root" "cargo-c@$version" >&2 || fail "cargo-c cannot be installed"
    rm -rf "$root/build"
    printf '%s\n' "$root/bin/cargo-cinstall"
}

# Sets old_rust to the oldest version that Cargo.toml supports, and old_root to the folder with it.
# Unpacks it in target/ from Debian's packages, next to the installed Rust.
need_old_rust() {
    old_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    old_root=$PWD/target/rust-$old_rust
    [ -x "$old_root/usr/bin/rustc" ] && return
    command -v apt-get > /dev/null ||
        fail "Rust $old_rust is installed from Debian's packages, which requires apt-get"
    # Libraries that the compiler needs. They do not conflict with installed packages.
    debian_install libllvm19 libcurl4 libhttp-parser2.9 libpcre3 libsqlite3-0 libssh2-1
    debian_unpack "$(dpkg --print-architecture)" "$old_root" "$old_rust" rustc-web cargo-web \
        libstd-rust-web-dev "libstd-rust-web-$old_rust"
}

# debian_unpack ARCHITECTURE FOLDER VERSION PACKAGE...: unpacks the newest packages whose version
# begins with VERSION. Uses separate package lists, because the architecture may be another one.
debian_unpack() {
    local architecture=$1 folder=$2 wanted=$3 apt package version
    shift 3
    apt=$(mktemp -d)
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/packages"
    cat > "$apt/conf" <<CONF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
CONF
    APT_CONFIG=$apt/conf apt-get update -qq > /dev/null ||
        fail "the list of packages cannot be downloaded"
    for package in "$@"; do
        version=$(APT_CONFIG=$apt/conf apt-cache madison "$package" |
            awk -v v="$wanted" 'index($3, v ".") == 1 { print $3; exit }')
        [ -n "$version" ] || fail "Debian has no $package $wanted for $architecture"
        (cd "$apt/packages" && APT_CONFIG=$apt/conf apt-get download -qq "$package=$version") ||
            fail "$package $version cannot be downloaded"
    done
    for package in "$apt/packages"/*.deb; do
        dpkg -x "$package" "$folder"
    done
    rm -r "$apt"
}
