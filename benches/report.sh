#!/bin/sh
# Measures reading and leaves a table and a plot of it in the folder that is named (target/report if
# none is): benches/report.sh [folder]. CSO_BENCH_IMAGE=game.iso measures an image of your own.
set -eu
cd "$(dirname "$0")/.."
CSO_BENCH_REPORT=${1:-$PWD/target/report} cargo bench --bench decode
