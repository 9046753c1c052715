"""The `sprogkit` command that pip installs: the same program as the Rust binary."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import sprogkit as sk

SCRIPT = Path(sysconfig.get_path("scripts")) / ("sprogkit.exe" if os.name == "nt" else "sprogkit")


def run(*arguments, code=0, **options):
    command = [str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", **options)
    assert done.returncode == code, done.stderr
    return done


def test_the_version():
    assert run("--version").stdout == f"sprogkit {sk.__version__}\n"


def test_words_as_python_finds_them():
    text = "Hej, Søren!\nDet koster 5 kr.\n"
    found = [json.loads(line) for line in run("words", "--json", input=text).stdout.splitlines()]
    assert [word["text"] for word in found] == [
        word.text for line in text.splitlines() for word in sk.text.words(line)
    ]


@pytest.mark.parametrize(("arguments", "code"), [(["frobnicate"], 2), (["verify", "nothing"], 1)])
def test_failure_is_said_and_counted(arguments, code, tmp_path):
    done = run(*arguments, code=code, cwd=tmp_path)
    assert done.stdout == ""
    assert done.stderr


def test_as_a_module():
    command = [sys.executable, "-m", "sprogkit", "--version"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == f"sprogkit {sk.__version__}\n"


def test_the_demo(tmp_path):
    assert "smagsprøve" in run("demo", "--out", tmp_path / "demo").stdout
    with sk.open(tmp_path / "demo") as pack:
        assert pack.id == "smagsproeve"
        assert len(pack.layer("words")) == len(pack.documents)
        assert pack.layer("words").unit == "char"
