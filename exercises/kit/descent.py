"""The loop of a training. Steps 00 and 01 wrote it out; from step 02 on it is given."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


def descend(
    optimiser: torch.optim.Optimizer,
    losses: Iterable[Callable[[], Tensor]],
    record: Callable[[int], None],
    every: int = 1,
    change_gradients: Callable[[], None] = lambda: None,
) -> None:
    """One step of `optimiser` down each loss in turn: zero_grad, backward, step.

    A loss is a function without arguments that returns a single number; it is called when its turn comes. (Of many
    `lambda: loss(x)` made in a loop all see the last x: make each with `functools.partial(loss, x)`.) `record(s)`
    is called after s steps, s = 0, every, 2 · every, …, with no gradient recorded: s = 0 is before the first.
    `change_gradients()` is called between backward and step, when the gradients are there.
    """

    def look(step: int) -> None:
        if step % every == 0:
            with torch.no_grad():
                record(step)

    look(0)
    for step, loss in enumerate(losses, start=1):
        optimiser.zero_grad()
        loss().backward()  # type: ignore[no-untyped-call]
        change_gradients()
        optimiser.step()
        look(step)
