#!/usr/bin/env python3
"""All tests, on any system with Rust and Python (3.11 or newer); nothing else must be installed.

Sound is compared with the programs in REFERENCES where they are; the end of the output says
which are not.

    python3 tests/all.py             everything
    python3 tests/all.py --rust      the crate alone
    python3 tests/all.py --python    the Python package alone
    python3 tests/all.py --long      and the tests that take long: a file of 2 GB, a million forms

What the tests themselves need (maturin, pytest, ...) goes into a virtual environment in `target/`.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "python" / "tests" / "requirements.txt"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
# What test runners say last: cargo's and pytest's own words, repeated at the end.
CLOSING = re.compile(r"^test result: |^(=+ )?\d+ (passed|failed|error)|^Success: ")
# Programs that sound is compared with; a test without its program skips itself.
REFERENCES = ("ffmpeg", "flac", "sox")

closing: list[str] = []
times: list[tuple[str, float]] = []


def step(name, *command, **environment):
    """Runs one command, shows what it says and how long it took; ends everything if it fails."""
    print(f"\n── {name}: {' '.join(map(str, command))}", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    for line in process.stdout:
        print(line, end="", flush=True)
        if CLOSING.match(line):
            closing.append(f"{name}: {line.strip()}")
    code = process.wait()
    took = time.monotonic() - began
    times.append((name, took))
    print(f"── {name}: {'ok' if code == 0 else f'FAILED ({code})'}, {took:.1f} s", flush=True)
    if code:
        finish(failed=name)


def finish(failed=None):
    """The runners' closing lines, the times, and the verdict; ends the program."""
    print("\n── times")
    for name, took in times:
        print(f"{took:8.1f} s  {name}")
    print(f"{sum(took for _, took in times):8.1f} s  together")
    print("\n── results")
    print("\n".join(closing))
    print(f"FAILED: {failed}" if failed else "all steps passed")
    sys.exit(1 if failed else 0)


def rust(long):
    """The crate: form, lints, tests with everything and with nothing, documentation."""
    step("format", "cargo", "fmt", "--all", "--check")
    lints = ["--workspace", "--all-features", "--all-targets", "--", "-D", "warnings"]
    step("lints", "cargo", "clippy", *lints)
    step("tests, all features", "cargo", "test", "--all-features")
    if long:
        ignored = ["--all-features", "--test", "main", "--", "--ignored"]
        step("long tests", "cargo", "test", *ignored)
    step("tests, no features", "cargo", "test", "--no-default-features")
    step("docs", "cargo", "doc", "--all-features", "--no-deps", RUSTDOCFLAGS="-D warnings")
    for program in REFERENCES:
        if not shutil.which(program):
            closing.append(f"skipped: sound against {program}, which is not installed")


def environment():
    """A virtual environment with the pinned tools; made anew when their list changes."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    home = TARGET / "venv"
    mark = home / "made-of"
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        venv.create(home, with_pip=True)
        quiet = ["--quiet", "--disable-pip-version-check"]
        step("tools", python, "-m", "pip", "install", *quiet, "-r", REQUIREMENTS)
        mark.write_text(wanted)
    return python, programs


def package():
    """The Python package: built as a wheel, installed, tested, its stubs held against it."""
    python, programs = environment()
    wheels = TARGET / "wheels-test"
    shutil.rmtree(wheels, ignore_errors=True)
    # The profile that `cargo test` inherits: what both need is built once.
    build = ["build", "--profile", "dev", "--out", wheels, "--interpreter", python]
    step("wheel", programs / "maturin", *build)
    (wheel,) = wheels.glob("*.whl")
    quiet = ["--quiet", "--disable-pip-version-check"]
    again = ["--force-reinstall", "--no-deps"]
    step("install", python, "-m", "pip", "install", *quiet, *again, wheel)
    step("python form", programs / "ruff", "check", "python", "tests")
    step("python tests", python, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    # What cannot be imported where torch is not installed.
    left = ["--allowlist", "python/tests/stubs.txt", "--ignore-unused-allowlist"]
    step("stubs", python, "-m", "mypy.stubtest", "sprogkit", *left)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rust", action="store_true", help="the crate alone")
    parser.add_argument("--python", action="store_true", help="the Python package alone")
    parser.add_argument("--long", action="store_true", help="the tests that take long, too")
    chosen = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    if chosen.rust or not chosen.python:
        rust(chosen.long)
    if chosen.python or not chosen.rust:
        package()
    finish()


if __name__ == "__main__":
    main()
