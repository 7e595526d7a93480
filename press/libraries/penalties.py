"""What a penalty stands beside: a sum of losses, their mean, or nothing that an example is part of."""

from __future__ import annotations

from typing import Any

import numpy as np

from press.libraries import fact
from snippets.sum_or_mean import library_conventions, optimizer_conventions, penalty_share

X = ((1.0,), (2.0,), (3.0,), (0.5,))  # one feature of four examples
TARGETS = (1.0, 3.0, 2.0, -1.0)
LABELS = (0, 1, 1, 0)
W = (1.0, -2.0, 0.5)
LEFT, RIGHT = (-6.0, -3.0), (3.0, 5.0)  # targets on two sides of a split


def _lasso(alpha: float) -> float:
    """Where one weight has no slope: squares over 2m, and α times its size; here it is positive."""
    x, y = np.ravel(X), np.array(TARGETS)
    return float(((x * y).mean() - alpha) / (x * x).mean())


def _with_c(C: float) -> float:
    """Where C Σ ℓ + w²/2 has no slope, by halving: ℓ is the loss of the logistic model with one weight."""
    x, y = np.ravel(X), np.array(LABELS)
    low, high = -50.0, 50.0
    for _ in range(200):
        w = (low + high) / 2
        slope = C * (x * (1 / (1 + np.exp(-w * x)) - y)).sum() + w
        low, high = (low, w) if slope > 0 else (w, high)
    return w


def _leaves(weight: float, lam: float) -> list[float]:
    """The values of the two leaves, for squared errors from a start at 0, all examples weighted."""
    sides = (np.array(LEFT), np.array(RIGHT))
    return [optimizer_conventions.leaf(-weight * side, np.full(2, weight), lam) for side in sides]


@fact(
    "scikit-learn",
    table="penalties",
    formula="ridge_of_the_sum",
    ours=lambda: penalty_share.ridge(np.transpose(X), TARGETS, 2.0, "sum"),
    threads=("scikit-learn/scikit-learn#32042",),
    shows="Ridge(alpha=2.0, fit_intercept=False)",
)
def sklearn_ridge() -> Any:
    """Ridge adds its penalty to a sum of squares: with the same data twice over, `alpha` must double."""
    from sklearn.linear_model import Ridge

    model = Ridge(alpha=2.0, fit_intercept=False)
    return model.fit(X, TARGETS).coef_


@fact(
    "scikit-learn",
    table="penalties",
    formula="ridge_of_the_mean",
    ours=lambda: penalty_share.ridge(np.transpose(X), TARGETS, 2.0, "mean"),
    shows="ElasticNet(alpha=2.0, l1_ratio=0.0, fit_intercept=False, tol=1e-12, max_iter=10_000)",
)
def sklearn_elastic_net() -> Any:
    """ElasticNet without its first penalty is a ridge too, and adds it to a mean: the same library, another rule."""
    from sklearn.linear_model import ElasticNet

    model = ElasticNet(alpha=2.0, l1_ratio=0.0, fit_intercept=False, tol=1e-12, max_iter=10_000)
    return model.fit(X, TARGETS).coef_


@fact(
    "scikit-learn",
    table="penalties",
    formula="lasso_weight",
    ours=lambda: _lasso(0.5),
    shows="Lasso(alpha=0.5, fit_intercept=False, tol=1e-12)",
)
def sklearn_lasso() -> Any:
    """The lasso adds its penalty to a mean with a half."""
    from sklearn.linear_model import Lasso

    model = Lasso(alpha=0.5, fit_intercept=False, tol=1e-12)
    return model.fit(X, TARGETS).coef_


@fact(
    "scikit-learn",
    table="penalties",
    formula="c_as_lambda",
    ours=lambda: _with_c(0.5),
    precision="solver",
    threads=("scikit-learn/scikit-learn#24752", "scikit-learn/scikit-learn#28706"),
    shows='LogisticRegression(C=0.5, fit_intercept=False, solver="newton-cholesky", tol=1e-12)',
)
def sklearn_logistic() -> Any:
    """`C` stands before the sum of the losses: the more data, the weaker the penalty."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.5, fit_intercept=False, solver="newton-cholesky", tol=1e-12)
    return model.fit(X, LABELS).coef_


@fact(
    "scikit-learn",
    table="penalties",
    formula="c_as_lambda",
    ours=lambda: _with_c(0.5),
    precision="solver",
    threads=("scikit-learn/scikit-learn#32042",),
    shows='LogisticRegression(C=0.25, fit_intercept=False, solver="newton-cholesky", tol=1e-12)',
)
def sklearn_logistic_twice() -> Any:
    """The same data twice over with half the `C`: the same weight."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.25, fit_intercept=False, solver="newton-cholesky", tol=1e-12)
    return model.fit(X * 2, LABELS * 2).coef_


