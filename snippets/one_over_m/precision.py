"""Does waiting help the arithmetic? The 1/m in three places, two ways to add, four formats of numbers.

A number in a format has `bits` significant bits and an exponent up to `top`. Here everything is kept in
float64 and rounded to the format after every single operation, as hardware of that format would: to the
nearest float, ties to even. For one sum, product or quotient of two float32 numbers or shorter ones,
rounding to float64 first changes nothing.

`place` says where the mean's factor goes: "deferred" divides the sum by m, "absorbed" divides each term
by m before they are added, "split" divides by a power of two near √m before and by the rest after.
`sums` says how terms are added: "wide" rounds once, when all are added, as matrix units do;
"sequential" keeps the running sum in the format and rounds it at every step. The number m itself is exact.

Examples stand in columns, as in the course: dZ is (K, m), activations are (units, m), W is (out, in).

Source: the question about “numerical stability” under a forum answer on the 1/m in dW and db.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

FORMATS = {"float64": (53, 1023), "float32": (24, 127), "bfloat16": (8, 127), "float16": (11, 15)}  # bits, top
PLACES = ("deferred", "absorbed", "split")
SUMS = ("wide", "sequential")


def _real(name: str, value: ArrayLike) -> Array:
    """`value` as floats, infinities and NaN among them; ValueError unless it holds real numbers."""
    given = np.asarray(value)
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    return given.astype(np.float64)


def _format(form: str) -> tuple[int, int]:
    return FORMATS[_one_of("form", form, FORMATS)]


def _one_of(name: str, value: str, names: Iterable[str]) -> str:
    if value not in names:
        raise ValueError(f"{name}: expected one of {', '.join(names)}, got {value!r}")
    return value


def _whole(name: str, value: int, least: int) -> int:
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < least:
        raise ValueError(f"{name}: expected a whole number from {least}, got {value!r}")
    return value


# --8<-- [start:rounded]
def rounded(x: ArrayLike, form: str) -> Array:
    """The float of the format that is nearest to x, ties to even; beyond the largest, ±inf. NaN stays NaN.

    Raises ValueError for an unknown format and for what are no real numbers.

    >>> rounded([1 / 3, 1e5, 1e-8], "float16")
    array([0.33325195,        inf, 0.        ])
    """
    x, (bits, top) = _real("x", x), _format(form)
    power = np.frexp(x)[1].clip(min=2 - top) - bits  # floats near x are 2^power apart
    near = np.ldexp(np.rint(np.ldexp(x, -power)), power)  # a whole number of such steps, ties to even
    return np.where(np.frexp(near)[1] > top + 1, np.copysign(np.inf, x), near)


# --8<-- [end:rounded]


# --8<-- [start:limits]
def limits(form: str, m: int) -> dict[str, float]:
    """What an entry of dZ must not exceed, so that m of it can be added, and not fall below, to be divided by m.

    From "overflow" on, the sum of m such entries is infinite; under "subnormal", the entry over m has
    lost bits; up to "zero", it is 0. Raises ValueError for an unknown format and for m below 1.

    >>> limits("float16", 4096)
    {'overflow': 15.99609375, 'subnormal': 0.25, 'zero': 0.0001220703125}
    """
    (bits, top), m = _format(form), _whole("m", m, 1)
    return {
        "overflow": (2 - 2.0**-bits) * (2.0**top / m),
        "subnormal": m * 2.0 ** (1 - top),
        "zero": m * math.ldexp(1.0, 1 - top) * 2.0**-bits,
    }


# --8<-- [end:limits]


# --8<-- [start:divisors]
def divisors(place: str, m: int) -> tuple[float, float]:
    """What to divide by before the sum over the batch, and after it; their product is m.

    Raises ValueError for an unknown place and for m below 1.

    >>> divisors("split", 4096), divisors("split", 1000)
    ((64.0, 64.0), (32.0, 31.25))
    """
    m, part = _whole("m", m, 1), 2.0 ** round(math.log2(m) / 2)
    return {"deferred": (1.0, float(m)), "absorbed": (float(m), 1.0), "split": (part, m / part)}[
        _one_of("place", place, PLACES)
    ]


# --8<-- [end:divisors]


# --8<-- [start:add_up]
def add_up(terms: ArrayLike, form: str, sums: str = "wide") -> Array:
    """The sum along the first axis, rounded once ("wide") or term by term ("sequential").

    Raises ValueError for an unknown format or way to add, and where there is no axis to add along.

    >>> float(add_up(np.ones(4096), "bfloat16")), float(add_up(np.ones(4096), "bfloat16", "sequential"))
    (4096.0, 256.0)
    """
    terms, one_by_one = _terms(terms), _one_of("sums", sums, SUMS) == "sequential"
    with np.errstate(invalid="ignore"):  # ∞ − ∞ is NaN
        if not one_by_one:
            return rounded(terms.sum(axis=0), form)
        total = np.zeros(())
        for term in rounded(terms, form):
            total = rounded(total + term, form)
    return total


# --8<-- [end:add_up]


def _terms(value: ArrayLike) -> Array:
    terms = _real("terms", value)
    if not terms.ndim or not len(terms):
        raise ValueError(f"terms: expected at least one along the first axis, got shape {terms.shape}")
    return terms


# --8<-- [start:mean]
def mean(terms: ArrayLike, form: str, place: str, sums: str = "wide") -> Array:
    """The mean along the first axis, with the factor in one of three places.

    Raises ValueError for unknown names, and where there is no axis to average along.

    >>> [float(mean(np.full(32768, -4.0), "float16", place)) for place in PLACES]
    [-inf, -4.0, -4.0]
    """
    terms = rounded(_terms(terms), form)
    before, after = divisors(place, len(terms))
    total = add_up(rounded(terms / before, form), form, sums)
    return rounded(total / after, form)


# --8<-- [end:mean]


# --8<-- [start:network]
def network(m: int, confidence: float = 2.0, seed: int = 0) -> tuple[list[Array], list[Array], Array]:
    """Weights [(8, 8), (4, 8)], the inputs of both layers [(8, m), (8, m)], and dZ = P - Y, (4, m).

    ReLU, then softmax; inputs are bytes, 0 to 255. Each label is the class that the network finds most
    likely: it is always right, and with `confidence` more sure of it. In float64, but for P, which is
    rounded to float32: the last digit of exp is not the same on every machine. A smaller m has the first
    of the same examples. Raises ValueError for m below 1, a seed below 0, a confidence that is not positive.

    >>> [one.shape for one in network(100)[1]]
    [(8, 100), (8, 100)]
    """
    W1, W2, X = _drawn(_whole("m", m, 1), _whole("seed", seed, 0))
    A = _product(W1, X, "float64", "wide").clip(min=0)  # (8, m)
    Z = _positive("confidence", confidence) * _product(W2, A, "float64", "wide")  # (4, m)
    t = np.exp(Z - Z.max(axis=0))  # (4, m)
    P = rounded(t / t.sum(axis=0), "float32")  # (4, m)
    return [W1, W2], [X, A], P - np.equal(Z, Z.max(axis=0))


# --8<-- [end:network]


def _drawn(m: int, seed: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    W1 = rounded(rng.normal(size=(8, 8)) / 256, "float32")  # (8, 8)
    W2 = rounded(rng.normal(size=(4, 8)) / 2, "float32")  # (4, 8)
    return W1, W2, rng.integers(0, 256, size=(m, 8)).T.astype(np.float64)


def _positive(name: str, value: float) -> float:
    given = _real(name, value)
    if given.ndim or not 0 < given < np.inf:
        raise ValueError(f"{name}: expected a positive number, got {value!r}")
    return float(given)


# --8<-- [start:backward]
def backward(
    weights: Sequence[Array], inputs: Sequence[Array], dZ: Array, form: str, place: str, sums: str = "wide"
) -> list[Array]:
    """dW of each layer, (out, in), first layer first; the backward pass rounded after every operation.

    `weights`, `inputs` and dZ as `network` gives them. Raises ValueError for unknown names
    and for weights and inputs of different numbers.

    >>> dW1, dW2 = backward(*network(4096), "float16", "split")
    >>> dW1.shape, dW2.shape
    ((8, 8), (4, 8))
    """
    before, after = divisors(place, dZ.shape[1])
    dZ, found = rounded(rounded(dZ, form) / before, form), []
    for W, A in _from_the_top(weights, inputs):
        found.append(rounded(_product(dZ, rounded(A, form).T, form, sums) / after, form))  # dW = dZ Aᵀ
        dZ = np.where(A > 0, _product(rounded(W, form).T, dZ, form, sums), 0)  # Wᵀ dZ, through the ReLU
    return found[::-1]


# --8<-- [end:backward]


def _from_the_top(weights: Sequence[Array], inputs: Sequence[Array]) -> list[tuple[Array, Array]]:
    if len(inputs) != len(weights):
        raise ValueError(f"inputs: expected {len(weights)}, one for each of the weights, got {len(inputs)}")
    return [(weights[layer], inputs[layer]) for layer in reversed(range(len(weights)))]


def _product(A: Array, B: Array, form: str, sums: str) -> Array:
    """A B, (K, m) times (m, D). Not by `@`, whose order of adding, so the last digit, differs between machines."""
    with np.errstate(invalid="ignore"):  # 0 · ∞ is NaN
        return add_up(A.T[:, :, None] * B[:, None, :], form, sums)


# --8<-- [start:experiment]
def experiment(m: int, form: str, place: str, sums: str = "wide", confidence: float = 2.0) -> tuple[float, float]:
    """Relative error of dW of the first layer, and the share of dZ that came out 0 though it is not.

    Against the same pass in float64, which starts from unrounded numbers; the error is inf where dW is
    not finite. Raises ValueError as `network` and `backward` do.

    >>> experiment(4096, "float64", "absorbed")
    (0.0, 0.0)
    """
    weights, inputs, dZ = network(m, confidence)
    want = backward(weights, inputs, dZ, "float64", "deferred")[0]
    got = backward(weights, inputs, dZ, form, place, sums)[0]
    begun = rounded(rounded(dZ, form) / divisors(place, m)[0], form)
    return _relative_error(got, want), float(np.mean((begun == 0) & (dZ != 0)))


# --8<-- [end:experiment]


def _relative_error(got: Array, want: Array) -> float:
    return math.sqrt(((got - want) ** 2).sum() / (want**2).sum())


SIZES = tuple(2**power for power in range(17))  # 1 to 65536


def against_m(form: str, place: str, sizes: Sequence[int] = SIZES) -> tuple[Array, Array]:
    """`experiment` for each batch size: the errors and the shares of zeros, both (sizes,).

    Raises ValueError as `experiment` does.

    >>> errors, zeros = against_m("float16", "absorbed", [16, 65536])
    >>> (errors > 0.01).tolist(), (zeros > 0.4).tolist()
    ([False, True], [False, True])
    """
    found = [experiment(m, form, place) for m in sizes]
    return np.array([error for error, _ in found]), np.array([zeros for _, zeros in found])


def example_rounded() -> None:
    # --8<-- [start:rounded-example]
    for form in FORMATS:
        print(f"{form}: 1/3 is off by {float(abs(rounded(1 / 3, form) - 1 / 3)):.0e}")
    for x in (65519, 65520, 3e-8, 2.98e-8):
        print(f"float16 of {x}: {rounded(x, 'float16')}")
    # --8<-- [end:rounded-example]


def example_limits() -> None:
    # --8<-- [start:limits-example]
    for form in ("float16", "bfloat16", "float32"):
        for m in (64, 4096):
            print(f"{form}, m = {m}:", ", ".join(f"{name} {value:.3g}" for name, value in limits(form, m).items()))
    # --8<-- [end:limits-example]


def example_divisors() -> None:
    # --8<-- [start:divisors-example]
    for place in PLACES:
        print(f"{place}: 4096 = {divisors(place, 4096)}, 1000 = {divisors(place, 1000)}")
    # --8<-- [end:divisors-example]


def example_add_up() -> None:
    # --8<-- [start:add_up-example]
    ones = np.ones(4096)
    for sums in SUMS:
        found = [float(mean(ones, "bfloat16", place, sums)) for place in PLACES]
        print(f"{sums}: the mean of {len(ones)} ones in bfloat16 is", found)
    # --8<-- [end:add_up-example]


def example_mean() -> None:
    # --8<-- [start:mean-example]
    rng = np.random.default_rng(0)
    for m in (1024, 1000):
        for low in (-1, 0):
            terms = rounded(rng.uniform(low, 1, size=(m, 400)), "float32")  # 400 trials
            deferred, absorbed = (mean(terms, "float32", place) for place in ("deferred", "absorbed"))
            off = abs(deferred - mean(terms, "float64", "deferred")), abs(absorbed - mean(terms, "float64", "deferred"))
            print(f"m = {m}, numbers from {low} to 1: same bits {(deferred == absorbed).sum()} times,", end=" ")
            print(f"deferred nearer {(off[0] < off[1]).sum()}, absorbed nearer {(off[1] < off[0]).sum()}")
    for m in (8192, 32768):
        print(f"the mean of {m} times -4:", [float(mean(np.full(m, -4.0), "float16", place)) for place in PLACES])
    # --8<-- [end:mean-example]


def example_network() -> None:
    # --8<-- [start:network-example]
    for confidence in (2.0, 8.0):
        _, _, dZ = network(4096, confidence)
        low, middle, high = np.quantile(np.abs(dZ), [0.1, 0.5, 0.9])
        print(
            f"confidence {confidence:g}: {dZ.size} entries of dZ, sizes from {low:.0e} over {middle:.0e} to {high:.0e}"
        )
    # --8<-- [end:network-example]


def example_backward() -> None:
    # --8<-- [start:backward-example]
    for m in (64, 256, 1024, 1000):
        for form in ("float64", "float32", "bfloat16"):
            found = [backward(*network(m), form, place) for place in ("deferred", "absorbed")]
            one, other = (np.concatenate([dW.ravel() for dW in gradients]) for gradients in found)
            apart = np.abs(one - other).max() / np.abs(one).max()
            print(f"m = {m}, {form}: {(one == other).sum()} of {one.size} entries of dW the same; apart by {apart:.0e}")
    # --8<-- [end:backward-example]


def example_experiment() -> None:
    # --8<-- [start:experiment-example]
    print("error of dW¹ and share of dZ that became 0:", ", ".join(PLACES))
    for m in (64, 4096, 16384):
        for form in FORMATS:
            found = [experiment(m, form, place) for place in PLACES]
            print(f"m = {m}, {form}:", "; ".join(f"{error:.0e} and {zeros:.0%}" for error, zeros in found))
    # --8<-- [end:experiment-example]


if __name__ == "__main__":
    example_rounded()
    example_limits()
    example_divisors()
    example_add_up()
    example_mean()
    example_network()
    example_backward()
    example_experiment()
