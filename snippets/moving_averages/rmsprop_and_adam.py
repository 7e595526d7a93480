"""The size of a step of RMSprop and of Adam, in learning rates, with and without their corrections.

One weight and its gradients, (t,), one a step. A step of 1 moves the weight by the learning rate.

Source: notes of course 2; Adam as its paper has it, with ε beside the root; AdamW as PyTorch has it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
CORRECTED = ("both", "momentum", "squares", "neither")


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


def _share(name: str, value: float) -> float:
    """`value` as a float; ValueError unless it is from 0, below 1."""
    x = float(_finite(name, value, 0))
    if not 0 <= x < 1:
        raise ValueError(f"{name}: expected a number from 0, below 1, got {x}")
    return x


def _positive(name: str, value: float) -> float:
    """`value` as a float; ValueError unless it is above 0."""
    x = float(_finite(name, value, 0))
    if x <= 0:
        raise ValueError(f"{name}: expected a positive number, got {x}")
    return x


def _steps(steps: int) -> int:
    if not isinstance(steps, (int, np.integer)) or isinstance(steps, bool) or steps < 1:
        raise ValueError(f"steps: expected a whole number from 1, got {steps!r}")
    return steps


# --8<-- [start:adam]
def average(values: ArrayLike, beta: float, corrected: bool) -> Array:
    """The exponentially weighted average after each of t values, (t,), begun at 0.

    Raises ValueError for values that are no finite numbers, and for a beta that is not from 0, below 1.

    >>> average([1.0, 1.0], 0.5, corrected=False), average([1.0, 1.0], 0.5, corrected=True)
    (array([0.5 , 0.75]), array([1., 1.]))
    """
    x, beta = _finite("values", values, 1), _share("beta", beta)
    v, path = 0.0, []
    for n in range(1, x.size + 1):
        v = beta * v + (1 - beta) * x[n - 1]
        path.append(v / (1 - beta**n) if corrected else v)
    return np.array(path)


def adam(
    gradients: ArrayLike, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8, corrected: str = "both"
) -> Array:
    """The size of each step of Adam, (t,), with these averages corrected.

    Raises ValueError as `average` does, for an eps that is not positive, and for a choice that is none of CORRECTED.

    >>> adam([3.0, 3.0, 3.0]).round(6)
    array([1., 1., 1.])
    """
    if corrected not in CORRECTED:
        raise ValueError(f"corrected: expected one of {', '.join(CORRECTED)}, got {corrected!r}")
    g, e = _finite("gradients", gradients, 1), _positive("eps", eps)
    v = average(g, _share("beta1", beta1), corrected in ("both", "momentum"))  # (t,)
    s = average(g**2, _share("beta2", beta2), corrected in ("both", "squares"))  # (t,)
    return v / (np.sqrt(s) + e)


def rmsprop(gradients: ArrayLike, beta2: float = 0.9, eps: float = 1e-8) -> Array:
    """The size of each step of RMSprop, (t,): nothing is corrected. Raises ValueError as `adam` does.

    >>> rmsprop([3.0], beta2=0.75).round(6)
    array([2.])
    """
    g = _finite("gradients", gradients, 1)  # (t,)
    s = average(g**2, _share("beta2", beta2), corrected=False)  # (t,)
    return g / (np.sqrt(s) + _positive("eps", eps))


# --8<-- [end:adam]


def peak(corrected: str, steps: int) -> tuple[int, float]:
    """The longest of so many steps under equal gradients: which it is, and its size. Raises ValueError as `adam` does.

    >>> peak("squares", 3)[0]
    3
    """
    sizes = adam(np.ones(_steps(steps)), eps=1e-30, corrected=corrected)
    return int(sizes.argmax()) + 1, float(sizes.max())


# --8<-- [start:bound]
def bound(steps: int, beta1: float = 0.9, beta2: float = 0.999) -> Array:
    """The longest that each of so many steps of Adam can be, (steps,), whatever the gradients.

    Raises ValueError for steps below 1, a beta that is not from 0, below 1, and a beta2 of 0.

    >>> bound(1, 0.5, 0.5)
    array([1.])
    """
    t = np.arange(1, _steps(steps) + 1)  # (steps,)
    b1, b2 = _share("beta1", beta1), _positive("beta2", _share("beta2", beta2))
    overlap = np.cumsum((b1**2 / b2) ** (t - 1))  # (steps,)
    longest: Array = (1 - b1) / (1 - b1**t) * np.sqrt((1 - b2**t) / (1 - b2) * overlap)
    return longest


def growing(steps: int, beta1: float = 0.9, beta2: float = 0.999) -> Array:
    """Gradients, (steps,), after which the last step is as long as it can be.

    Raises ValueError as `bound` does, and for a beta1 of 0.

    >>> growing(3, 0.5, 0.75)
    array([1.  , 1.5 , 2.25])
    """
    b1, b2 = (_positive(name, _share(name, beta)) for name, beta in (("beta1", beta1), ("beta2", beta2)))
    return np.array([(b2 / b1) ** n for n in range(_steps(steps))])


# --8<-- [end:bound]


# --8<-- [start:decay]
def decayed(scale: float, lam: float, beside: bool, steps: int = 200) -> float:
    """A weight that begins at 1, after steps of Adam with a rate of 0.01, under gradients −scale, +scale, −scale, …

    The decay stands `beside` the step (AdamW), or its λ w is added to the gradient. Raises ValueError for
    numbers that are not finite, and for steps below 1.

    >>> round(decayed(0.0, 0.5, beside=False, steps=1), 6)
    0.99
    """
    scale, lam = float(_finite("scale", scale, 0)), float(_finite("lam", lam, 0))
    w, v, s = 1.0, 0.0, 0.0
    for n in range(1, _steps(steps) + 1):
        g = (scale if n % 2 == 0 else -scale) + (0 if beside else lam * w)
        v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
        step = v / (1 - 0.9**n) / (np.sqrt(s / (1 - 0.999**n)) + 1e-8)
        w = w - 0.01 * step - (0.01 * lam * w if beside else 0)
    return float(w)


# --8<-- [end:decay]


def example_adam() -> None:
    # --8<-- [start:adam-example]
    steps = (1, 2, 12, 100, 1000)
    print("step     ", *(f"{n:8}" for n in steps))
    for corrected in CORRECTED:
        print(f"{corrected:9}", *(f"{adam(np.ones(n), corrected=corrected)[-1]:8.4f}" for n in steps))
    print("RMSprop  ", *(f"{rmsprop(np.ones(n))[-1]:8.4f}" for n in steps))
    # --8<-- [end:adam-example]


def example_bound() -> None:
    # --8<-- [start:bound-example]
    for steps in (1, 10, 100):
        print(f"step {steps:3}  at most {bound(steps)[-1]:.4f}  reached {adam(growing(steps))[-1]:.4f}")
    # --8<-- [end:bound-example]


def example_decay() -> None:
    # --8<-- [start:decay-example]
    print("gradients     λ  in them  beside")
    for scale in (0.0, 0.1, 10.0):
        for lam in (0.01, 0.1):
            coupled, beside = (decayed(scale, lam, one) for one in (False, True))
            print(f"    ±{scale:4}  {lam:4}  {coupled:7.4f}  {beside:.4f}")
    # --8<-- [end:decay-example]


if __name__ == "__main__":
    example_adam()
    example_bound()
    example_decay()
