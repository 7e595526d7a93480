"""The figures of the topic `one_over_m`: the factor 1/m at two desks, on a graph, and in four number formats.

Code shown in a figure is read from the snippet that the page includes; errors and zeros come from a run of
the precision snippet, kept until that file changes.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from press.figures.model import Figure
from snippets.one_over_m import deferred_or_absorbed, precision

ROOT = Path(__file__).resolve().parents[3]
SIZES = (1, 4, 10, 16, 64, 100, 256, 1000, 1024, 4096, 10000, 16384, 65536)
"""Powers of two, where the places differ in no bit while nothing leaves the format, and powers of ten."""


def assignments(function: Callable[..., Any], *wanted: str) -> list[str]:
    """The lines of a snippet that assign to these names, in the order of `wanted`, as they stand there."""
    text = inspect.getsource(function)
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.get_source_segment(text, node)
    return [str(found[name]) for name in wanted]


def book(function: Callable[..., Any], other: Callable[..., Any]) -> dict[str, list[str]]:
    """The code of one way; and what comes of it when dW and db are taken from the other way."""
    first, *rest = assignments(function, "dZ", "dW", "db")
    _, *swapped = assignments(other, "dZ", "dW", "db")
    mine, theirs = [first, *rest], [first, *swapped]
    divides = "/ m" in rest[0]
    return {"divided": mine if divides else theirs, "plain": theirs if divides else mine}


def against_m() -> dict[str, Any]:
    """Errors and shares of zeros of each format and place, from the snippet's run; null for an infinite error."""
    source = Path(str(precision.__file__)).read_bytes()
    mark = hashlib.sha256(source + repr((SIZES, np.__version__)).encode()).hexdigest()[:16]
    kept = ROOT / ".cache" / "figures" / f"against_m.{mark}.json"
    try:
        found: dict[str, Any] = json.loads(kept.read_text("utf-8"))
        return found
    except (FileNotFoundError, json.JSONDecodeError):
        pass
    made: dict[str, Any] = {"errors": {}, "zeros": {}}
    for form in precision.FORMATS:
        runs = {place: precision.against_m(form, place, SIZES) for place in precision.PLACES}
        made["errors"][form] = {
            place: [float(f"{x:.3g}") if math.isfinite(x) else None for x in errors]
            for place, (errors, _) in runs.items()
        }
        made["zeros"][form] = {place: [round(float(x), 4) for x in zeros] for place, (_, zeros) in runs.items()}
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=kept.parent, suffix=".part", delete=False, encoding="utf-8") as file:
        json.dump(made, file)
    os.replace(file.name, kept)  # another build may be reading
    return made


FIGURES: tuple[Figure, ...] = (
    Figure(
        "two_columns",
        "Two books, one gradient; only dZ differs, by m.",
        "On the left one example, as on the slide; beside it the batch as code, with the 1/m kept for dW and db, and "
        "with the 1/m carried in dZ. The last line compares with a cost that was nudged, without backpropagation. "
        "Move m, then write the factor in both places, or in neither. At one example no mistake shows.",
        {
            "W": [[0.5, -0.3], [-0.2, 0.4], [0.1, 0.2]],
            "b": [0.1, 0.0, -0.1],
            "X": [[1, 2], [-2, 1], [2, -1], [0.5, -0.5], [-1, -2], [1.5, 1], [-0.5, 2], [2, 1.5]],
            "right": [1, 2, 3, 2, 1, 3, 2, 1],
            "code": {
                "deferred": book(deferred_or_absorbed.deferred, deferred_or_absorbed.absorbed),
                "absorbed": book(deferred_or_absorbed.absorbed, deferred_or_absorbed.deferred),
            },
        },
    ),
    Figure(
        "factor_on_the_graph",
        "Wherever one divides, each leaf has been divided once.",
        "Backpropagation through two layers, with the first entry of each array. Move the division down the graph: "
        "it stops multiplying dZ and dA on its way, and each dW and db keeps its value. Then clip dZ and move it "
        "again: what is not linear must not stand in its way.",
        {
            "W1": [[0.6, -0.4], [-0.3, 0.8]],
            "W2": [[1.2, -0.7], [-0.9, 1.1]],
            "X": [[1, 2], [-2, 1], [2, -1], [0.5, -0.5], [-1, -2], [1.5, 1], [-0.5, 2], [2, 1.5]],
            "right": [2, 2, 1, 2, 1, 1, 2, 1],
            "threshold": 0.2,
        },
    ),
    Figure(
        "error_and_zeros",
        "In float16 each way fails at its own end; in the others neither does.",
        "A run of the snippet on this page: the error of the first layer's gradient, and the share of entries of dZ "
        "that came out 0 although they are not. Below, for an entry of dZ, the sizes at which a sum of m of them "
        "overflows and at which it is lost when divided by m. What is right is taken from float64, deferred, so that "
        "line lies on 0 by itself. Change the format.",
        {
            "sizes": list(SIZES),
            "formats": {name: list(ends) for name, ends in precision.FORMATS.items()},
            **against_m(),
        },
    ),
)
