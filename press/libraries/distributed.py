"""What PyTorch does over several processes: DistributedDataParallel with the gloo backend, three ranks on one machine.

The ranks hold unequal numbers of tokens. Each process runs a function of this file on its own part; what comes back
is the gradient that every rank is left with. Nothing is mocked: the processes are real, and so is the all-reduce.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from press.libraries import fact
from snippets.sum_or_mean import accumulation

# One row a token: two features, and the target. The model is a product with WEIGHTS, the loss half the squared error.
WEIGHTS = (0.5, -1.0)
PARTS = (
    ((1.0, 2.0, 0.5), (-1.0, 0.5, 1.0), (2.0, 1.0, -1.5), (0.25, -2.0, 3.0), (1.5, 0.75, 1.0)),
    ((3.0, -1.0, -2.0), (-2.0, 2.5, 4.0)),
    ((0.5, 4.0, 2.0),),
)
EQUAL = (PARTS[0][:2], PARTS[1], PARTS[0][2:4])
SECONDS = 120  # for the processes to find each other


def slopes(part: Any) -> Any:
    """The gradient of each token's loss, (n, 2), as NumPy has it."""
    x, y = np.array(part)[:, :2], np.array(part)[:, 2]
    return (x @ WEIGHTS - y)[:, None] * x


