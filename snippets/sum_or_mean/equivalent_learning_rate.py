"""What undoes a factor of the cost: optimisers as pure step functions, walked with the factor and without.

A step takes the weights w, (D,), the gradient dw, (D,), and its memory, and gives new weights and a new memory.
Nothing is changed in place.

Source: a forum thread and a question on a sum in the place of a mean; each optimiser as its paper or course has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class Memory(NamedTuple):
    """The average of the gradients, that of their squares, and how many steps were taken."""

    v: Array | float = 0.0
    s: Array | float = 0.0
    n: int = 0


def _finite(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless it is real, finite, not empty, with `axes` axes."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    if given.ndim != axes or not given.size:
        raise ValueError(f"{name}: expected {axes} axes and at least one entry, got shape {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"{name}: expected finite numbers, got {given[~np.isfinite(given)][0]}")
    return given.astype(np.float64)


def _given(w: ArrayLike, dw: ArrayLike, **settings: float) -> tuple[Array, Array]:
    """w and dw as floats; ValueError unless they have one shape, and every setting is positive."""
    w, dw = _finite("w", w, np.ndim(w)), _finite("dw", dw, np.ndim(dw))
    if dw.shape != w.shape:
        raise ValueError(f"dw: expected shape {w.shape}, as w has, got {dw.shape}")
    for name, value in settings.items():
        _positive(name, value, 0)
    return w, dw


def _positive(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless they are finite and positive."""
    given = _finite(name, value, axes)
    if (given <= 0).any():
        raise ValueError(f"{name}: expected positive numbers, got {given[given <= 0][0]}")
    return given


# --8<-- [start:steps]
def sgd(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float) -> tuple[Array, Memory]:
    """Against the gradient; nothing is remembered.

    Raises ValueError for two shapes, numbers that are not finite, and settings that are not positive.

    >>> sgd([1.0], [2.0], Memory(), lr=0.25)[0]
    array([0.5])
    """
    w, dw = _given(w, dw, lr=lr)
    return w - lr * dw, memory


def momentum_buffer(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, beta: float = 0.9) -> tuple[Array, Memory]:
    """Momentum, first form: the gradient is added to what β leaves of the buffer. Raises ValueError as `sgd` does.

    >>> momentum_buffer([1.0], [2.0], Memory(v=-2.0), lr=0.5, beta=0.5)[0]
    array([0.5])
    """
    w, dw = _given(w, dw, lr=lr, beta=beta)
    v = beta * memory.v + dw
    return w - lr * v, Memory(v)


def momentum_average(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, beta: float = 0.9) -> tuple[Array, Memory]:
    """Momentum, second form: an exponentially weighted average. Raises ValueError as `sgd` does.

    >>> momentum_average([1.0], [2.0], Memory(), lr=0.5, beta=0.5)[0]
    array([0.5])
    """
    w, dw = _given(w, dw, lr=lr, beta=beta)
    v = beta * memory.v + (1 - beta) * dw
    return w - lr * v, Memory(v)


# --8<-- [end:steps]


# --8<-- [start:adaptive]
def rmsprop(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, eps: float = 1e-8) -> tuple[Array, Memory]:
    """The gradient over the root of the average square. Raises ValueError as `sgd` does.

    >>> rmsprop([1.0], [2.0], Memory(), lr=0.5, eps=1e-8)[0].round(4)
    array([-0.5811])
    """
    w, dw = _given(w, dw, lr=lr, eps=eps)
    s = 0.9 * memory.s + 0.1 * dw**2
    return w - lr * dw / (np.sqrt(s) + eps), Memory(s=s)


def _corrected(dw: Array, memory: Memory) -> tuple[Array, Array, Memory]:
    """Both averages of Adam with their bias corrected, and the memory."""
    v, s, n = 0.9 * memory.v + 0.1 * dw, 0.999 * memory.s + 0.001 * dw**2, memory.n + 1
    return v / (1 - 0.9**n), s / (1 - 0.999**n), Memory(v, s, n)


def adam(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, eps: float = 1e-8) -> tuple[Array, Memory]:
    """Adam, ε beside the root, as published. Raises ValueError as `sgd` does.

    >>> adam([1.0], [2.0], Memory(), lr=0.5)[0].round(4)
    array([0.5])
    """
    w, dw = _given(w, dw, lr=lr, eps=eps)
    v, s, memory = _corrected(dw, memory)
    return w - lr * v / (np.sqrt(s) + eps), memory


