"""The one notation table: symbol, LaTeX, role of each index, shape, domain, place in the order.

Printer, sampler, checks and the notation page read it. A name that stands in a derivation and not
here is an error. The order of the rows is the order of factors in print.

Examples stand in columns: X is D×m, Y and P are K×m, W is K×D. Indices are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, IndexedBase, MatrixSymbol, Symbol, ceiling


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `kind`: "size", "index", "number", "array" or "abbreviation". `roles`, one for each index:
    "class" and "feature" are set below, "example" above in parentheses, "step" below. `latex` may
    hold {0}, {1}: then it is a template for the indices and `roles` are not read. `low`, `high`:
    the open interval that entries are drawn from (None: unbounded). `capital`: how the matrix as
    a whole is set. `code`: its name in the snippets. `at`: the two values that checks give a size.
    """

    symbol: Any
    latex: str
    meaning: str
    kind: str
    shape: tuple[Any, ...] = ()
    roles: tuple[str, ...] = ()
    low: Any = None
    high: Any = None
    capital: str = ""
    code: str = ""
    at: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        return str(self.symbol)


TABLE: dict[str, Row] = {}


def _enter(row: Row) -> Any:
    if row.name in TABLE:
        raise ValueError(f"{row.name}: already in the notation table")
    TABLE[row.name] = row
    return row.symbol


def size(name: str, meaning: str, at: tuple[int, int], latex: str = "") -> Symbol:
    """A whole number ≥ 1. Symbols keep it open; digits are taken at both values in `at`."""
    return _enter(Row(Symbol(name, integer=True, positive=True), latex or name, meaning, "size", at=at))


def index(name: str, meaning: str, latex: str = "") -> Symbol:
    """A 1-based index."""
    return _enter(Row(Symbol(name, integer=True, positive=True), latex or name, meaning, "index"))


def whole(name: str, latex: str, meaning: str) -> Symbol:
    """An index that may be 0: the one of a recursion with a starting value."""
    return _enter(Row(Symbol(name, integer=True, nonnegative=True), latex, meaning, "index"))


def number(name: str, latex: str, meaning: str, low: Any = None, high: Any = None, code: str = "") -> Symbol:
    """A real parameter or abbreviation; positive as an assumption where `low` is at least 0."""
    sign = {"positive": True} if low is not None and low >= 0 else {"real": True}
    return _enter(Row(Symbol(name, **sign), latex, meaning, "number", low=low, high=high, code=code))


def array(
    name: str,
    *shape: Expr,
    latex: str,
    meaning: str,
    roles: tuple[str, ...],
    low: Any = None,
    high: Any = None,
    capital: str = "",
    code: str = "",
) -> IndexedBase:
    """An array of real entries; positive as an assumption where `low` is at least 0."""
    sign = {"positive": True} if low is not None and low >= 0 else {"real": True}
    base = IndexedBase(name, **sign)
    return _enter(Row(base, latex, meaning, "array", shape, roles, low, high, capital or name, code))


def matrix(base: IndexedBase) -> MatrixSymbol:
    """The matrix whose entries are base[r, s], with the shape that the table gives."""
    row = TABLE[str(base.label)]
    if len(row.shape) != 2:
        raise ValueError(f"base: expected an array with two indices, got {base} with shape {row.shape}")
    return MatrixSymbol(str(base.label), *row.shape)


# ---- sizes
N = size("N", "examples in the training set", at=(5, 3))
m = size("m", "examples in the mini-batch", at=(4, 6))
K = size("K", "classes", at=(3, 4))
wrong = size("wrong", "wrong classes: all but the right one, so one fewer than K", at=(3, 4), latex="R")
D = size("D", "features of an example", at=(2, 5))

# ---- indices
i = index("i", "an example")
i2 = index("i2", "another example", "i'")
j = index("j", "a class, where k is taken; in the table of arrays also a batch, a step or a layer")
k = index("k", "a class")
l = index("l", "a class, where j and k are taken", r"\ell")
r = index("r", "the class whose row is differentiated")
s = index("s", "the feature whose column is differentiated")
d = index("d", "a feature")
d2 = index("d2", "another feature", "d'")
c = index("c", "the class that is right")

# ---- letters of rules and of small examples
x = number("x", "x", "any positive number", low=0)
u = number("u", "u", "any real number")
a = array("a", K, latex="a", meaning="any number for each class", roles=("class",))
b = array("b", K, latex="b", meaning="another number for each class", roles=("class",))
g = array("g", D, latex="g", meaning="a vector, entry by entry: a gradient", roles=("feature",))
direction = array("direction", D, latex="u", meaning="a direction, entry by entry", roles=("feature",))

# ---- the network: data, weights, scores, probabilities
Y = array(
    "Y", K, m, latex="y", roles=("class", "example"), capital="Y", code="Y",
    meaning="target: 1 for the right class of example i and 0 elsewhere, or a soft label",
)  # fmt: skip
P = array(
    "P", K, m, latex="p", roles=("class", "example"), low=0, high=1, capital="P", code="P",
    meaning="probability of class k for example i",
)  # fmt: skip
E = array(
    "E", K, m, latex="e", roles=("class", "example"), capital="E", code="E",
    meaning="error: target minus probability",
)  # fmt: skip
Z = array(
    "Z", K, m, latex="z", roles=("class", "example"), capital="Z", code="Z",
    meaning="score (logit) of class k for example i",
)  # fmt: skip
W = array(
    "W", K, D, latex="w", roles=("class", "feature"), capital="W", code="W",
    meaning="weight of feature d in the score of class k; row k is the template of class k",
)  # fmt: skip
V = array(
    "V", K, D, latex="v", roles=("class", "feature"), capital="V", code="V",
    meaning="a direction in the space of the weights",
)  # fmt: skip
bias = array("b_vector", K, latex="b", roles=("class",), capital="b", code="b", meaning="bias of the score of class k")
dZ = array(
    "dZ", K, m, latex="dz", roles=("class", "example"), capital="dZ", code="dZ",
    meaning="the course's dZ: column i holds the derivatives of the loss of example i by its own scores",
)  # fmt: skip
dZ_bar = array(
    "dZ_bar", K, m, latex=r"\overline{dz}", roles=("class", "example"), capital=r"\overline{dZ}", code="dZ",
    meaning="dZ with the 1/m in it: the derivatives of the cost of the batch by the scores",
)  # fmt: skip
X = array("X", D, m, latex="x", roles=("feature", "example"), capital="X", code="X", meaning="feature d of example i")

