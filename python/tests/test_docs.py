"""The examples in the stubs are what happens; those of the README run as they are printed."""

import ast
import doctest
import re
from pathlib import Path

import pytest

import sprogkit as sk

README = Path(__file__).resolve().parents[2] / "README.md"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def examples():
    """Each docstring with an example, under its name."""
    for stub in sorted(Path(sk.__file__).parent.glob("*.pyi")):
        for node in ast.walk(ast.parse(stub.read_text(encoding="utf-8"))):
            docstring = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
            if docstring and ">>>" in docstring:
                name = f"{stub.stem}.{getattr(node, 'name', '')}"
                yield pytest.param(docstring, id=name)


@pytest.mark.parametrize("docstring", list(examples()))
def test_examples(docstring, request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(docstring, {}, request.node.name, None, 0)
    said = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert not said, "".join(said)


def test_there_are_examples():
    assert len(list(examples())) > 2


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    readme = README.read_text(encoding="utf-8")
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL))
    assert blocks
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "readme"}
    for block in blocks:
        # Line numbers in a traceback are those of the README.
        lines = "\n" * readme.count("\n", 0, block.start(1))
        exec(compile(lines + block[1], str(README), "exec"), names)
