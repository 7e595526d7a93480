"""The mutants of the snippets that are no mistakes, each with its reason.

The key is a mutant's own name (`Mutant.key`). An entry that no mutant has, or whose mutant some
test refuses after all, fails: the table holds nothing that is out of date.
"""

from __future__ import annotations

from tests.mutation.doctor_equivalents import DOCTOR

WEIGHTLESS = "the entry is multiplied by a label of 0, so any finite number does"
EQUAL_SCORES = "with equal scores every label costs log 2, which is what the line says"
RESET = "`operations` sets the counter to 0 before it counts"

_LOSSES = "losses = np.sum(Y * np.where(Y > 0, cost, {}), axis=0)"
_WEIGHTED = "weighted: Array = np.sum(Y * np.where(Y > 0, cost, {}), axis=0)"
_EXAMPLE = "cross_entropy.example_cross_entropy_of_scores"
_ZEROS = "print(f'all scores 0: {{cross_entropy_of_scores(np.{}((2, 3)), {}):.5f}} = log 2')"

_BINARY = "losses: Array = c * Y * np.logaddexp({}) + (1 - Y) * np.logaddexp({})"

_PIECE = "u = np.multiply({})"
_OUT = "out=scaled[:, :room.shape[1]]"
_AHEAD = "ahead = other.map if {} else map"
_TIME = "the time changes, and no average"
_ZIP = "for piece, room in zip(pieces, ahead(_touched, [out[one] for one in pieces]){}):"
_STARTS = "starts = np.broadcast_to(first, moved.shape[:-1]).ravel().astype(np.result_type({}))"
_FLUSHED = "return np.where((lag < 0) | (power {} np.finfo(dtype).tiny), 0, power).astype(dtype)"
_SHAPE = "blocks = u.reshape({}, ROWS if {} else ends.shape[1], BLOCK)"
_EVEN = "ends.shape[1] % ROWS == 0"
_TINY = "ends[np.abs(ends) {} np.finfo(u.dtype).tiny] = 0"
_AGAIN = "out = _averages(np.where(lost, {}, x), beta, start)"
_DTYPE = "dtype = x.dtype if x.dtype.kind == 'f' and x.dtype.itemsize > {} else float"
_SEEN = (
    "batch_normalisation_backward.seen_by_the_next: learnt = [one - lr * slope for one, slope in zip(learnt, slopes{})]"
)
SCAN: dict[str, str] = {
    **{
        f"scan.: {name} = {before} → {name} = {after}": "the time changes, and no average beyond its last bits"
        for name, before, *others in (
            ("BLOCK", "16", "15", "17"),
            ("ROWS", "256", "255", "257"),
            ("PIECE", "1 << 18", "1 << 17", "1 << 19", "2 << 18"),
            ("LANES", "1 << 10", "1 << 9", "1 << 11", "2 << 10"),
        )
        for after in others
    },
    **{
        f"scan._blocks: {_SHAPE.format('len(u), -1', _EVEN)} → {_SHAPE.format(lanes, even)}": why
        for lanes, even, why in (
            ("len(u), -1", "False", "one product or many"),
            ("len(u), -1", "ends.shape[1] % ROWS == -1", "one product or many"),
            ("-1, len(u)", _EVEN, "the same blocks in the same order, stacked otherwise"),
            ("len(u), -2", _EVEN, "NumPy reads any negative length as the one that is left"),
        )
    },
    **{
        f"scan._averages: {_PIECE.format(f'x[piece], 1 - beta, {_OUT}')} → {_PIECE.format(other)}": why
        for other, why in (
            (f"1 - beta, x[piece], {_OUT}", "ab = ba"),
            ("x[piece], 1 - beta", _TIME),
        )
    },
    **{
        f"scan._averages: {_AHEAD.format('n > width')} → {_AHEAD.format(other)}": _TIME
        for other in ("False", "True", "n < width", "n >= width", "not n > width")
    },
    **{
        f"scan._averages: {_ZIP.format(', strict=True')} → {_ZIP.format(other)}": "there is a room for each piece"
        for other in ("", ", strict=False")
    },
    "scan._averages: with ThreadPoolExecutor(1) as other: → with ThreadPoolExecutor(2) as other:": _TIME,
    **{
        f"scan._touched: out.fill(0) → {other}": "what it fills in is overwritten"
        for other in ("(gone)", "0", "out.fill(1)", "out.fill(-1)")
    },
    f"scan._powers: {_FLUSHED.format('<')} → {_FLUSHED.format('<=')}": "no power of β is the smallest normal number",
    f"scan._blocks: {_TINY.format('<')} → {_TINY.format('<=')}": (
        "it may go either way with the smallest normal number itself"
    ),
    f"scan._given: {_DTYPE.format(2)} → {_DTYPE.format(3)}": "no float has three bytes",
    f"scan._given: {_STARTS.format('dtype, float')} → {_STARTS.format('float, dtype')}": "the wider of two",
    "scan._given: keep = starts.dtype.type(beta).item() → keep = starts.dtype.type(beta)": (
        "the same number; float32 values are multiplied by it in float64, which takes longer"
    ),
    "scan.moving_average: if not np.isfinite(out[:, -1]).all(): → if True:": (
        "where nothing is lost, the second pass gives the same averages"
    ),
    **{
        f"scan._without_lost: {_AGAIN.format(0)} → {_AGAIN.format(other)}": "these are overwritten, or come later"
        for other in (1, -1)
    },
}