# ---- one example
y = array("y", K, latex="y", roles=("class",), code="y", meaning="target of one example: one number for each class")
pi = array(
    "pi", K, latex="p", roles=("class",), low=0, high=1, code="p", meaning="probability of class k, for one example"
)
q = array(
    "q", K, latex="q", roles=("class",), low=0, high=1, meaning="a distribution over the classes: true frequencies"
)
z = array("z", K, latex="z", roles=("class",), code="z", meaning="score (logit) of class k, for one example")
z1 = number("z1", "z_1", "score of the first of two classes")
z2 = number("z2", "z_2", "score of the second of two classes")
v = array("v", K, latex="v", roles=("class",), meaning="a direction in the space of the scores")
f = array("f", D, latex="x", roles=("feature",), meaning="feature d of one example")
f2 = array("f2", D, latex="x'_{{{0}}}", roles=("feature",), meaning="feature d of another example")
gamma = array(
    "gamma", wrong, latex=r"\gamma", roles=("class",), low=0, high=3,
    meaning="margin: score of the right class minus score of wrong class k, for separable data positive",
)  # fmt: skip
margin = array(
    "margin", N, latex=r"\gamma^{{({0})}}", roles=("example",), low=-3, high=3,
    meaning="margin of example i, of two classes: its right score minus the other one",
)  # fmt: skip

# ---- the quality and the loss of N examples
p = array(
    "p", N, latex="p_{{c}}^{{({0})}}", roles=("example",), low=0, high=1, code="probabilities",
    meaning="probability that the network gives to the right class of example i",
)  # fmt: skip
h = array(
    "h", N, latex="h^{{({0})}}", roles=("example",), meaning="the one feature of example i, in a network of one weight"
)
Q = number("Q", r"Q_{\mathrm{mean}}", "quality: geometric mean of the right-class probabilities", 0, 1, "q_mean")
pc = number("pc", "p", "probability that the network gives to the right class", 0, 1)
A = number("A", "A", "arithmetic mean of the right-class probabilities", 0, 1, "arithmetic_mean")
PP = number("PP", r"\mathrm{PP}", "perplexity: the reciprocal of the quality", 1, None, "perplexity")
L = number("L", r"\mathcal{L}", "loss: the average cross-entropy", 0, None, "loss")
J = number("J", "J", "cost of the mini-batch: average cross-entropy of its m examples", code="cost")
ell = number("ell", r"\ell", "loss of one example: its cross-entropy")
S_ = number("S", "S", "sum of the exponentials of the scores", 0)
w = number("w", "w", "the only weight of a network of one weight")
tau = number("tau", r"\tau", "temperature", 0, None, "temperature")
rescaled = array(
    "rescaled", K, K, latex="q_{{{0}}}", roles=("class", "class"), low=0, high=1,
    meaning="probability of class k, when that of class c has been moved",
)  # fmt: skip
wanted = number("wanted", r"\omega", "probability that the right class is moved to", 0, 1)
shift = number("shift", "a", "a number added to every score")
scale = number("scale", "s", "how far along a ray of weights: W becomes sW", 0)
along = number("along", r"\theta", "how far along a line", 0, 1)

# variances of batch normalisation: before ε, as the field writes them
var_z = number("var_z", r"\sigma^2", "variance of the unit's scores over the batch, divided by m", 0, code="var")
var_z2 = number("var_z2", r"{\sigma'}^2", "variance of the unit's scores over another batch", 0)
var_run = number(
    "var_run", r"\hat\sigma^2", "variance of the unit's scores that is kept for the test", 0, code="running_var"
)
epsilon = number("epsilon", r"\varepsilon", "a small positive number", 0, 1)

# ---- two weights, to be seen as a landscape
w1 = number("w1", "w_{11}", "first of the two weights of the landscape")
w2 = number("w2", "w_{21}", "second of the two weights of the landscape")
v1 = number("v1", "v_1", "first component of a direction")
v2 = number("v2", "v_2", "second component of a direction")
c1 = number("c1", "c_1", "first weight at the start of a straight walk")
c2 = number("c2", "c_2", "second weight at the start of a straight walk")
Qs = number("Qs", "Q", "height of the landscape: quality as a function of two weights", 0, 1)
Ls = number("Ls", r"\mathcal{L}", "minus the logarithm of the height of the landscape", 0)

# ---- steps and schedules
t = size("t", "steps taken", at=(4, 6))
n = index("n", "a step")
T = size("T", "steps between two halvings of the learning rate", at=(6, 2))
eta = number("eta", r"\eta", "learning rate", 0, None, "lr")
kappa = number("kappa", "h", "curvature of a parabola", 0)
n0 = whole("n0", "n", "a number of steps, 0 included")
delta0 = number("delta0", r"\Delta_0", "distance to the optimum at the start")
delta = array("delta", t, latex=r"\Delta", roles=("step",), meaning="distance to the optimum after j steps")

# ---- where the 1/m goes: two ways to keep the books
ells = array("ells", m, latex=r"\ell", meaning="loss of example i of the mini-batch", roles=("example",), code="losses")
dX = array(
    "dX", D, m, latex="dx", roles=("feature", "example"), capital="dX", code="dX",
    meaning="dZ one layer down, by feature d of example i: in a deeper network the dA of the layer below",
)  # fmt: skip
dP = array(
    "dP", K, m, latex="dp", roles=("class", "example"), capital="dP", code="dP",
    meaning="the derivative of the loss of example i by its own probability of class k: the dA of the last layer",
)  # fmt: skip
z_logistic = array(
    "z_logistic", m, latex="z", meaning="the only score of example i: logistic output", roles=("example",)
)
a_logistic = array(
    "a_logistic", m, latex="a", roles=("example",), low=0, high=1, code="a",
    meaning="probability that example i belongs to the class: logistic output",
)  # fmt: skip
y_logistic = array(
    "y_logistic", m, latex="y", meaning="target of example i, 0 or 1: logistic output", roles=("example",)
)
dz_logistic = array(
    "dz_logistic", m, latex="dz", roles=("example",), code="dz",
    meaning="the course's dz of example i: logistic output",
)  # fmt: skip

