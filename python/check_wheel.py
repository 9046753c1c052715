#!/usr/bin/env python3
"""Builds the wheel that is published, installs it into a clean environment and runs it there.

    python3 python/check_wheel.py            build dist/*.whl for old and new Linux, and try it
    python3 python/check_wheel.py --native   the same for this system alone (no cross linker)
    python3 python/check_wheel.py WHEEL      only try a wheel that is there already

On Linux the wheel is linked by zig against an old C library (manylinux), so that it runs on
systems older than this one; elsewhere it is built for this system.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
TOOLS = ["maturin==1.16.0", "ziglang==0.15.2"]
# The oldest C library that the Rust standard library and zig both support.
COMPATIBILITY = "manylinux2014"

# What a first user does; run in the clean environment, from a folder of its own.
FIRST_STEPS = """
import sprogkit as sk
words = [word.text for word in sk.text.words("Hej, Søren!")]
assert words == ["Hej", ",", "Søren", "!"], words
print("sprogkit", sk.__version__, "from", sk.__file__)
"""


def run(*command, **options):
    print("──", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True, **options)


def environment(folder):
    venv.create(folder, with_pip=True, clear=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def build(native):
    programs = environment(ROOT / "target" / "venv-wheel")
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, *(TOOLS[:1] if native else TOOLS))
    shutil.rmtree(DIST, ignore_errors=True)
    manylinux = [] if native else ["--zig", "--compatibility", COMPATIBILITY]
    command = [programs / "maturin", "build", "--release", "--out", DIST, *manylinux]
    # maturin looks for zig as a module of the first `python3`.
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    run(*command, "--interpreter", programs / "python", cwd=ROOT, env=os.environ | {"PATH": path})
    (wheel,) = DIST.glob("*.whl")
    return wheel


def check(wheel):
    with tempfile.TemporaryDirectory(prefix="sprogkit-") as folder:
        programs = environment(Path(folder) / "clean")
        pip = [programs / "python", "-m", "pip", "install", "--quiet"]
        run(*pip, "--disable-pip-version-check", wheel.resolve())
        run(programs / "python", "-c", FIRST_STEPS, cwd=folder)
        run(programs / "sprogkit", "demo", "--out", Path(folder) / "demo", cwd=folder)
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, installed and run")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("wheel", nargs="?", type=Path, help="only try this wheel")
    parser.add_argument("--native", action="store_true", help="for this system alone")
    chosen = parser.parse_args()
    check(chosen.wheel or build(chosen.native or sys.platform != "linux"))


if __name__ == "__main__":
    main()
