"""Builds the C library with cargo and copies it to the place where Meson expects it.

meson.build calls it: meson_cargo.py CARGO OPTIONS... OUTPUT
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("cargo")
for option in ("manifest-path", "target-dir", "profile", "features", "crate-type", "target", "linker"):
    parser.add_argument("--" + option, required=True)
parser.add_argument("output", type=pathlib.Path)
options = parser.parse_args()

command = [
    options.cargo, "rustc", "--locked", "--lib", "--no-default-features",
    "--manifest-path", options.manifest_path,
    "--target-dir", options.target_dir,
    "--profile", options.profile,
    "--features", options.features,
    "--crate-type", options.crate_type,
]
# Debug builds would otherwise compile the C tests of the library.
environment = dict(os.environ, CSO_SKIP_C_TESTS="1")
built = pathlib.Path(options.target_dir)
if options.target:
    command += ["--target", options.target]
    built /= options.target
    if options.linker:
        name = options.target.replace("-", "_")
        environment["CC_" + name] = options.linker
        environment[f"CARGO_TARGET_{name.upper()}_LINKER"] = options.linker
result = subprocess.run(command, env=environment)
if result.returncode != 0:
    sys.exit(result.returncode)
built = built / ("debug" if options.profile == "dev" else options.profile) / options.output.name
shutil.copyfile(built, options.output)