# ---- where the 1/m goes: twice or never
B = size("B", "parts of equal size that a batch is cut into, or copies that it is made of", at=(5, 2))
part = index("part", "a part of a batch, or a copy", "n")
times = number("times", r"\nu", "how often the factor 1/m was written")
slope = array(
    "slope", m, latex="g", roles=("example",), meaning="slope of the loss of example i in one weight: its own gradient"
)
slopes = array(
    "slopes", m, B, latex="g_{{{1}}}^{{({0})}}", roles=("example", "step"),
    meaning="the same for example i of part j of a batch",
)  # fmt: skip
lam = number("lam", r"\lambda", "strength of the penalty on the squared weights", 0, None, "lam")
J_penalised = number("J_penalised", r"J_{\lambda}", "the cost J with the penalty on the squared weights added")

# ---- where the 1/m goes: layer after layer. The layer stands above, in brackets, as in the courses.
H = size("H", "units in a hidden layer", at=(5, 3))
layers = size("layers", "layers of the network", at=(6, 4), latex="L")
below = size("below", "layers below the output layer", at=(3, 2), latex="n")
layer = index("layer", "a layer: 1 is the first, L the output layer", "l")
unit = index("unit", "a unit of a layer", "h")
unit2 = index("unit2", "another unit of a layer", "h'")
W1 = array(
    "W1", H, D, latex="w_{{{0}{1}}}^{{[1]}}", roles=("class", "feature"), capital="W^{[1]}", code="weights[0]",
    meaning="weight of feature d in hidden unit k, in a network of two layers",
)  # fmt: skip
W2 = array(
    "W2", K, H, latex="w_{{{0}{1}}}^{{[2]}}", roles=("class", "feature"), capital="W^{[2]}", code="weights[1]",
    meaning="weight of hidden unit d in the score of class k, in a network of two layers",
)  # fmt: skip
T1 = array(
    "T1", H, m, latex="t_{{{0}}}^{{({1})}}", roles=("class", "example"), capital="T",
    meaning="where the tangent of the activation of unit k at example i meets the axis",
)  # fmt: skip
G1 = array(
    "G1", H, m, latex="{{g'}}_{{{0}}}^{{({1})}}", roles=("class", "example"), capital="G'",
    meaning="slope of the activation of unit k at example i, a number",
)  # fmt: skip
Z1 = array(
    "Z1", H, m, latex="z_{{{0}}}^{{[1]({1})}}", roles=("class", "example"), capital="Z^{[1]}",
    meaning="score of hidden unit k for example i, in a network of two layers",
)  # fmt: skip
A1 = array(
    "A1", H, m, latex="a_{{{0}}}^{{[1]({1})}}", roles=("class", "example"), capital="A^{[1]}", code="A[1]",
    meaning="activation of hidden unit k for example i, in a network of two layers",
)  # fmt: skip
Z2 = array(
    "Z2", K, m, latex="z_{{{0}}}^{{[2]({1})}}", roles=("class", "example"), capital="Z^{[2]}",
    meaning="score of class k for example i, in a network of two layers",
)  # fmt: skip
dZ2 = array(
    "dZ2", K, m, latex="dz_{{{0}}}^{{[2]({1})}}", roles=("class", "example"), capital="dZ^{[2]}",
    meaning="the course's dZ of the output layer, in a network of two layers",
)  # fmt: skip
dZ1 = array(
    "dZ1", H, m, latex="dz_{{{0}}}^{{[1]({1})}}", roles=("class", "example"), capital="dZ^{[1]}",
    meaning="the course's dZ of the hidden layer, in a network of two layers",
)  # fmt: skip
dZ2_bar = array(
    "dZ2_bar", K, m, latex=r"\overline{{dz}}_{{{0}}}^{{[2]({1})}}", roles=("class", "example"),
    capital=r"\overline{dZ}^{[2]}", meaning="dZ of the output layer with the 1/m in it",
)  # fmt: skip
dZ1_bar = array(
    "dZ1_bar", H, m, latex=r"\overline{{dz}}_{{{0}}}^{{[1]({1})}}", roles=("class", "example"),
    capital=r"\overline{dZ}^{[1]}", meaning="dZ of the hidden layer with the 1/m in it",
)  # fmt: skip
Wl = array(
    "Wl", layers, H, H, latex="w_{{{1}{2}}}^{{[{0}]}}", roles=("step", "class", "feature"), capital="W^{[l]}",
    meaning="weight of unit d of the layer below in unit k of layer j",
)  # fmt: skip
Gl = array(
    "Gl", layers, H, m, latex="{{g'}}_{{{1}}}^{{[{0}]({2})}}", roles=("step", "class", "example"),
    meaning="slope of the activation of unit k of layer j at example i",
)  # fmt: skip
inputs = array(
    "inputs", layers, H, m, latex="a_{{{1}}}^{{[{0} - 1]({2})}}", roles=("step", "class", "example"),
    capital="A^{[l-1]}", meaning="what enters layer j: activation of unit k of the layer below, for example i",
)  # fmt: skip
top = array(
    "top", H, m, latex="o_{{{0}}}^{{({1})}}", roles=("class", "example"), capital="O",
    meaning="what backpropagation starts from at unit k of the output layer, for example i",
)  # fmt: skip
dZl = array(
    "dZl", layers, H, m, latex="dz_{{{1}}}^{{[{0}]({2})}}", roles=("step", "class", "example"), capital="dZ^{[l]}",
    meaning="dZ of layer j", code="dZ",
)  # fmt: skip
dZl_bar = array(
    "dZl_bar", layers, H, m, latex=r"\overline{{dz}}_{{{1}}}^{{[{0}]({2})}}", roles=("step", "class", "example"),
    capital=r"\overline{dZ}^{[l]}", code="dZ",
    meaning="dZ of layer j when backpropagation starts from u times as much",
)  # fmt: skip
threshold = number("threshold", r"\theta", "largest size of an entry that elementwise clipping lets through", 0)

