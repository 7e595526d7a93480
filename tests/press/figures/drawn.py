"""What a figure draws and says, in a state that a reader can bring about."""

from __future__ import annotations

from functools import cache
from typing import Any

from press.figures import build
from press.figures.model import Figure


@cache
def _figures() -> dict[str, Figure]:
    return {one.name: one for topic in build.TOPICS for one in build.figures(topic)}


def drawn(engine: Any, name: str, **moved: Any) -> dict[str, Any]:
    """What `draw` gives, with the controls `moved` from where the figure opens."""
    data = dict(_figures()[name].data)
    made: dict[str, Any] = engine.call(
        "figures.draw", name, {**engine.call("figures.opening", name, data), **moved}, data
    )
    return made


def readout(engine: Any, name: str, **moved: Any) -> dict[str, str]:
    return dict(drawn(engine, name, **moved)["readout"])


def plain(text: str) -> float:
    """A number of a readout, which has the minus sign of print."""
    return float(text.removesuffix(" °C").replace("\u2212", "-"))
