"""Where libraries put ε, a decay, a penalty and the first value of an average: each convention, plainly.

One weight and one number a step, so that nothing hides the rule. Which library has which stands in the
atlas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
FORMS = ("buffer", "zero", "corrected", "first")


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


def _same(name: str, value: ArrayLike, like: Array) -> Array:
    given = _finite(name, value, 1)
    if given.shape != like.shape:
        raise ValueError(f"{name}: expected shape {like.shape}, got {given.shape}")
    return given


def _beta(beta: float, form: str) -> float:
    b = float(_finite("beta", beta, 0))
    if form not in FORMS:
        raise ValueError(f"form: expected one of {', '.join(FORMS)}, got {form!r}")
    if not 0 <= b < 1 and not (b == 1 and form == "buffer"):
        raise ValueError(f"beta: expected a number from 0, below 1, got {b}")
    return b


# --8<-- [start:averages]
def averages(values: ArrayLike, beta: float, form: str) -> Array:
    """The average after each of t steps, (t,), in one of four forms.

    "buffer" adds the new value to β times the old; "zero" takes 1 − β of the new value and begins at
    0; "corrected" divides that by 1 − βᵗ; "first" begins at the first value. Raises ValueError for
    another form, and for a beta outside of 0 to 1; 1 itself is for the buffer, which then is a sum.

    >>> averages([1.0, 1.0], 0.5, "zero"), averages([1.0, 1.0], 0.5, "corrected")
    (array([0.5 , 0.75]), array([1., 1.]))
    """
    x, b = _finite("values", values, 1), _beta(beta, form)
    new = 1.0 if form == "buffer" else 1 - b
    v, path = x[0] if form == "first" else 0.0, []
    for n in range(1, x.size + 1):
        v = b * v + new * x[n - 1]  # from the first value, the first step changes nothing
        path.append(v / (1 - b**n) if form == "corrected" else v)
    return np.array(path)


# --8<-- [end:averages]


# --8<-- [start:adam]
def adam(gradients: ArrayLike, lr: float, beta1: float, beta2: float, eps: float, hat: bool = False) -> Array:
    """A weight that begins at 0 after each of t steps of Adam, (t,).

    As published, or (`hat`) with both corrections in the rate: then ε meets the root of an average
    that is not corrected. Raises ValueError as `averages` does.

    >>> adam([2.0], 0.1, 0.9, 0.99, 0.0), adam([2.0], 0.1, 0.9, 0.99, 0.0, hat=True)
    (array([-0.1]), array([-0.1]))
    """
    g = _finite("gradients", gradients, 1)  # (t,)
    e, rate = _finite("eps", eps, 0), _finite("lr", lr, 0)
    v, s = averages(g, beta1, "corrected"), averages(g**2, beta2, "corrected")  # (t,), (t,)
    if hat:
        e = e / np.sqrt(1 - beta2 ** np.arange(1, g.size + 1))  # (t,)
    path: Array = -np.cumsum(rate * v / (np.sqrt(s) + e))  # (t,)
    return path


# --8<-- [end:adam]


def over_the_root(gradients: ArrayLike, squares: ArrayLike, lr: float, eps: float, under: bool = False) -> Array:
    """A weight that begins at 0, (t,), when each gradient is divided by the root of its `squares`.

    ε stands beside the root, or (`under`) under it. Raises ValueError for shapes that do not match.

    >>> over_the_root([3.0], [9.0], lr=1.0, eps=1.0), over_the_root([3.0], [8.0], lr=1.0, eps=1.0, under=True)
    (array([-0.75]), array([-1.]))
    """
    g = _finite("gradients", gradients, 1)  # (t,)
    s = _same("squares", squares, g)  # (t,)
    e = _finite("eps", eps, 0)
    below = np.sqrt(s + e) if under else np.sqrt(s) + e  # (t,)
    path: Array = -np.cumsum(_finite("lr", lr, 0) * g / below)  # (t,)
    return path


def decayed(w: float, lr: float, lam: float, steps: int) -> Array:
    """A weight after each of `steps` steps without a gradient, when the decay is multiplied by the rate.

    Raises ValueError for numbers that are not finite.

    >>> decayed(1.0, 0.5, 0.5, 2)
    array([0.75  , 0.5625])
    """
    kept = 1 - _finite("lr", lr, 0) * _finite("lam", lam, 0)
    path: Array = _finite("w", w, 0) * kept ** np.arange(1, steps + 1)  # (steps,)
    return path


def variance(values: ArrayLike, fewer: int = 0) -> float:
    """Squares off the mean, added up and divided by m, or by m − 1 (`fewer=1`).

    Raises ValueError where nothing is left to divide by.

    >>> variance([1.0, 3.0]), variance([1.0, 3.0], fewer=1)
    (1.0, 2.0)
    """
    x = _finite("values", values, 1)  # (m,)
    if x.size <= fewer:
        raise ValueError(f"values: expected more than {fewer}, got {x.size}")
    return float(((x - x.mean()) ** 2).sum() / (x.size - fewer))


def running(statistics: ArrayLike, start: float, share: float) -> Array:
    """A running statistic after each batch, (batches,): `share` of the new one, the rest of the old.

    Raises ValueError for numbers that are not finite.

    >>> running([1.0, 1.0], start=0.0, share=0.5)
    array([0.5 , 0.75])
    """
    r, a, path = float(_finite("start", start, 0)), float(_finite("share", share, 0)), []
    for x in _finite("statistics", statistics, 1):
        r = (1 - a) * r + a * x
        path.append(r)
    return np.array(path)


# --8<-- [start:leaf]
def leaf(gradients: ArrayLike, hessians: ArrayLike, lam: float) -> float:
    """The value of a leaf, −Σ g / (Σ h + λ): the penalty stands beside a sum over its examples.

    Raises ValueError for shapes that do not match, and where there is nothing to divide by.

    >>> leaf([1.0, 1.0], [1.0, 1.0], 2.0)
    -0.5
    """
    g = _finite("gradients", gradients, 1)  # (m,)
    below = float(_same("hessians", hessians, g).sum() + _finite("lam", lam, 0))
    if below <= 0:
        raise ValueError(f"hessians: expected a sum, with lam, above 0, got {below}")
    return float(-g.sum() / below)


# --8<-- [end:leaf]


def example_averages() -> None:
    # --8<-- [start:averages-example]
    for form in FORMS:
        print(f"{form:9}", averages([1.0, 2.0, 4.0], 0.9, form).round(4))
    # --8<-- [end:averages-example]


def example_adam() -> None:
    # --8<-- [start:adam-example]
    gradients = [0.01, -0.02, 0.03]
    for hat in (False, True):
        print(adam(gradients, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-3, hat=hat).round(5))
    # --8<-- [end:adam-example]


def example_leaf() -> None:
    # --8<-- [start:leaf-example]
    gradients, hessians = np.array([-2.0, -1.0, 1.0]), np.full(3, 2.0)
    for weight in (1.0, 1e-3):
        print(f"{leaf(weight * gradients, weight * hessians, lam=1.0):.6f}")
    # --8<-- [end:leaf-example]


if __name__ == "__main__":
    example_averages()
    example_adam()
    example_leaf()
