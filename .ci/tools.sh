# What the checks have in common: sourced, not run.

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# need_debian COMMAND PACKAGE...: installs the packages if the command is missing.
need_debian() {
    local command=$1
    shift
    command -v "$command" > /dev/null && return
    local sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq > /dev/null || fail "the list of packages cannot be had"
    $sudo apt-get install -y -qq --no-install-recommends "$@" > /dev/null ||
        fail "$* cannot be installed"
    command -v "$command" > /dev/null || fail "$command is still missing"
}

# Prints the path of maxcso, installed in target/ if it is not there yet.
need_maxcso() {
    local folder=$PWD/target/peers/maxcso
    local program=$folder/node_modules/@emmercm/maxcso-linux-x64/dist/maxcso
    if [ ! -x "$program" ]; then
        need_debian npm npm
        mkdir -p "$folder"
        npm install --silent --prefix "$folder" maxcso@0.1130.11 > /dev/null ||
            fail "maxcso cannot be installed"
    fi
    [ -x "$program" ] || fail "the package of maxcso holds no program"
    printf '%s\n' "$program"
}

# Prints the path of cargo-c's cargo-cinstall, installed in target/ if this version is not there yet.
need_cinstall() {
    local version=0.10.24 root=$PWD/target/peers/cargo-c
    local program
    for program in "$(command -v cargo-cinstall || true)" "$root/bin/cargo-cinstall"; do
        if [ -x "$program" ] && "$program" cinstall --version | grep -qF "$version"; then
            printf '%s\n' "$program"
            return
        fi
    done
    # It is used a few times: compiling it well would take longer than that saves.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR=$root/build cargo install --quiet --locked --root "$root" \
        "cargo-c@$version" >&2 || fail "cargo-c cannot be installed"
    rm -rf "$root/build"
    printf '%s\n' "$root/bin/cargo-cinstall"
}
