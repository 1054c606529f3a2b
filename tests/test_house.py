"""The house stays small: files under 500 lines, functions under 50."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).resolve().parents[1] / "bot"
FILES = sorted(BOT.rglob("*.py"))


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BOT)))
def test_a_file_stays_under_500_lines_and_its_functions_under_50(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") < 500
    long = [f.name for f in functions_of(ast.parse(source)) if f.end_lineno and f.end_lineno - f.lineno >= 50]
    assert long == []
