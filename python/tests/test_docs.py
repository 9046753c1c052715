"""The examples in the stubs are what happens."""

import ast
import doctest
from pathlib import Path

import pytest

import sprogkit as sk

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