# ---- where the 1/m goes: precision. Floats, in the words of numerical analysis.
bits = size("bits", "significant bits of a format of floats", at=(8, 11), latex="p")
e_max = size("e_max", "largest exponent of a format of floats", at=(7, 5), latex=r"e_{\max}")
doublings = size("doublings", "how often a number is doubled", at=(3, 2), latex="k")
exponent = number("exponent", "e", "exponent of x: the whole power of two at or below x")
exponent2 = number("exponent2", "e'", "exponent of x after k doublings")
significand = number("significand", "s", "significand of x, scaled to p bits before the point", 0)
significand2 = number("significand2", "s'", "significand of x after k doublings, scaled to p bits before the point", 0)
whole_significand = number("whole_significand", r"\hat s", "the scaled significand of x, rounded to a whole number")
whole_significand2 = number(
    "whole_significand2", r"\hat s'", "the scaled significand after k doublings, rounded to a whole number"
)
fl = number("fl", r"\mathrm{fl}(x)", "x rounded to p significant bits, ties to even", code="rounded")
fl2 = number("fl2", r"\mathrm{fl}(2^k x)", "x after k doublings, rounded to p significant bits, ties to even")
largest = number("largest", r"x_{\max}", "the largest float of a format", 0)
smallest = number("smallest", r"x_{\min}", "the smallest float of a format that has all its bits", 0)
tiny = number("tiny", r"x_{\mathrm{tiny}}", "the smallest positive float of a format; near 0 all are its multiples", 0)
entry = number("entry", r"\delta", "size of an entry of dZ, before anything is divided by m", 0)
steps = number("steps", "n", "an entry of dZ over m, counted in smallest positive floats", 0)
whole_steps = number("whole_steps", r"\hat n", "the same, rounded to a whole number")
entry_over_m = number("entry_over_m", r"\mathrm{fl}(\delta/m)", "an entry of dZ over m, below the smallest full float")
loss_scale = number("loss_scale", "c", "loss scale: the number that the cost is multiplied by", 0)
g_large = number("g_large", r"g_{\max}", "the largest size of an entry that a backward pass computes", 0)
g_small = number("g_small", r"g_{\min}", "the smallest size that must not be lost", 0)

# ---- where the 1/m goes: a derivative without algebra, and a doctor for gradients
step_h = number("step_h", "h", "how far the argument of a function is moved, to see how its value moves", 0, 1, "h")
f0 = number("f0", "f(x)", "value of a function at x")
f1 = number("f1", "f'(x)", "its derivative there")
f2x = number("f2x", "f''(x)", "its second derivative there")
f3 = number("f3", "f'''(x)", "its third derivative there")
f4 = number("f4", "f^{(4)}(x)", "its fourth derivative there")
f5 = number("f5", "f^{(5)}(x)", "its fifth derivative there")
f_ahead = number("f_ahead", "f(x+h)", "value of the function a step ahead")
f_back = number("f_back", "f(x-h)", "value of the function a step back")
f_half_ahead = number("f_half_ahead", r"f(x+\tfrac{h}{2})", "value of the function half a step ahead")
f_half_back = number("f_half_back", r"f(x-\tfrac{h}{2})", "value of the function half a step back")
f_imaginary = number("f_imaginary", r"\operatorname{Im} f(x+ih)", "imaginary part of the function a step to the side")
best_h = number("best_h", r"h^{\star}", "the best step of a difference", 0)
roundoff_of_f = number("roundoff_of_f", r"\rho", "rounding error of the value of a function", 0)
bend = number("bend", "q", "how fast the error of a difference grows with the square of the step", 0)
mine = array(
    "mine", D, latex="g", roles=("feature",), meaning="a gradient as it was handed over, entry by entry", code="g"
)
true = array(
    "true", D, latex=r"g^{{\star}}_{{{0}}}", roles=("feature",), code="right",
    meaning="the derivative of the cost, taken numerically, entry by entry",
)  # fmt: skip
weight = array("weight", D, latex="w", roles=("feature",), meaning="a parameter, entry by entry", code="W")
across = array(
    "across", D, latex=r"w^{{\perp}}_{{{0}}}", roles=("feature",), code="across",
    meaning="what of the parameter is perpendicular to the derivative",
)  # fmt: skip
factor = number("factor", "c", "a factor that a gradient carries too much", code="c")
nearest_c = number("nearest_c", r"c^{\star}", "the factor that brings the derivative nearest to a gradient", code="c")
surplus = number("surplus", "k", "how much of the parameter a gradient holds too much", code="k")
coefficient = number(
    "coefficient", r"\kappa", "how much of the parameter the derivative of a penalty holds", code="kappa"
)
own = number("own", "s", "how much of the parameter a gradient holds for the penalty")
cosine = number("cosine", r"\cos\varphi", "cosine of the angle between a gradient and the derivative")

# ---- sum or mean: sum_is_m_times_mean
J_sum = number("J_sum", r"J_{\Sigma}", "the sum of the losses of the mini-batch", code="total")
ells_there = array(
    "ells_there", m, latex=r"\ell'^{{({0})}}", meaning="loss of example i at other weights", roles=("example",)
)

