"""The mutator itself: it breaks what it says, and the harness tells a strong test from a weak one."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.mutation import harness
from tests.mutation.mutator import keys, mutants

SOURCE = '''"""A docstring with 1 + 1."""

from __future__ import annotations

import numpy as np

START = 2


def mean(x: np.ndarray, shift: int = 0) -> float:
    """Another, with x[0]."""
    if not x.size > 0 and True:
        raise ValueError(f"x: expected entries, got {x.size - 1}")
    total = -x.sum(axis=0) * START
    total += x[shift : shift + 1][0] @ x.T
    return float(total / 3)


if __name__ == "__main__":
    print(mean(np.ones(3)))
'''


def changes(tmp_path: Path, source: str = SOURCE) -> list[tuple[str, str]]:
    path = tmp_path / "thing.py"
    path.write_text(source, encoding="utf-8")
    return [(one.before, one.after) for one in mutants(path)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("START = 2", "START = 3"),
        ("START = 2", "START = 1"),
        ("if not x.size > 0 and True:", "if x.size > 0 and True:"),
        ("if not x.size > 0 and True:", "if not x.size >= 0 and True:"),
        ("if not x.size > 0 and True:", "if not x.size < 0 and True:"),
        ("if not x.size > 0 and True:", "if not x.size > 1 and True:"),
        ("if not x.size > 0 and True:", "if not x.size > 0 or True:"),
        ("if not x.size > 0 and True:", "if not x.size > 0 and False:"),
        ("if not x.size > 0 and True:", "if True:"),
        ("if not x.size > 0 and True:", "if False:"),
        (
            "raise ValueError(f'x: expected entries, got {x.size - 1}')",
            "raise ValueError(f'x: expected entries, got {x.size + 1}')",
        ),
        ("raise ValueError(f'x: expected entries, got {x.size - 1}')", "(gone)"),
        ("total = -x.sum(axis=0) * START", "total = x.sum(axis=0) * START"),
        ("total = -x.sum(axis=0) * START", "total = -x.sum(axis=1) * START"),
        ("total = -x.sum(axis=0) * START", "total = -x.sum() * START"),
        ("total = -x.sum(axis=0) * START", "total = -x.mean(axis=0) * START"),
        ("total = -x.sum(axis=0) * START", "total = -x * START"),
        ("total = -x.sum(axis=0) * START", "total = -x.sum(axis=0) / START"),
        ("total += x[shift:shift + 1][0] @ x.T", "total -= x[shift:shift + 1][0] @ x.T"),
        ("total += x[shift:shift + 1][0] @ x.T", "total += x[shift:shift - 1][0] @ x.T"),
        ("total += x[shift:shift + 1][0] @ x.T", "total += x[:shift + 1][0] @ x.T"),
        ("total += x[shift:shift + 1][0] @ x.T", "total += x[shift:][0] @ x.T"),
        ("total += x[shift:shift + 1][0] @ x.T", "total += x[shift:shift + 1][1] @ x.T"),
        ("total += x[shift:shift + 1][0] @ x.T", "total += x[shift:shift + 1][0] @ x"),
        ("total += x[shift:shift + 1][0] @ x.T", "(gone)"),
        ("return float(total / 3)", "return -float(total / 3)"),
        ("return float(total / 3)", "return float(total * 3)"),
        ("return float(total / 3)", "return float(total / 4)"),
    ],
)
def test_each_kind_of_slip_is_made(before: str, after: str, tmp_path: Path) -> None:
    assert (before, after) in changes(tmp_path)


def test_an_index_is_shifted_and_arguments_are_exchanged(tmp_path: Path) -> None:
    made = changes(tmp_path, "def f(x, i):\n    return g(x[i], x[i, 0])\n")
    for after in ("return g(x[i + 1], x[i, 0])", "return g(x[i - 1], x[i, 0])", "return g(x[i, 0], x[i])"):
        assert ("return g(x[i], x[i, 0])", after) in made


def test_a_call_of_everything_in_a_list_gives_the_list(tmp_path: Path) -> None:
    assert ("path = Path(*names)", "path = names") in changes(tmp_path, "path = Path(*names)\n")


def test_words_and_annotations_and_the_main_block_are_left_alone(tmp_path: Path) -> None:
    made = changes(tmp_path)
    assert made
    for before, after in made:
        assert "print" not in before
        assert "docstring" not in before
        assert "import" not in before
        assert before != after
        assert "x: np.ndarray" in after or not after.startswith("def")


def test_the_file_is_whole_again_after_each_mutant(tmp_path: Path) -> None:
    path = tmp_path / "thing.py"
    path.write_text("def f(a, b):\n    return a + b * 2\n", encoding="utf-8")
    befores = {one.before for one in mutants(path)}
    assert befores == {"return a + b * 2"}
    results = []
    for one in mutants(path):
        assert f"{path}:2 in f" in str(one)
        results.append(harness.load(one.code).f(10, 3))
    assert 16 not in results
    assert set(results) >= {4, 11.5, 15, 19, 13, -16}


def test_a_file_without_anything_to_break_makes_no_mutant(tmp_path: Path) -> None:
    assert changes(tmp_path, '"""Words."""\n\nimport os\n') == []


def strong(snippet: Any) -> None:
    assert snippet.f(2, 3) == 8
    assert snippet.f(1, 1) == 3


def weak(snippet: Any) -> None:
    assert snippet.f(0, 0) == 0


def test_survivors_are_those_of_a_weak_test_and_are_named(tmp_path: Path) -> None:
    path = tmp_path / "thing.py"
    path.write_text("def f(a, b):\n    return a + b * 2\n", encoding="utf-8")
    found = list(mutants(path))
    assert harness.survivors(found, [strong]) == []
    left = harness.survivors(found, [weak])
    assert "thing.f: return a + b * 2 → return a - b * 2" in [one.key for one in left]
    assert f"{path}:2 in f\n    - return a + b * 2\n    + return a - b * 2" in [str(one) for one in left]


def test_a_sample_is_each_nth_mutant_and_the_names_are_those_of_all(tmp_path: Path) -> None:
    path = tmp_path / "thing.py"
    path.write_text(SOURCE, encoding="utf-8")
    everything = [one.key for one in mutants(path)]
    assert [one.key for one in mutants(path, every=4)] == everything[::4]
    assert keys(path) == everything


def test_a_warning_and_an_error_on_import_count_as_refused() -> None:
    def warns(snippet: Any) -> None:
        warnings.warn("leaked", RuntimeWarning, stacklevel=1)

    def passes(snippet: Any) -> None:
        return None

    fine = compile(ast.parse("x = 1"), "fine", "exec")
    assert not harness.fails(fine, [passes])
    assert harness.fails(fine, [passes, warns])
    assert harness.fails(compile(ast.parse("1 / 0"), "broken", "exec"), [passes])


def test_checks_refuse_a_module_without_tests_of_the_snippet(monkeypatch: pytest.MonkeyPatch) -> None:
    import tests.snippets.quality.test_softmax as module

    for name in [name for name in vars(module) if name.startswith("test_")]:
        monkeypatch.delattr(module, name)
    with pytest.raises(ValueError, match="stem: expected tests that take the snippet alone, got none for 'softmax'"):
        harness.checks("softmax", "quality")