def adam_inside(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, eps: float = 1e-8) -> tuple[Array, Memory]:
    """Adam, ε under the root. Raises ValueError as `sgd` does.

    >>> adam_inside([1.0], [2.0], Memory(), lr=0.5, eps=12.0)[0].round(4)
    array([0.75])
    """
    w, dw = _given(w, dw, lr=lr, eps=eps)
    v, s, memory = _corrected(dw, memory)
    return w - lr * v / np.sqrt(s + eps), memory


def adamw(
    w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, lam: float = 0.5, eps: float = 1e-8
) -> tuple[Array, Memory]:
    """Adam, and the weights decay on their own. Raises ValueError as `sgd` does.

    >>> adamw([1.0], [2.0], Memory(), lr=0.5, lam=0.25)[0].round(4)
    array([0.375])
    """
    w, dw = _given(w, dw, lam=lam)
    moved, memory = adam(w, dw, memory, lr, eps)
    return moved - lr * lam * w, memory


# --8<-- [end:adaptive]


# --8<-- [start:clipping]
def sgd_with_penalty(w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, lam: float = 0.5) -> tuple[Array, Memory]:
    """SGD with (λ/2) ‖w‖² added to the cost. Raises ValueError as `sgd` does.

    >>> sgd_with_penalty([1.0], [2.0], Memory(), lr=0.25, lam=0.5)[0]
    array([0.375])
    """
    w, dw = _given(w, dw, lam=lam)
    return sgd(w, dw + lam * w, memory, lr)


def adam_with_penalty(
    w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, lam: float = 0.5, eps: float = 1e-8
) -> tuple[Array, Memory]:
    """Adam with (λ/2) ‖w‖² added to the cost: the averages take the penalty in. Raises ValueError as `sgd` does.

    >>> adam_with_penalty([1.0], [2.0], Memory(), lr=0.5)[0].round(4)
    array([0.5])
    """
    w, dw = _given(w, dw, lam=lam)
    return adam(w, dw + lam * w, memory, lr, eps)


def clipped_by_norm(
    w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, threshold: float = 0.5
) -> tuple[Array, Memory]:
    """SGD; a gradient longer than the threshold is cut to that length. Raises ValueError as `sgd` does.

    >>> clipped_by_norm([0.0, 0.0], [3.0, 4.0], Memory(), lr=1.0, threshold=2.5)[0]
    array([-1.5, -2. ])
    """
    w, dw = _given(w, dw, threshold=threshold)
    norm = np.sqrt((dw**2).sum())
    return sgd(w, dw * min(1, threshold / norm), memory, lr)


def clipped_by_value(
    w: ArrayLike, dw: ArrayLike, memory: Memory, lr: float, threshold: float = 0.5
) -> tuple[Array, Memory]:
    """SGD; every entry of the gradient is cut at the threshold. Raises ValueError as `sgd` does.

    >>> clipped_by_value([0.0, 0.0], [3.0, 1.0], Memory(), lr=1.0, threshold=2.5)[0]
    array([-2.5, -1. ])
    """
    w, dw = _given(w, dw, threshold=threshold)
    return sgd(w, np.clip(dw, -threshold, threshold), memory, lr)


# --8<-- [end:clipping]


def _bowl(w: Array) -> Array:
    """The gradient, (2,), of a cost that is a bowl of two weights; it is 0 at (1, −2)."""
    a, b = w - np.array([1.0, -2.0])
    return np.array([a + 0.5 * b, 0.5 * a + 0.5 * b])


# --8<-- [start:walk]
def walk(step: Callable[..., tuple[Array, Memory]], lrs: ArrayLike, factors: ArrayLike, **settings: float) -> Array:
    """The two weights before and after each step on a bowl whose cost is multiplied, (steps + 1, 2).

    Step n has the learning rate lrs[n], and its gradient is multiplied by factors[n], the last of which is
    repeated from the first. Raises ValueError for learning rates and factors that are not positive and finite,
    and as the step does.

    >>> walk(sgd, [0.5], [2.0]).tolist()
    [[0.0, 0.0], [0.0, -0.5]]
    """
    rates, repeated = _positive("lrs", lrs, 1), _positive("factors", factors, 1)
    w, memory = np.zeros(2), Memory()
    path = [w]
    for n, lr in enumerate(rates):
        w, memory = step(w, repeated[n % len(repeated)] * _bowl(w), memory, lr, **settings)
        path.append(w)
    return np.array(path)


# --8<-- [end:walk]


