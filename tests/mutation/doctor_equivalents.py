"""The mutants of the gradient doctor that are no mistakes, by reason: a bound may be met or not, wider or narrower."""

from __future__ import annotations

REASONS: dict[str, tuple[str, ...]] = {
    "it only saves time: the same examples would be differentiated again": (
        "gradient_doctor._Case.examples: if self._examples is None: → if True:",
    ),
    "the two numbers come as near as that by rounding alone, never to a tie": (
        "gradient_doctor._averaging: if abs(one - two - 3 * (two - three)) <= small: → if abs(one - two - 3 * "
        "(two - three)) < small:",
        "gradient_doctor._averaging: return 'sum' if abs(three - two - (two - one)) <= small else '' → return "
        "'sum' if abs(three - two - (two - one)) < small else ''",
        "gradient_doctor._derivative: if slopes.any() and abs((slopes * u).sum() - along) <= bound: → if "
        "slopes.any() and abs((slopes * u).sum() - along) < bound:",
        "gradient_doctor._fits: if tried.view.shape == W.shape and W.size > 2 and (_sine(tried.right, W) > "
        "0.0001) and (not tried.says): → if tried.view.shape == W.shape and W.size > 2 and (_sine(tried.right, "
        "W) >= 0.0001) and (not tried.says):",
        "gradient_doctor._fits: nothing = np.linalg.norm(tried.right) <= 1e-12 * np.linalg.norm(tried.view) → "
        "nothing = np.linalg.norm(tried.right) < 1e-12 * np.linalg.norm(tried.view)",
        "gradient_doctor._guessed_factors: count, turn = (size, {1: 1, 2: 2}) if size > 1 else (1 / size, {1: "
        "-1, 2: -2}) → count, turn = (size, {1: 1, 2: 2}) if size >= 1 else (1 / size, {1: -1, 2: -2})",
        "gradient_doctor._guessed_factors: signed, size = (('−1',) if c < 0 else (), abs(c)) → signed, size = "
        "(('−1',) if c <= 0 else (), abs(c))",
        "gradient_doctor._judge: count = (off > case.tolerance * size).sum() → count = (off >= case.tolerance "
        "* size).sum()",
        "gradient_doctor._judge: if difference <= DOUBTFUL * size: → if difference < DOUBTFUL * size:",
        "gradient_doctor._judge: if difference <= case.tolerance * size: → if difference < case.tolerance * size:",
        "gradient_doctor._judge: if np.linalg.norm(g) <= 1e-12 * largest: → if np.linalg.norm(g) < 1e-12 * largest:",
        "gradient_doctor._judge: if size <= 1e-12 * largest + unsure <= 1e-06 * max(largest, abs(case.value)): "
        "→ if size < 1e-12 * largest + unsure <= 1e-06 * max(largest, abs(case.value)):",
        "gradient_doctor._judge: if size <= 1e-12 * largest + unsure <= 1e-06 * max(largest, abs(case.value)): "
        "→ if size <= 1e-12 * largest + unsure < 1e-06 * max(largest, abs(case.value)):",
        "gradient_doctor._judge: if uncertainty > DOUBTFUL: → if uncertainty >= DOUBTFUL:",
        "gradient_doctor._names: known = [one for one in _named_factors(case.m, case.K) if abs(c - one.value) "
        "<= tolerance * abs(one.value)] → known = [one for one in _named_factors(case.m, case.K) if abs(c - "
        "one.value) < tolerance * abs(one.value)]",
        "gradient_doctor._names: known = known or [one for one in _guessed_factors(c, case.m, case.K) if abs(c "
        "- one.value) <= tolerance * abs(one.value)] → known = known or [one for one in _guessed_factors(c, "
        "case.m, case.K) if abs(c - one.value) < tolerance * abs(one.value)]",
        "gradient_doctor._others: own = (loss for loss, slope in losses.items() if "
        "_best_factor(case.right[name], slope)[1] < 1e-06) → own = (loss for loss, slope in losses.items() if "
        "_best_factor(case.right[name], slope)[1] <= 1e-06)",
        "gradient_doctor._part: return 'nothing but rounding' if x < 1e-12 else f'{x:.1e} of the gradient' → "
        "return 'nothing but rounding' if x <= 1e-12 else f'{x:.1e} of the gradient'",
        "gradient_doctor._penalties: found = [(says, f'The cost holds {form}, and its derivative {size * "
        "case.lam:.6g} W.', size * case.lam) for says, s in (ways | more if c == 1 else ways).items() for "
        "form, size in forms.items() if s != c and abs(k / (s - c) / (size * case.lam) - 1) <= 1e-06] → found "
        "= [(says, f'The cost holds {form}, and its derivative {size * case.lam:.6g} W.', size * case.lam) for "
        "says, s in (ways | more if c == 1 else ways).items() for form, size in forms.items() if s != c and "
        "abs(k / (s - c) / (size * case.lam) - 1) < 1e-06]",
        "gradient_doctor._penalties: return [(f'{says} (κ = {kappa:.6g})', _of_kappa(kappa, says, case), "
        "kappa) for says, kappa in kappas.items() if kappa > 0] → return [(f'{says} (κ = {kappa:.6g})', "
        "_of_kappa(kappa, says, case), kappa) for says, kappa in kappas.items() if kappa >= 0]",
        "gradient_doctor._with_both: if left > case.tolerance: → if left >= case.tolerance:",
        "gradient_doctor._with_factor: if left > case.tolerance: → if left >= case.tolerance:",
        "gradient_doctor._with_penalty: if left <= case.tolerance and right.any() and (not tried.says): → if "
        "left < case.tolerance and right.any() and (not tried.says):",
        "gradient_doctor._with_penalty: if left <= case.tolerance: → if left < case.tolerance:",
        "gradient_doctor._zeros: cancels = abs(right.sum()) <= 1e-09 * np.abs(right).sum() → cancels = "
        "abs(right.sum()) < 1e-09 * np.abs(right).sum()",
    ),
    "any direction that is no axis tells": (
        "gradient_doctor._derivative: u = np.random.default_rng(0).normal(size=x.shape) → u = "
        "np.random.default_rng(0).normal()",
        "gradient_doctor._derivative: u = np.random.default_rng(0).normal(size=x.shape) → u = "
        "np.random.default_rng(1).normal(size=x.shape)",
    ),
    "a bound a little wider or narrower serves as well: it is a safety factor": (
        "gradient_doctor._differences: size, u = (max(1.0, float(abs(x[place]))), np.zeros(x.shape)) → size, u "
        "= (max(2.0, float(abs(x[place]))), np.zeros(x.shape))",
        "gradient_doctor._judge: case.tolerance = max(ROUNDING, 30 * precision, 10 * uncertainty) → "
        "case.tolerance = max(ROUNDING, 29 * precision, 10 * uncertainty)",
        "gradient_doctor._judge: case.tolerance = max(ROUNDING, 30 * precision, 10 * uncertainty) → "
        "case.tolerance = max(ROUNDING, 30 * precision, 11 * uncertainty)",
        "gradient_doctor._judge: case.tolerance = max(ROUNDING, 30 * precision, 10 * uncertainty) → "
        "case.tolerance = max(ROUNDING, 30 * precision, 9 * uncertainty)",
        "gradient_doctor._judge: case.tolerance = max(ROUNDING, 30 * precision, 10 * uncertainty) → "
        "case.tolerance = max(ROUNDING, 31 * precision, 10 * uncertainty)",
        "gradient_doctor._slope_along: bound = np.max([bounds[best], abs(slopes[best] - slopes[second]), "
        "kink]) → bound = np.max([bounds[best], abs(slopes[best] - slopes[second - 1]), kink])",
        "gradient_doctor._slope_along: bound = np.max([bounds[best], abs(slopes[best] - slopes[second]), "
        "kink]) → bound = np.max([bounds[best], slopes[best] - slopes[second], kink])",
        "gradient_doctor._slope_along: bounds = np.where(np.isfinite(slopes), np.abs(slopes - fine) + 4 * "
        "noise / h, np.inf) → bounds = np.where(np.isfinite(slopes), np.abs(slopes - fine) + 3 * noise / h, "
        "np.inf)",
        "gradient_doctor._slope_along: bounds = np.where(np.isfinite(slopes), np.abs(slopes - fine) + 4 * "
        "noise / h, np.inf) → bounds = np.where(np.isfinite(slopes), np.abs(slopes - fine) + 5 * noise / h, "
        "np.inf)",
        "gradient_doctor._slope_along: kink = np.abs([bends[-1], 10 * bends[-1] - bends[-2]]).min() - 20 * "
        "noise / h[-1] → kink = np.abs([bends[-1], 10 * bends[-1] - bends[-2]]).min() - 19 * noise / h[-1]",
        "gradient_doctor._slope_along: kink = np.abs([bends[-1], 10 * bends[-1] - bends[-2]]).min() - 20 * "
        "noise / h[-1] → kink = np.abs([bends[-1], 10 * bends[-1] - bends[-2]]).min() - 21 * noise / h[-1]",
        "gradient_doctor._slope_along: noise = 2 * abs(np.spacing(np.float32(middle) if single else middle)) → "
        "noise = 3 * abs(np.spacing(np.float32(middle) if single else middle))",
        "gradient_doctor._zeros: cancels = abs(right.sum()) <= 1e-09 * np.abs(right).sum() → cancels = "
        "abs(right.mean()) <= 1e-09 * np.abs(right).sum()",
        "gradient_doctor._zeros: cancels = abs(right.sum()) <= 1e-09 * np.abs(right).sum() → cancels = "
        "abs(right.sum()) <= 1e-09 * np.abs(right).mean()",
        "gradient_doctor._zeros: cancels = abs(right.sum()) <= 1e-09 * np.abs(right).sum() → cancels = "
        "abs(right.sum()) <= 1e-09 / np.abs(right).sum()",
    ),
    "max, and the angle between two arrays, do not ask which comes first": (
        "gradient_doctor._differences: size, u = (max(1.0, float(abs(x[place]))), np.zeros(x.shape)) → size, u "
        "= (max(float(abs(x[place])), 1.0), np.zeros(x.shape))",
        "gradient_doctor._fits: if tried.view.shape == W.shape and W.size > 2 and (_sine(tried.right, W) > "
        "0.0001) and (not tried.says): → if tried.view.shape == W.shape and W.size > 2 and (_sine(W, "
        "tried.right) > 0.0001) and (not tried.says):",
        "gradient_doctor._is_vector: return a.size == max(a.shape, default=1) → return -(a.size == "
        "max(a.shape, default=1))",
        "gradient_doctor._judge: case.tolerance = max(ROUNDING, 30 * precision, 10 * uncertainty) → "
        "case.tolerance = max(30 * precision, ROUNDING, 10 * uncertainty)",
        "gradient_doctor._judge: if size <= 1e-12 * largest + unsure <= 1e-06 * max(largest, abs(case.value)): "
        "→ if size <= 1e-12 * largest + unsure <= 1e-06 * max(abs(case.value), largest):",
        "gradient_doctor._penalties: m = max(case.m, 1) → m = max(1, case.m)",
    ),
    "it stands for the size where everything is 0": (
        "gradient_doctor._judge: size, unsure = (max((float(np.linalg.norm(one)) for one in (g, right))) or "
        "1.0, float(np.linalg.norm(bound))) → size, unsure = (max((float(np.linalg.norm(one)) for one in (g, "
        "right))) or 2.0, float(np.linalg.norm(bound)))",
    ),
    "the findings of a group say the same": ("gradient_doctor._lines: first = group[0] → first = group[-1]",),
    "one that is explained has one reading": (
        "gradient_doctor._lines: what = first.readings[0].says if first.verdict == 'explained' else "
        "first.verdict → what = first.readings[-1].says if first.verdict == 'explained' else first.verdict",
    ),
    "a factor of the direction is taken out again": (
        "gradient_doctor._others: c, _ = _best_factor(case.right[name], dZ.sum(axis=-1)) → c, _ = "
        "_best_factor(case.right[name], dZ.sum())",
    ),
    "what one leaves of the other is small both ways, or neither": (
        "gradient_doctor._others: own = (loss for loss, slope in losses.items() if "
        "_best_factor(case.right[name], slope)[1] < 1e-06) → own = (loss for loss, slope in losses.items() if "
        "_best_factor(slope, case.right[name])[1] < 1e-06)",
    ),
    "NumPy reads any negative length as the one that is left": (
        "gradient_doctor._others: wrong = c * dZ.reshape(-1, g.size).sum(axis=0).reshape(g.shape) → wrong = c "
        "* dZ.reshape(-2, g.size).sum(axis=0).reshape(g.shape)",
    ),
    "where nothing is wrong, no page is named": (
        "gradient_doctor._shapes: yield _Try('', '', '', g, right) → yield _Try('', '', 'b', g, right)",
    ),
    "a path is taken as well as its name": (
        "gradient_doctor.main: names = runpy.run_path(str(path)) → names = runpy.run_path(path)",
    ),
    "what stands beside the file is found from any place in the list": (
        "gradient_doctor.main: sys.path.insert(0, str(path.parent)) → sys.path.insert(-1, str(path.parent))",
        "gradient_doctor.main: sys.path.insert(0, str(path.parent)) → sys.path.insert(1, str(path.parent))",
    ),
}

DOCTOR = {key: reason for reason, keys in REASONS.items() for key in keys}