# ---- sum or mean: epoch_cost
batches = size("batches", "mini-batches of an epoch, of any sizes", at=(3, 4), latex="B")
batch = index("batch", "a mini-batch of an epoch, where k is no class", "k")
member = array(
    "member", batches, N, latex=r"\chi", roles=("step", "example"),
    meaning="1 if example i stands in batch j, and 0 if not",
)  # fmt: skip
losses = array("losses", N, latex=r"\ell", meaning="loss of example i of the training set", roles=("example",))
counts = array(
    "counts", batches, latex="n", roles=("step",), low=0, code="counts", meaning="how many examples batch j holds"
)
sums = array("sums", batches, latex="s", meaning="sum of the losses of batch j", roles=("step",), code="sums")
means = array("means", batches, latex="a", meaning="mean of the losses of batch j", roles=("step",), code="means")
mean_count = number("mean_count", r"\bar n", "examples of a batch, on average", 0)
mean_of_means = number("mean_of_means", r"\bar a", "average of the batch averages")
covariance = number(
    "covariance", r"\operatorname{Cov}(n, a)", "covariance, over the batches, of their sizes and their averages"
)
J_epoch = number("J_epoch", r"J_{\mathrm{epoch}}", "mean of the losses of all N examples", code="epoch_cost")

# ---- sum or mean: batch_size
pool = size("pool", "examples that mini-batches are drawn from", at=(6, 9), latex="N")
pulls = array(
    "pulls", pool, latex="g^{{({0})}}", roles=("example",), code="slopes",
    meaning="slope of the loss of example i in one weight, for every example that can be drawn",
)  # fmt: skip
ways = number("ways", "C", "how many batches of m different examples there are among N", 0)
ways_with = number("ways_with", "C_1", "how many of them hold a given example", 0)
ways_with_both = number("ways_with_both", "C_2", "how many of them hold two given examples", 0)
chance = number("chance", r"\pi_1", "share of all batches that hold a given example", 0, 1)
chance_of_both = number("chance_of_both", r"\pi_2", "share of all batches that hold two given examples", 0, 1)
expected = number("expected", r"\operatorname{E}\bar g", "the mean slope of a batch, averaged over all batches")
spread = number("spread", r"\operatorname{Var}\bar g", "its variance over all batches", 0, code="variance")
spread_again = number(
    "spread_again", r"\operatorname{Var}_{\circlearrowleft}\bar g",
    "the same, where each example of the batch is drawn anew from all", 0, code="variance",
)  # fmt: skip
S2 = number("S2", "S^2", "variance of the slopes of all N examples, over N − 1", 0)
sigma2 = number("sigma2", r"\sigma^2", "variance of the slopes of all N examples, over N", 0)
pull_all = number("pull_all", r"\bar g", "mean slope of all examples of B batches, taken as one batch")
pull1 = number("pull1", "g_1", "slope of the cost of the first batch in one weight")
pull2 = number("pull2", "g_2", "slope of the cost of the second batch there")

# ---- sum or mean: penalty_share
Omega = number(
    "Omega", r"\Omega", "a penalty on the weights, a number in which no example has a part", 0, None, "penalty"
)
lam_plain = number("lam_plain", r"\lambda'", "strength of the same penalty, where no half stands before it", 0)
lam_shared = number(
    "lam_shared", r"\lambda''", "strength of the same penalty, where it is shared out among m examples", 0
)
x_one = array("x_one", m, latex="x", roles=("example",), code="x", meaning="the only feature of example i of the batch")
y_one = array("y_one", m, latex="y", roles=("example",), code="y", meaning="target of example i: a number, not a class")
mean_xx = number("mean_xx", r"\overline{x^2}", "mean over the batch of the squares of the only feature")
mean_xy = number("mean_xy", r"\overline{xy}", "mean over the batch of the products of feature and target")
w_one = number("w_one", "w", "the only weight, beside one feature: written after its penalty")
w_mean = number("w_mean", r"w_{\mathrm{mean}}", "weight at which the mean loss with its penalty is least")
w_sum = number("w_sum", r"w_{\Sigma}", "weight at which the sum of the losses with the same penalty is least")

# ---- sum or mean: epoch_cost, its last batch and its moving parameters
batch2 = index("batch2", "the mini-batch that holds example i", "k'")
left_over = size("left_over", "examples in the last mini-batch of an epoch", at=(2, 3), latex="r")
mean_before = number("mean_before", "a", "mean of the losses of all batches but the last")
mean_last = number("mean_last", "a_B", "mean of the losses of the last batch")
J_running = number("J_running", r"\tilde J", "the cost that is added up while the parameters move", code="epoch_cost")
moving = array(
    "moving", batches, N, latex=r"\ell_{{{0}}}^{{({1})}}", roles=("step", "example"),
    meaning="loss of example i at the parameters that batch j meets",
)  # fmt: skip

# ---- sum or mean: library_conventions
wt = array(
    "wt", m, latex="w^{{({0})}}", roles=("example",), low=0, high=3, code="weights", meaning="weight of example i"
)
counting = array(
    "counting", m, latex=r"\chi^{{({0})}}", roles=("example",), low=0, high=1, code="weights",
    meaning="1 where the label of example i counts, and 0 where it is ignored",
)  # fmt: skip
class_weight = array(
    "class_weight", K, latex=r"\omega", roles=("class",), low=0, high=3, code="class_weights",
    meaning="weight of class k",
)  # fmt: skip
terms = array(
    "terms", K, m, latex="t", roles=("class", "example"), capital="T", code="terms",
    meaning="an entry of a loss before anything is added up: a square, a term of a divergence",
)  # fmt: skip
softened = array(
    "softened", K, latex="y'_{{{0}}}", roles=("class",), code="smoothed(Y)", meaning="target of class k, smoothed"
)
positive_score = array(
    "positive_score", K, latex="z", roles=("class",), low=0, high=4, code="Z",
    meaning="score of class k, here a positive one",
)  # fmt: skip
J_weights = number("J_weights", "J_{w}", "weighted losses, divided by the sum of the weights")
J_count = number("J_count", r"J_{w/m}", "weighted losses, divided by the number of examples")
J_kept = number("J_kept", r"J_{\chi}", "losses of the labels that count, divided by how many they are")
J_nonzero = number("J_nonzero", r"J_{w\neq0}", "weighted losses, divided by how many weights are not zero")
J_soft = number(
    "J_soft", r"J_{\omega}", "losses with a weight at the term of each class, divided by the number of examples"
)
J_smooth = number(
    "J_smooth", r"J_{\omega,\varepsilon}", "the same with smoothed targets, divided by the labels' weights"
)
J_entries = number("J_entries", r"J_{Km}", "all entries of a loss, divided by how many entries there are")
J_examples = number("J_examples", "J_{m}", "all entries of a loss, divided by the number of examples")
ell_binary = number("ell_binary", r"\ell_{c}", "loss of one score with a target of 0 or 1, its positive term weighted")
positive_weight = number("positive_weight", "c", "weight of the term of a target that is 1", 0, code="positive")
z_binary = number("z_binary", "z", "the only score of an example")
y_binary = number("y_binary", "y", "its target, from 0 to 1", 0, 1)

