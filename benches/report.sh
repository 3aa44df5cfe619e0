#!/bin/sh
# Measures reading, and writes a table and a plot:
#
#   benches/report.sh [FOLDER]
#
# FOLDER (default: target/report) receives decode.md and decode.svg. CSO_BENCH_IMAGE=game.iso
# measures the given image instead of a generated one.
set -eu
cd "$(dirname "$0")/.."
CSO_BENCH_REPORT=${1:-$PWD/target/report} cargo bench --bench decode