@fact(
    "scikit-learn",
    table="penalties",
    formula="cost_with_alpha",
    ours=lambda: float(
        library_conventions.binary_cross_entropies([np.ravel(X)], [np.array(LABELS, float)]).mean() + 3.0 / (2 * 4)
    ),
    threads=("scikit-learn/scikit-learn#22151",),
    shows='MLPClassifier(hidden_layer_sizes=(), solver="sgd", alpha=3.0, batch_size=4, shuffle=False)',
)
def sklearn_network() -> Any:
    """The network's `alpha` is divided by the examples of the batch, and has a half."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(hidden_layer_sizes=(), solver="sgd", alpha=3.0, batch_size=4, shuffle=False)
    network.partial_fit(X, LABELS, classes=[0, 1])  # makes the arrays
    network.coefs_[0][...], network.intercepts_[0][...] = 1.0, 0.0
    return network.partial_fit(X, LABELS).loss_


@fact(
    "keras",
    table="penalties",
    formula="squares_added",
    ours=lambda: 0.5 * float(np.dot(W, W)),
    precision="float32",
)
def keras_l2() -> Any:
    """An L2 regulariser adds its squares whole: no half, and no division by the batch."""
    import keras

    return keras.regularizers.L2(0.5)(np.array(W))


@fact(
    "torch",
    table="penalties",
    formula="decay_in_the_gradient",
    ours=lambda: 0.25 + 0.5 * np.array(W),
    shows="torch.optim.SGD([w], lr=1.0, weight_decay=0.5)",
)
def torch_weight_decay() -> Any:
    """`weight_decay` adds its multiple of the weight to the gradient, whatever the loss was divided by."""
    import torch

    w = torch.nn.Parameter(torch.tensor(W, dtype=torch.float64))
    w.grad = torch.full_like(w, 0.25)
    torch.optim.SGD([w], lr=1.0, weight_decay=0.5).step()
    return torch.tensor(W, dtype=torch.float64) - w


@fact(
    "optax",
    table="penalties",
    formula="decay_in_the_gradient",
    ours=lambda: 0.25 + 0.5 * np.array(W),
    shows="optax.add_decayed_weights(0.5)",
)
def optax_decayed_weights() -> Any:
    """Where `add_decayed_weights` stands in a chain decides what happens to it; alone it is this sum."""
    import jax.numpy as jnp
    import optax

    rule = optax.add_decayed_weights(0.5)
    g, w = jnp.full(3, 0.25), jnp.array(W)
    return rule.update(g, rule.init(w), w)[0]


@fact(
    "xgboost-cpu",
    table="penalties",
    formula="leaf_weight",
    ours=lambda: _leaves(1.0, 2.0),
    precision="float32",
    shows='"lambda": penalty',
)
def xgboost_lambda() -> Any:
    """`lambda` stands beside the sum of the second derivatives in a leaf: small leaves feel it most."""
    return _xgboost_leaves(weight=1.0, penalty=2.0)


@fact(
    "lightgbm",
    table="penalties",
    formula="leaf_weight",
    ours=lambda: _leaves(1.0, 2.0),
    precision="float32",
    shows='"lambda_l2": penalty',
)
def lightgbm_lambda() -> Any:
    """`lambda_l2` stands beside the sum of the second derivatives in a leaf too."""
    return _lightgbm_leaves(weight=1.0, penalty=2.0)


@fact(
    "xgboost-cpu",
    table="penalties",
    formula="leaf_weight",
    ours=lambda: _leaves(1e-3, 2.0),
    precision="float32",
    threads=("dmlc/xgboost#2187", "dmlc/xgboost#5987"),
    shows="weight=[weight] * 4",
)
def xgboost_small_weights() -> Any:
    """Weights of the examples that are all small make both sums small, and the penalty holds the leaves near 0."""
    return _xgboost_leaves(weight=1e-3, penalty=2.0)


@fact(
    "lightgbm",
    table="penalties",
    formula="leaf_weight",
    ours=lambda: _leaves(1e-5, 2.0),
    precision="float32",
    threads=("microsoft/LightGBM#2519",),
    shows="weight=[weight] * 4",
)
def lightgbm_small_weights() -> Any:
    """Small weights hold these leaves near 0 too, once the least sum per leaf is taken away."""
    return _lightgbm_leaves(weight=1e-5, penalty=2.0)


@fact(
    "lightgbm",
    table="penalties",
    formula="hessian_of_a_leaf",
    ours=lambda: [4 * 1e-5, 1],
    precision="float32",
    threads=("microsoft/LightGBM#2519",),
    shows='settings | {"min_sum_hessian_in_leaf": 1e-3}',
)
def lightgbm_least_sum() -> Any:
    """`min_sum_hessian_in_leaf` is compared with this sum: weights scaled down, and no tree grows. Sum, and leaves."""
    import lightgbm

    x, y, settings = _lightgbm_data()
    model = lightgbm.train(settings | {"min_sum_hessian_in_leaf": 1e-3}, lightgbm.Dataset(x, y, weight=[1e-5] * 4), 1)
    tree = model.dump_model()["tree_info"][0]
    return [4 * 1e-5, tree["num_leaves"]]


@fact(
    "xgboost-cpu",
    table="penalties",
    formula="hessian_of_a_leaf",
    ours=lambda: [2 * 0.5, 2 * 0.5],
    precision="float32",
    shows="model.trees_to_dataframe()",
)
def xgboost_cover() -> Any:
    """The `cover` of a leaf, which `min_child_weight` is compared with, is this sum, here with weights of a half."""
    import xgboost

    data = xgboost.DMatrix(np.arange(4.0)[:, None], np.array(LEFT + RIGHT), weight=[0.5] * 4)
    settings = {"max_depth": 1, "eta": 1.0, "base_score": 0.0, "min_child_weight": 0.0}
    model = xgboost.train(settings, data, 1)
    told = model.trees_to_dataframe()
    return told[told["Feature"] == "Leaf"]["Cover"]


@fact(
    "xgboost-cpu",
    table="penalties",
    formula="weighted_mean_loss",
    ours=lambda: library_conventions.weighted_mean(LEFT + RIGHT, [1.0, 2.0, 3.0, 4.0]),
    precision="float32",
    shows='xgboost.train({"eta": 1e-12}, data, 1)',
)
def xgboost_base_score() -> Any:
    """Boosting begins at the weighted mean of the targets, unless `base_score` says otherwise."""
    import xgboost

    data = xgboost.DMatrix(np.zeros((4, 1)), np.array(LEFT + RIGHT), weight=[1.0, 2.0, 3.0, 4.0])
    model = xgboost.train({"eta": 1e-12}, data, 1)
    return model.predict(data)[0]


def _xgboost_leaves(weight: float, penalty: float) -> Any:
    import xgboost

    x = np.array([[0.0], [0.0], [1.0], [1.0]])
    data = xgboost.DMatrix(x, np.array(LEFT + RIGHT), weight=[weight] * 4)
    settings = {"lambda": penalty, "max_depth": 1, "eta": 1.0, "base_score": 0.0, "min_child_weight": 0.0}
    return xgboost.train(settings, data, 1).predict(data)[1:3]


def _lightgbm_data() -> Any:
    settings = {
        "objective": "regression", "learning_rate": 1.0, "num_leaves": 2, "boost_from_average": False,
        "min_data_in_leaf": 1, "min_data_in_bin": 1, "min_sum_hessian_in_leaf": 0.0, "verbose": -1,
    }  # fmt: skip
    return np.array([[0.0], [0.0], [1.0], [1.0]]), np.array(LEFT + RIGHT), settings


def _lightgbm_leaves(weight: float, penalty: float) -> Any:
    import lightgbm

    x, y, settings = _lightgbm_data()
    data = lightgbm.Dataset(x, y, weight=[weight] * 4)
    return lightgbm.train(settings | {"lambda_l2": penalty}, data, 1).predict(x)[1:3]