# ---- sum or mean: equivalent_learning_rate. A dash marks what belongs to the cost times c.
beta = number("beta", r"\beta", "share of the old value that a moving average keeps", 0, 1, "beta")
intake = number("intake", "a", "what a new value is multiplied by, before a moving average takes it in", 0)
signal = array("signal", t, latex="x", roles=("step",), meaning="what is averaged at step j: a gradient or its square")
average = array("average", t, latex="v", roles=("step",), meaning="the moving average after j steps")
average_scaled = array(
    "average_scaled", t, latex="v'_{{{0}}}", roles=("step",), meaning="the same, of values c times as large"
)
rates = array("rates", t, latex=r"\eta", roles=("step",), low=0, meaning="learning rate of step j")
walk = array("walk", t, latex="w", roles=("step",), meaning="a weight after j steps")
walk_scaled = array("walk_scaled", t, latex="w'_{{{0}}}", roles=("step",), meaning="the weight on the cost times c")
w_start = number("w_start", "w_0", "the weight before the first step")
grad = number("grad", "g", "gradient of the cost in one weight")
grad_scaled = number("grad_scaled", "g'", "the same, of the cost times c")
v_hat = number("v_hat", r"\hat v", "average of the gradients, corrected for its start")
v_hat_scaled = number("v_hat_scaled", r"\hat v'", "the same, of the cost times c")
s_hat = number("s_hat", r"\hat s", "average of the squared gradients, corrected for its start", 0)
s_hat_scaled = number("s_hat_scaled", r"\hat s'", "the same, of the cost times c", 0)
g_scaled = array(
    "g_scaled", D, latex="g'_{{{0}}}", roles=("feature",), meaning="gradient of the cost times c, by entry"
)
max_norm = number("max_norm", r"\theta", "length to which a longer gradient is cut", 0, code="threshold")

# ---- sum or mean: accumulation. A part is a micro-batch, or what one process (rank) holds.
other = index("other", "another part, where k is taken", "j")
pooled = number("pooled", r"a_{\mathrm{all}}", "average over all tokens of all parts", code="pooled")
weights_of_parts = array(
    "weights_of_parts", batches, latex="w", roles=("step",), code="weights",
    meaning="what the average of part j is multiplied by",
)  # fmt: skip

# ---- sum or mean: mini_batches
M = size("M", "examples in the training set, where it is cut into mini-batches", at=(25, 30))
first_of = array(
    "first_of", ceiling(M / m), latex=r"\mathrm{first}", roles=("step",), code="start",
    meaning="number of the first example of mini-batch j",
)  # fmt: skip
last_of = array(
    "last_of", ceiling(M / m), latex=r"\mathrm{last}", roles=("step",), code="stop",
    meaning="number of the last example of mini-batch j",
)  # fmt: skip

# ---- sum or mean: which_denominator
in_part = array(
    "in_part", batches, m, latex=r"\chi_{{{0}}}^{{({1})}}", roles=("step", "example"),
    meaning="1 if position i stands in micro-batch j (or on rank j), and 0 if not",
)  # fmt: skip
part_means = array(
    "part_means", batches, latex="a", roles=("step",), meaning="mean of the losses of micro-batch j that count"
)
weighted_part_means = array(
    "weighted_part_means", batches, latex="a'_{{{0}}}", roles=("step",),
    meaning="weighted mean of the losses of micro-batch j that count",
)  # fmt: skip
r_sum = number("r_sum", r"r_{\Sigma}", "the number reported: the losses that count, added up")
r_positions = number("r_positions", "r_{m}", "the same, divided by the number of all positions")
r_entries = number("r_entries", "r_{Km}", "the same, divided by the number of all outputs")
r_half = number("r_half", "r_{2m}", "the same, divided by twice the number of all positions")
r_batches = number("r_batches", "r_{B}", "the same, divided by the number of micro-batches")
r_kept_over_ranks = number(
    "r_kept_over_ranks", r"r_{\chi B}", "the mean over what counts, divided by the number of ranks"
)
r_means = number("r_means", r"r_{\bar a}", "the number reported: the mean of the means of the micro-batches")
r_means_sum = number("r_means_sum", r"r_{\Sigma a}", "the means of the micro-batches, added up")
r_means_over_m = number("r_means_over_m", "r_{a/m}", "the same, divided by the number of all positions")
r_weighted_sum = number("r_weighted_sum", r"r_{\Sigma w}", "the weighted losses that count, added up")
r_weights = number("r_weights", "r_{w}", "the same, divided by the sum of the weights that count")
r_weights_over_m = number("r_weights_over_m", "r_{w/m}", "the same, divided by the number of all positions")
r_weights_over_kept = number(
    "r_weights_over_kept", r"r_{w/\chi}", "the same, divided by the number of positions that count"
)
r_weighted_means = number("r_weighted_means", r"r_{\bar a'}", "the mean of the weighted means of the micro-batches")