_SIGNS = "up, down = ((curvatures {} rounding).any(), (curvatures {} -rounding).any())"
_POSITIVE = "return float((np.linalg.eigvalsh(H)[:, 0] {} 0).mean())"
SADDLES: dict[str, str] = {
    **{
        f"saddles_and_plateaus.kind_of_level_point: {_SIGNS.format('>', '<')} → {_SIGNS.format(*other)}": (
            "they differ for H = 0 alone, which is told apart below"
        )
        for other in ((">=", "<"), (">", "<="))
    },
    f"saddles_and_plateaus.share_definite: {_POSITIVE.format('>')} → {_POSITIVE.format('>=')}": "none is singular",
}

EQUIVALENT: dict[str, str] = {
    **SCAN,
    **SADDLES,
    **{
        f"library_conventions.binary_cross_entropies: {_BINARY.format('0, -Z', '0, Z')} → {_BINARY.format(*other)}": (
            "log(eᵃ + eᵇ) is the same with a and b exchanged"
        )
        for other in (("-Z, 0", "0, Z"), ("0, -Z", "Z, 0"))
    },
    **{
        f"cross_entropy.{name}: {_LOSSES.format(0.0)} → {_LOSSES.format(other)}": WEIGHTLESS
        for name in ("cross_entropy", "cross_entropy_of_scores")
        for other in (1.0, -1.0)
    },
    **{
        f"softmax_gradient.losses: {_WEIGHTED.format(0.0)} → {_WEIGHTED.format(other)}": WEIGHTLESS
        for other in (1.0, -1.0)
    },
    **{
        f"{_EXAMPLE}: {_ZEROS.format('zeros', [0, 1, 1])} → {_ZEROS.format(*other)}": EQUAL_SCORES
        for other in (("ones", [0, 1, 1]), ("zeros", [1, 1, 1]), ("zeros", [0, 0, 1]), ("zeros", [0, 1, 0]))
    },
    **{
        f"dz.{name}: {line.format(f'0.0, {score}')} → {line.format(f'{score}, 0.0')}": "log(eᵃ + eᵇ) is log(eᵇ + eᵃ)"
        for name, line, score in (
            ("logistic_cost", "losses = np.logaddexp({}) - y * z", "z"),
            ("logistic_dz", "a = np.exp(-np.logaddexp({}))", "-z"),
        )
    },
    "why_the_log.Counted: made = 0 → made = 1": RESET,
    "why_the_log.Counted: made = 0 → made = -1": RESET,
    "why_the_log.factors_until_zero: products = np.cumprod(np.full(1075, _small(p))) "
    "→ products = np.cumprod(np.full(1076, _small(p)))": "the first 0 comes within 1075 factors, and more follow",
    "template_matching.example_shuffled_batches: batches = shuffled_batches(N=10, m=4, epochs=1, seed=0) "
    "→ batches = shuffled_batches(N=10, m=4, epochs=1, seed=1)": "the sizes and the coverage hold for every seed",
    "separable_data.kind_of_point: flat = np.abs(curvatures) <= 1e-12 * np.abs(curvatures).max() "
    "→ flat = np.abs(curvatures) < 1e-12 * np.abs(curvatures).max()": "they differ for H = 0 alone, of sign 0",
    "convexity._direction: return v → return -v": "a quadratic form is even in v",
    "not_a_factor.example_bias: print(f'{form.__name__:24} db {db.shape!s:6} b - lr * db "
    "{np.broadcast_shapes(b, db.shape)}') → print(f'{form.__name__:24} db {db.shape!s:6} b - lr * db "
    "{np.broadcast_shapes(db.shape, b)}')": "two shapes stretch to the same one in either order",
    "any_number_of_layers.activation: return np.tanh(Z) if hidden == 'tanh' else np.maximum(Z, 0) "
    "→ return np.tanh(Z) if hidden == 'tanh' else np.maximum(0, Z)": "the larger of two numbers, in either order",
    "any_number_of_layers.backward: dZ = np.clip(dZ, -limit, limit) "
    "→ dZ = np.clip(-limit, dZ, limit)": "the middle one of three numbers, in any order",
    "equivalent_learning_rate.clipped_by_norm: return sgd(w, dw * min(1, threshold / norm), memory, lr) "
    "→ return sgd(w, dw * min(threshold / norm, 1), memory, lr)": "the smaller of two numbers, in either order",
    "equivalent_learning_rate.clipped_by_value: return sgd(w, np.clip(dw, -threshold, threshold), memory, lr) "
    "→ return sgd(w, np.clip(-threshold, dw, threshold), memory, lr)": "the middle one of three, in any order",
    "mini_batches.cost_curve: error = w @ X[:, batch] - y[batch] → error = w @ X[:, batch] + y[batch]": (
        "from w = 0, weights and errors have the other sign all along, and the cost is even in them"
    ),
    **{
        f"{_SEEN.format(', strict=True')} → {_SEEN.format(other).partition(': ')[2]}": "each has its slope"
        for other in ("", ", strict=False")
    },
    "numerical_gradient._step: return value → return -value": "a step the other way gives the same slope",
    **{
        f"dz._axes: return 0 → return {other}": "the rows are refused before their axes are counted"
        for other in (1, -1)
    },
    **{
        f"bias_correction.corrected_in_steps: v, after = (0.0, []) → v, after = ({other}, [])": (
            "the first step goes all the way to the first value, wherever it begins"
        )
        for other in (1.0, -1.0)
    },
    **DOCTOR,
}