def model() -> Any:
    """The product with WEIGHTS, the same in each process, wrapped so that gradients are averaged over all of them."""
    import torch
    from torch.nn.parallel import DistributedDataParallel

    layer = torch.nn.Linear(2, 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight[:] = torch.tensor(WEIGHTS)
    return DistributedDataParallel(layer)


def losses(net: Any, part: Any) -> Any:
    """Half the squared error of each token."""
    import torch

    rows = torch.tensor(part, dtype=torch.float64)
    return (net(rows[:, :2])[:, 0] - rows[:, 2]) ** 2 / 2


def tokens_of_all(part: Any) -> int:
    """How many tokens all processes hold together."""
    import torch
    import torch.distributed as dist

    count = torch.tensor(len(part))
    dist.all_reduce(count)  # adds up
    return int(count)


def on_each_rank(work: Callable[[Any], Any], parts: Any, last: bool = False) -> list[float]:
    """Runs `work` on each part, each in a process of its own, and gives the gradient that rank 0 is left with.

    All ranks must have the same, unless the gradient is the `last` one, which only rank 0 has seen.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch"])
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(len(parts), context) as pool:
        store = str(Path(folder) / "store")
        came = [pool.submit(rank, work, part, n, len(parts), store) for n, part in enumerate(parts)]
        found: list[list[float]] = [one.result(timeout=SECONDS) for one in came]
    if not last and any(one != found[0] for one in found):
        raise AssertionError(f"gradient: expected the same on all ranks, got {found}")
    return found[0]


def rank(work: Callable[[Any], Any], part: Any, number: int, count: int, store: str) -> list[float]:
    """One process: meets the others, works on its part, and gives the gradient that it is left with."""
    import torch.distributed as dist

    if "lo" in {name for _, name in socket.if_nameindex()}:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # a machine may have no address by its own name
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=number, world_size=count)
    try:
        found: list[float] = work(part)[0].tolist()
        return found
    finally:
        dist.destroy_process_group()


# ---- unequal parts


def mean_of_its_own(part: Any) -> Any:
    """Each rank takes the mean over its own tokens."""
    net = model()
    losses(net, part).mean().backward()
    return net.module.weight.grad


def mean_times_its_weight(part: Any) -> Any:
    """Each rank multiplies its mean by its share of all tokens, and by the number of ranks."""
    import torch.distributed as dist

    net = model()
    weight = len(part) * dist.get_world_size() / tokens_of_all(part)
    (losses(net, part).mean() * weight).backward()
    return net.module.weight.grad


def sum_over_all_tokens(part: Any) -> Any:
    """Each rank divides its sum by the number of all tokens, and forgets that the ranks are averaged."""
    net = model()
    (losses(net, part).sum() / tokens_of_all(part)).backward()
    return net.module.weight.grad


# ---- one process, in micro-batches


def accumulated(parts: Any, share: Callable[[Any], Any]) -> Any:
    """The gradient of the weights after a backward pass for each part; PyTorch adds them up."""
    import torch

    weights = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    for part in parts:
        rows = torch.tensor(part, dtype=torch.float64)
        share((rows[:, :2] @ weights - rows[:, 2]) ** 2 / 2).backward()
    return weights.grad


@fact(
    "torch",
    table="distributed",
    formula="average_of_the_averages",
    ours=lambda: accumulation.accumulators([slopes(part) for part in PARTS])["mean of means"],
    threads=("huggingface/transformers#34191",),
    shows="losses.mean() / len(PARTS)",
)
def torch_accumulated_means() -> Any:
    """Accumulated over unequal micro-batches, means over the number of steps are an average of averages."""
    return accumulated(PARTS, lambda losses: losses.mean() / len(PARTS))


@fact(
    "torch",
    table="distributed",
    formula="shares_add_up",
    ours=lambda: accumulation.accumulators([slopes(part) for part in PARTS])["pooled"],
    threads=("unslothai/unsloth#1134",),
    shows="losses.sum() / tokens",
)
def torch_accumulated_shares() -> Any:
    """Sums over the number of all tokens, counted beforehand, add up to the gradient of the whole batch."""
    tokens = sum(len(part) for part in PARTS)
    return accumulated(PARTS, lambda losses: losses.sum() / tokens)


# ---- several processes


@fact(
    "torch",
    table="distributed",
    formula="average_of_the_averages",
    ours=lambda: accumulation.average_over_ranks([slopes(part) for part in PARTS], [1, 1, 1]),
    threads=("pytorch/pytorch#38174", "facebookresearch/fairseq#494", "huggingface/transformers#34242"),
    shows="losses(net, part).mean().backward()",
)
def ddp_mean_of_rank_means() -> Any:
    """With unequal parts, training follows the average of the ranks' averages, not the pooled gradient."""
    return on_each_rank(mean_of_its_own, PARTS)


@fact(
    "torch",
    table="distributed",
    formula="restored",
    ours=lambda: accumulation.accumulators([slopes(part) for part in PARTS])["pooled"],
    threads=("huggingface/transformers#34373",),
    shows="(losses(net, part).mean() * weight).backward()",
)
def ddp_pooled_gradient_restored() -> Any:
    """Each rank's mean, times its share of the tokens and the number of ranks: the pooled gradient is restored."""
    return on_each_rank(mean_times_its_weight, PARTS)


@fact(
    "torch",
    table="distributed",
    formula="shares_averaged",
    ours=lambda: accumulation.average_of_shares([slopes(part) for part in PARTS]),
    threads=("huggingface/transformers#34373",),
    shows="(losses(net, part).sum() / tokens_of_all(part)).backward()",
)
def ddp_shares_are_averaged() -> Any:
    """Each rank's sum over the number of all tokens: too small by the number of ranks, because they are averaged."""
    return on_each_rank(sum_over_all_tokens, PARTS)


@fact(
    "torch",
    table="distributed",
    formula="equal_sizes",
    ours=lambda: accumulation.accumulators([slopes(part) for part in EQUAL])["pooled"],
    shows="losses(net, part).mean().backward()",
)
def ddp_equal_parts() -> Any:
    """With as many tokens on each rank, the plain average is the pooled gradient, and nothing shows."""
    return on_each_rank(mean_of_its_own, EQUAL)


# ---- a rank that runs out of data


def join_over_all(part: Any) -> Any:
    """One step a token. A rank that has none left stays in the average, with zeros. The gradient of the last step."""
    net = model()
    with net.join(divide_by_initial_world_size=True):
        for token in part:
            net.zero_grad()
            losses(net, [token]).mean().backward()
    return net.module.weight.grad


def join_over_the_active(part: Any) -> Any:
    """The same, but only ranks that still have a token are averaged."""
    net = model()
    with net.join(divide_by_initial_world_size=False):
        for token in part:
            net.zero_grad()
            losses(net, [token]).mean().backward()
    return net.module.weight.grad


@fact(
    "torch",
    table="distributed",
    formula="average_of_the_averages",
    ours=lambda: accumulation.average_over_ranks([slopes(PARTS[0][-1:]), [[0.0, 0.0]], [[0.0, 0.0]]], [1, 1, 1]),
    threads=("pytorch/pytorch#38174", "pytorch/pytorch#42577"),
    shows="net.join(divide_by_initial_world_size=True)",
)
def ddp_join_divides_by_all() -> Any:
    """With `join`, a rank without data counts as one whose gradient is zero: the last token counts for a third."""
    return on_each_rank(join_over_all, PARTS, last=True)


@fact(
    "torch",
    table="distributed",
    formula="average_of_the_averages",
    ours=lambda: accumulation.average_over_ranks([slopes(PARTS[0][-1:])], [1]),
    threads=("pytorch/pytorch#42577",),
    shows="net.join(divide_by_initial_world_size=False)",
)
def ddp_join_divides_by_the_active() -> Any:
    """Without `divide_by_initial_world_size`, the average is over the ranks that still have data: here over one."""
    return on_each_rank(join_over_the_active, PARTS, last=True)
