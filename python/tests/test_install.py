"""What pip puts in place: the package, its version, its stubs."""

import importlib.metadata
from pathlib import Path

import sprogkit as sk


def test_the_version_is_that_of_the_wheel():
    assert sk.__version__ == importlib.metadata.version("sprogkit")


def test_only_numpy_is_required():
    assert importlib.metadata.requires("sprogkit") == ["numpy>=1.26"]


def test_every_module_over_the_core_has_a_stub():
    folder = Path(sk.__file__).parent
    assert (folder / "py.typed").exists()
    for module in folder.glob("[!_]*.py"):
        # What is written in Python alone is typed where it stands.
        if "_native" in module.read_text(encoding="utf-8"):
            assert module.with_suffix(".pyi").exists(), module