# ---- sum or mean: optimizer_conventions
beta1 = number("beta1", r"\beta_1", "share of the old value in Adam's average of gradients", 0, 1, "beta1")
beta2 = number("beta2", r"\beta_2", "share of the old value in Adam's average of squares", 0, 1, "beta2")
v_raw = number("v_raw", "v_t", "average of the gradients after t steps, begun at 0 and not corrected")
s_raw = number("s_raw", "s_t", "average of the squared gradients after t steps, begun at 0 and not corrected", 0)
step_published = number("step_published", r"\Delta w", "a step of Adam, as published")
step_hat = number("step_hat", r"\Delta w_{\hat\varepsilon}", "a step of Adam in the order that the paper gives too")
step_beside = number("step_beside", r"\Delta w_{+}", "a step over the root of the squares, ε beside the root")
step_under = number("step_under", r"\Delta w_{\sqrt{\,}}", "a step over the root of the squares, ε under the root")
buffer_t = number("buffer_t", "b_t", "momentum's buffer after t steps", code="buffer")
from_zero = number("from_zero", "v_t^{0}", "moving average after t steps, begun at 0")
corrected_t = number("corrected_t", r"\hat v_t", "moving average after t steps, begun at 0 and corrected")
adjusted_t = number("adjusted_t", r"\bar v_t", "moving average after t steps, over the sum of its own weights")
from_first = number("from_first", "v_t^{1}", "moving average after t steps, begun at the first value")
mean_t = number("mean_t", r"\bar x_t", "plain mean of the first t values")
w_decayed = number("w_decayed", "w_t", "a weight after t steps of decay and without a gradient")
mean_x = number("mean_x", r"\bar x", "mean of a feature over the batch")
var_m = number("var_m", r"\sigma_m^2", "variance of a feature over the batch, divided by m", 0)
var_m1 = number("var_m1", r"\sigma_{m-1}^2", "variance of a feature over the batch, divided by m − 1", 0)
running = number("running", "r", "running statistic of batch normalisation, before a batch")
running_next = number("running_next", "r'", "the same after the batch, by a share of the new")
running_kept = number("running_kept", "r''", "the same after the batch, by a share of the old")
of_batch = number("of_batch", "x", "statistic of the batch")
share_new = number("share_new", "a", "share of the new value", 0, 1, "momentum")
alpha = number("alpha", r"\alpha", "strength of a penalty, as scikit-learn names it", 0, None, "alpha")
C_inverse = number(
    "C_inverse", "C", "inverse strength: what stands before the losses, as scikit-learn names it", 0, code="C"
)
J_C = number("J_C", "J_{C}", "cost of logistic regression in scikit-learn, one weight")
J_alpha = number("J_alpha", r"J_{\alpha/2m}", "cost of a neural network in scikit-learn")
w_lasso = number("w_lasso", r"w_{\mathrm{lasso}}", "weight of the lasso, where it is positive")
R_keras = number("R_keras", "R", "what an L2 regulariser adds to the cost")
g_decayed = number("g_decayed", r"g_{\lambda}", "gradient with the decay of its weight added")
hessian = array(
    "hessian", m, latex="h", roles=("example",), low=0, high=3, code="hessians",
    meaning="second derivative of the loss of example i by its score",
)  # fmt: skip
leaf = number("leaf", r"\theta", "value of a leaf of a tree")
J_leaf = number("J_leaf", r"J_{\theta}", "what a leaf of a boosted tree makes small")
leaf_best = number("leaf_best", r"\theta^{\star}", "value of a leaf as the libraries set it")
H_leaf = number("H_leaf", "H", "second derivatives in a leaf, added up", 0)

# ---- sum or mean: mean_sum_or_max
J_tau = number("J_tau", r"J_{\tau}", "soft maximum of the losses: log-mean-exp at temperature τ", code="soft_maximum")
worst = number("worst", r"\ell_{\max}", "the largest loss of the batch")
target_low = number("target_low", r"y_{\min}", "the smallest of several targets")
target_high = number("target_high", r"y_{\max}", "the largest of several targets")

# ---- moving averages: average_that_remembers
window_before = number("window_before", r"\bar x_{\mathrm{old}}", "mean of a window, all its t − 1 values")
window_after = number("window_after", r"\bar x_{\mathrm{new}}", "the same, one value further on", code="window_mean")

# ---- moving averages: batch_normalisation, its backward pass and its test time. One unit, m examples.
i3 = index("i3", "a third example", "i''")
scores = array(
    "scores", m, latex="z", roles=("example",), code="z", meaning="score of one unit for example i, not yet activated"
)
mu = number("mu", r"\mu", "mean of the unit's scores over the batch", code="mu")
z_norm = array("z_norm", m, latex=r"\hat z", roles=("example",), meaning="the score of example i, normalised")
z_tilde = array(
    "z_tilde",
    m,
    latex=r"\tilde z",
    roles=("example",),
    meaning="the score that batch normalisation gives for example i",
)
gain = number("gain", r"\gamma", "learnt factor of batch normalisation", code="gamma")
bn_shift = number("bn_shift", r"\beta_{\mathrm{bn}}", "learnt shift of batch normalisation", code="beta")
mu2 = number("mu2", r"\mu'", "mean of the unit's scores over another batch")
dz_tilde = array(
    "dz_tilde", m, latex=r"d\tilde z", roles=("example",), code="dZ_tilde",
    meaning="slope of the cost in what batch normalisation gives for example i",
)  # fmt: skip
dz_unit = array(
    "dz_unit", m, latex="dz", roles=("example",), code="dZ",
    meaning="slope of the cost in the score of example i, before batch normalisation",
)  # fmt: skip
mean_up = number("mean_up", r"\overline{d\tilde z}", "mean over the batch of the slopes that come from above")
mean_up_z = number(
    "mean_up_z", r"\overline{d\tilde z\,\hat z}\,", "mean over the batch of those slopes times the normalised scores"
)
expected_var = number(
    "expected_var", r"\operatorname{E}\sigma_m^2", "variance within a batch, averaged over all batches", 0
)
expected_var_again = number(
    "expected_var_again", r"\operatorname{E}_{\circlearrowleft}\sigma_m^2",
    "the same, where each example of the batch is drawn anew from all", 0,
)  # fmt: skip
mu_run = number("mu_run", r"\hat\mu", "mean of the unit's scores that is kept for the test", code="running_mean")
bias_one = number("bias_one", "b", "bias of the unit", code="b")
folded_weight = array(
    "folded_weight", D, latex="w'_{{{0}}}", roles=("feature",), code="W",
    meaning="weight of feature d in the unit, with γ over the root in it",
)  # fmt: skip
folded_bias = number("folded_bias", "b'", "the unit's bias, with all else in it", code="b")