# what a step is given, and with which power of the factor each of it has to be multiplied
REPAIRS: dict[Callable[..., tuple[Array, Memory]], tuple[dict[str, float], dict[str, int]]] = {
    sgd: ({}, {"lr": -1}),
    momentum_buffer: ({}, {"lr": -1}),
    momentum_average: ({}, {"lr": -1}),
    rmsprop: ({"eps": 1e-8}, {"eps": 1}),
    adam: ({"eps": 1e-8}, {"eps": 1}),
    adam_inside: ({"eps": 1e-8}, {"eps": 2}),
    adamw: ({"eps": 1e-8, "lam": 0.5}, {"eps": 1}),
    sgd_with_penalty: ({"lam": 0.5}, {"lr": -1, "lam": 1}),
    adam_with_penalty: ({"eps": 1e-8, "lam": 0.5}, {"eps": 1, "lam": 1}),
    clipped_by_norm: ({"threshold": 0.4}, {"lr": -1, "threshold": 1}),
    clipped_by_value: ({"threshold": 0.4}, {"lr": -1, "threshold": 1}),
}


def _repaired(
    step: Callable[..., tuple[Array, Memory]], repairs: tuple[str, ...], c: float
) -> tuple[float, dict[str, float], dict[str, float]]:
    """What the learning rates are multiplied by; the settings as they are; the settings as they become."""
    if step not in REPAIRS:
        raise ValueError(f"step: expected one of the table, got {getattr(step, '__name__', step)}")
    settings, powers = REPAIRS[step]
    unknown = [name for name in repairs if name not in powers]
    if unknown:
        raise ValueError(f"repairs: expected some of {', '.join(powers)}, got {unknown[0]}")
    scale = {name: c ** powers[name] for name in repairs}
    changed = {name: value * scale.get(name, 1.0) for name, value in settings.items()}
    return scale.get("lr", 1.0), settings, changed


# --8<-- [start:difference]
def difference(
    step: Callable[..., tuple[Array, Memory]], repairs: tuple[str, ...] = (), factors: ArrayLike = (64.0,)
) -> float:
    """The largest distance, in one weight, between walks of 20 steps on a bowl and on the multiplied bowl.

    `repairs` are the settings that are adjusted, by the first factor. Raises ValueError for a step or a
    repair that is not in the table, and as `walk` does.

    >>> difference(sgd, ("lr",))
    0.0
    """
    c = _positive("factors", factors, 1)[0]
    over, settings, changed = _repaired(step, repairs, c)
    lrs = 0.125 / 2 ** (np.arange(20) // 10)  # a schedule: halved once
    apart = walk(step, over * lrs, factors, **changed) - walk(step, lrs, [1.0], **settings)
    return float(np.abs(apart).max())


# --8<-- [end:difference]


def example_steps() -> None:
    # --8<-- [start:steps-example]
    for step in (sgd, momentum_buffer, momentum_average):
        for c, lr in ((1, 0.25), (64, 0.25 / 64)):
            w, memory = np.array([1.0, -1.0]), Memory()
            for dw in (np.array([2.0, 4.0]), np.array([-1.0, 3.0])):
                w, memory = step(w, c * dw, memory, lr)
            print(f"{step.__name__:16}  cost times {c:2}  w {w}  v {memory.v}")
    # --8<-- [end:steps-example]


def example_adaptive() -> None:
    # --8<-- [start:adaptive-example]
    for step in (rmsprop, adam, adam_inside):
        for c in (1, 64):
            w, _ = step(np.array([0.0, 0.0]), c * np.array([1e-6, -1e-3]), Memory(), lr=1.0)
            print(f"{step.__name__:11}  cost times {c:2}  first step {w.round(5)}")
    # --8<-- [end:adaptive-example]


def example_clipping() -> None:
    # --8<-- [start:clipping-example]
    w, dw = np.array([0.0, 0.0]), np.array([3.0, 4.0])
    for step in (clipped_by_norm, clipped_by_value):
        for c, threshold in ((1, 2.5), (64, 2.5), (64, 64 * 2.5)):
            moved, _ = step(w, c * dw, Memory(), 1.0, threshold)
            print(f"{step.__name__:16}  cost times {c:2}  threshold {threshold:5}  step {moved}")
    # --8<-- [end:clipping-example]


def example_walk() -> None:
    # --8<-- [start:walk-example]
    for c, lr in ((1, 0.125), (64, 0.125), (64, 0.125 / 64)):
        print(f"cost times {c:2}  lr {lr:.4f}  w {walk(sgd, [lr] * 4, [c])[-1]}")
    # --8<-- [end:walk-example]


def example_difference() -> None:
    # --8<-- [start:difference-example]
    for step, (_, powers) in REPAIRS.items():
        print(f"{step.__name__:17}  as it is {difference(step):7.1e}  adjusted {difference(step, tuple(powers)):.1e}")
    # --8<-- [end:difference-example]


if __name__ == "__main__":
    example_steps()
    example_adaptive()
    example_clipping()
    example_walk()
    example_difference()
