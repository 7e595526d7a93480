"""Where people stumbled: each row with what stands for it, facts that a library was run for, and claims of the ledger.

A row that no call of a library can show is a line of somebody's code; it stands in the ledger, where it is judged.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What people stumbled over, in a few words; `facts` by name, `claims` by their numbers in the ledger."""

    says: str
    facts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.facts and not self.claims:
            raise ValueError(f"{self.says}: expected a fact or a claim, got none")


ROWS = (
    # ---- losses
    Row("Class weights change the divisor", ("torch_cross_entropy_weights", "torch_squares_weights")),
    Row("A class weight without effect", ("torch_one_example",)),
    Row("Labels as numbers or as one-hot rows", ("torch_one_hot_weights",)),
    Row("Ignored labels, and NaN where all are", ("torch_ignored", "torch_all_ignored", "keras_ignored")),
    Row(
        "What smoothed labels are mixed with",
        ("torch_smoothing", "torch_smoothing_weights", "keras_smoothing", "optax_smoothing"),
    ),
    Row("`mean` or `batchmean` for a divergence", ("torch_divergence_mean", "torch_divergence_batchmean")),
    Row(
        "Squares and binary losses are over entries",
        ("torch_squares", "torch_binary", "torch_binary_weights", "torch_cross_entropy_positions"),
    ),
    Row(
        "A loss and a metric of one name differ",
        ("keras_loss_weights", "keras_metric_weights", "keras_mean_with_sample_weight"),
        ("GH-014",),
    ),
    Row("Only weights that are not zero are counted", ("tensorflow_nonzero_weights",)),
    Row("Scores taken for probabilities", ("keras_scores_for_probabilities",)),
    Row("A loss that is not reduced", ("optax_cross_entropies",), ("GH-013",)),
    Row("The log loss, as a mean or a sum", ("sklearn_log_loss", "sklearn_log_loss_sum", "sklearn_log_loss_weights")),
    # ---- batches, epochs, processes
    Row(
        "Replicas, and the global batch size",
        ("tensorflow_average_loss", "tensorflow_two_replicas", "tensorflow_mean_of_replicas"),
    ),
    Row(
        "Micro-batches with unequal tokens",
        ("torch_accumulated_means", "torch_accumulated_shares"),
        ("GH-006", "GH-011"),
    ),
    Row(
        "Unequal tokens over several processes",
        ("ddp_mean_of_rank_means", "ddp_pooled_gradient_restored", "ddp_shares_are_averaged"),
        ("GH-008", "GH-009"),
    ),
    Row("The same, reported two years before", (), ("GH-007",)),
    Row("A process without data", ("ddp_join_divides_by_all", "ddp_join_divides_by_the_active"), ("GH-010",)),
    Row("The mean that an epoch reports", ("keras_fit_reports",)),
    # ---- penalties
    Row("`C` stands before a sum", ("sklearn_logistic", "sklearn_logistic_twice")),
    Row("Ridge adds to a sum, the lasso to a mean", ("sklearn_ridge", "sklearn_elastic_net", "sklearn_lasso")),
    Row("`alpha` over the size of the batch", ("sklearn_network",)),
    Row("A penalty without a half", ("keras_l2",)),
    Row("The sign of a penalty in the gradient", (), ("GH-004",)),
    Row(
        "Small weights, and no tree grows",
        ("lightgbm_least_sum", "lightgbm_small_weights", "xgboost_small_weights"),
    ),
    # ---- statistics
    Row(
        "Momentum of a batch norm: of the new or the old",
        ("torch_batch_norm_mean", "keras_batch_norm_mean", "torch_batch_norm_cumulative"),
    ),
    Row(
        "The variance that a batch norm stores",
        ("torch_batch_norm_variance", "keras_batch_norm_variance", "tensorflow_fused_batch_norm"),
    ),
    Row("Where an average begins", ("pandas_ewm", "pandas_ewm_recursion"), ("GH-016",)),
    # ---- optimisers
    Row(
        "Where Adam's ε stands, and its default",
        ("torch_adam", "optax_adam", "keras_adam", "torch_adam_default", "keras_adam_default"),
        ("GH-015",),
    ),
    Row("Adam's correction, wrong in teaching code", ("torch_adam_corrected",), ("GH-101", "GH-102", "GH-103")),
    Row("A correction that is fed back", (), ("GH-104",)),
    Row(
        "Adam on a cost that is multiplied",
        (
            "torch_adam_of_a_sum",
            "torch_rmsprop_of_a_sum",
            "torch_adamw_of_a_sum",
            "torch_adam_penalty",
            "torch_adam_penalty_as_it_stands",
        ),
    ),
    Row("What AdamW's decay is multiplied by", ("torch_adamw", "optax_adamw", "keras_sgd_decay")),
    Row("Momentum is not an average", ("torch_momentum", "torch_dampening")),
    Row("RMSprop without a correction", ("torch_rmsprop_first_step",)),
    # ---- gradients
    Row(
        "Where the 1/m goes: at dZ, or at dW and db",
        ("torch_gradient_of_the_mean", "torch_gradient_of_the_scores", "jax_gradient_of_the_sum"),
        ("GH-002", "GH-003"),
    ),
    Row("A wrong db that looks right", ("torch_rows_added_up", "torch_rows_added_up_elsewhere"), ("GH-001",)),
    Row("A bias less a gradient of another shape", (), ("GH-005",)),
)
