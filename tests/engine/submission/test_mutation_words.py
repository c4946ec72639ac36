"""What is said of a mutation: what is done, in names that a learner can see."""

from __future__ import annotations

import pytest

from autograder.submission import mutations

SOURCE = """
def f(x, bias, weights, k, generator=None):
    if k < 1 or x.ndim != 2:
        raise ValueError("no")
    hidden = (x @ weights["W_in"].T + bias) / k**0.5
    mask = hidden > 0.5
    total = hidden.square().sum(-1)
    noise = torch.rand(3, generator=generator)
    best = hidden.mean(0) - total[1:] * noise
    best[mask] = -1
    best -= bias
    optimizer.zero_grad()
    return torch.where(mask, best, total).softmax(dim=1) / len(x)
"""
SAID = {(mutation.kind, mutation.what): mutation.says for mutation in mutations(SOURCE)}


@pytest.mark.parametrize(
    ("kind", "what", "says"),
    [
        ("operator", "k**0.5 → (k * 0.5)", "halves instead of taking a square root"),
        ("dropped", "k**0.5 → k", "takes no square root"),
        ("swapped", "k**0.5 → (0.5 ** k)", "takes base and exponent for each other"),
        ("dropped", 'x @ weights["W_in"].T + bias → (x @ weights["W_in"].T)', "leaves out bias"),
        ("operator", 'x @ weights["W_in"].T + bias → ((x @ weights["W_in"].T) - bias)', "subtracts bias"),
        ("dropped", '(x @ weights["W_in"].T + bias) / k**0.5 → (x @ weights["W_in"].T + bias)',
         "does not divide by a square root"),
        ("transposed", 'weights["W_in"].T → weights["W_in"]', "leaves out a transposition"),
        ("comparison", "hidden > 0.5 → (hidden >= 0.5)", "counts what is exactly 0.5, too"),
        ("comparison", "hidden > 0.5 → (hidden < 0.5)", "compares with 0.5 the wrong way round"),
        ("comparison", "k < 1 → (k <= 1)", "counts what is exactly 1, too, in checking its arguments"),
        ("dropped", "k < 1 or x.ndim != 2 → (k < 1)",
         "asks for one of several conditions only, in checking its arguments"),
        ("choice", "k < 1 or x.ndim != 2 → False", "refuses nothing"),
        ("dropped", "hidden.square() → hidden", "does not square"),
        ("axis", "-1 → 0", "sums along axis 0"),
        ("axis", "0 → 1", "averages along axis 1"),
        ("axis", "1 → 0", "takes the softmax along axis 0"),
        ("reduction", "hidden.mean → hidden.sum", "takes a sum instead of something else"),
        ("keyword", "torch.rand(3, generator=generator) → torch.rand(3)", "draws without the generator"),
        ("constant", "0.5 → 1.0", "compares with 1.0"),
        ("constant", "2 → 3", "compares with 3, in checking its arguments"),
        ("statement", "best -= bias → pass", "does not subtract bias"),
        ("sign", "best -= bias → best += bias", "adds bias"),
        ("statement", "optimizer.zero_grad() → pass", "never sets the gradients to zero"),
        ("statement", "best[mask] = -1 → pass", "leaves values as they are that are to be filled in"),
        ("choice", "torch.where(mask, best, total) → best", "leaves out a mask"),
        ("swapped", "torch.where(mask, best, total) → torch.where(mask, total, best)",
         "takes the two sides of a choice for each other"),
        ("sign", "torch.where(mask, best, total).softmax(dim=1) / len(x) → "
         "(-(torch.where(mask, best, total).softmax(dim=1) / len(x)))", "gives its result with the wrong sign"),
    ],
)  # fmt: skip
def test_what_is_done_is_said(kind: str, what: str, says: str) -> None:
    shown = {(k, w): s for (k, w), s in SAID.items()}
    assert shown.get((kind, what), sorted(w for k, w in shown if k == kind)) == says


def test_no_name_of_the_solution_and_no_code_is_said() -> None:
    said = [says for says in SAID.values() if says]
    assert len(said) > 60
    assert not [
        says for says in said for word in ("hidden", "total", "noise", "best", "(", "=", "optimizer") if word in says
    ]