# ---- moving averages: momentum
gradients = array(
    "gradients", t, latex="g", roles=("step",), meaning="gradient of the cost in one weight, at step j", code="dw"
)
velocity = array("velocity", t, latex="v", roles=("step",), meaning="momentum as an average of gradients", code="v")
buffers = array("buffers", t, latex="b", roles=("step",), meaning="momentum as a buffer of gradients", code="v")
folded = array(
    "folded", t, latex="q", roles=("step",), meaning="momentum with the learning rate inside its buffer", code="v"
)
walk_plain = array(
    "walk_plain", t, latex="w'_{{{0}}}", roles=("step",), meaning="a weight after j steps along the buffer"
)
beta_next = number("beta_next", r"\beta'", "the share that momentum keeps from this step on", 0, 1)
ahead = array(
    "ahead", t, latex=r"\tilde w", roles=("step",), meaning="where Nesterov's momentum takes the gradient after step j"
)

# ---- moving averages: rmsprop_and_adam, epsilon_placement
fitted = number("fitted", "c_t", "what a fading sequence is multiplied by to come nearest to the gradients")
overlap = number("overlap", "R_t", "what bounds the ratio of Adam's two averages after t steps", 0)
eps_t = number("eps_t", r"\varepsilon_t", "what ε is worth beside the root of an average that is not corrected", 0)
rms = number("rms", "r", "root of the corrected average of the squared gradients; its sign does not matter")

# ---- moving averages: bias_correction
together_t = number("together_t", "W_t", "sum of all weights of the average after t steps", 0, 1)
corrected = array(
    "corrected", t, latex=r"\hat v", roles=("step",), code="corrected",
    meaning="the corrected average after j steps",
)  # fmt: skip
times_at = array(
    "times_at", t, latex="f", roles=("step",), low=0, high=3,
    meaning="what the average is multiplied by at step j, before it goes on",
)  # fmt: skip
met = array(
    "met", t, latex="F", roles=("step",), low=0, high=3,
    meaning="the product of all these factors, from the first step to step j",
)  # fmt: skip
repeated = array(
    "repeated", t, latex=r"\tilde v", roles=("step",),
    meaning="an average that is multiplied at every step, and goes on from there",
)  # fmt: skip

# ---- moving averages: scan
keep_1 = number("keep_1", "a_1", "what the first of three steps multiplies by")
keep_2 = number("keep_2", "a_2", "what the second of three steps multiplies by")
keep_3 = number("keep_3", "a_3", "what the third of three steps multiplies by")
add_1 = number("add_1", "b_1", "what the first of three steps adds")
add_2 = number("add_2", "b_2", "what the second of three steps adds")
add_3 = number("add_3", "b_3", "what the third of three steps adds")
v_old = number("v_old", "v", "the average before a step")
carry = number("carry", "c", "the average before a block: what it carries on from", code="start")
average_on = array(
    "average_on", t, latex="v'_{{{0}}}", roles=("step",), meaning="the average j steps into a block, begun at the carry"
)

# ---- moving averages: learning_rate_decay
epoch = number("epoch", "e", "number of an epoch: how many are over", 0, 40, "epoch")
eta0 = number("eta0", r"\eta_0", "learning rate that a schedule begins with", 0, None, "lr0")
decay = number("decay", "d", "how fast a learning rate falls as one over the epochs", 0, None, "decay")
fade = number("fade", r"\rho", "what a learning rate is multiplied by at each epoch", 0, 1, "base")
k_root = number("k_root", "k", "factor of a learning rate that falls as one over the root of the epochs", 0, None, "k")
eta_inverse = number("eta_inverse", r"\eta_e", "learning rate of epoch e: over a number that grows with e", 0)
eta_exponential = number("eta_exponential", r"\eta_e", "learning rate of epoch e: times the same factor each epoch", 0)
eta_root = number("eta_root", r"\eta_e", "learning rate of epoch e, from 1 on: over the root of e", 0)
eta_stairs = number("eta_stairs", r"\eta_e", "learning rate of epoch e: halved after every T epochs", 0)
noise_b = number("noise_b", "s", "standard deviation of the gradient of a batch", 0, None, "noise")

# ---- moving averages: memory_length
held = number("held", "q", "share of the weight that the newest values hold", 0, 1, "share")
steps_held = number("steps_held", "k_q", "how many of the newest values hold that share", 0, code="steps_for")
mean_age = number("mean_age", r"\bar k", "mean age of what the average holds, in steps, in the long run", 0)
span = number("span", "s", "the plain window that is as late, and as noisy", 1, code="span")
noise_left = number(
    "noise_left", r"\rho", "share of the variance of independent noise that is left, in the long run", 0, 1
)

# ---- moving averages: saddles_and_plateaus
fall = number("fall", "|h|", "curvature of the direction in which a saddle falls, without its sign", 0)
offset = number("offset", r"\delta", "distance from the saddle along its falling direction, at the start", 0)
radius = number("radius", "R", "distance at which the saddle counts as left", 0)
away = array("away", t, latex="y", roles=("step",), meaning="distance from the saddle after j steps")
h_1 = number("h_1", "h_1", "curvature of the first direction of a level point")
h_2 = number("h_2", "h_2", "curvature of the second direction of a level point")
J_level = number("J_level", r"\Delta J", "change of a cost near a level point, to second order")
a_11 = number("a_11", "a", "first entry of the diagonal of a symmetric matrix")
a_12 = number("a_12", "b", "entry beside the diagonal")
a_22 = number("a_22", "c", "second entry of the diagonal")
z_far = number("z_far", "z", "how far out on a plateau of the sigmoid", 0)
steps_out = number("steps_out", "t_R", "steps until the saddle counts as left", 0)

# ---- moving averages: momentum_speed
root1 = number("root1", "r_1", "what one of the two parts of the distance is multiplied by at each step", -1, 1)
root2 = number("root2", "r_2", "what the other part is multiplied by", -1, 1)
cond = number("cond", r"\kappa", "condition number of a bowl: its largest curvature over its smallest", 1, 1000)
