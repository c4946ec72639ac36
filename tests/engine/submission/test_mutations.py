"""Mutations: one place of a solution each, valid Python, in one order and with ids that stay."""

from __future__ import annotations

import ast

import pytest

from autograder.submission.mutations import Mutation, mutations

MODULE = '''"""Means — of rows."""

import torch


def centred(x: torch.Tensor, scale: float = 2.0) -> torch.Tensor:
    """Rows minus their mean, at most 1."""
    if x.ndim != 2:
        raise ValueError(f"{x.ndim + 1} axes")
    é = (x - x.mean(1, keepdim=True)) / scale
    return torch.where(é > 1, 1.0, é).float()


class Net:
    size: int = 3

    def forward(self, x, y):
        self.seen[-1] = max(x, y)
        self.optimizer.zero_grad()
        return x.masked_fill(self.mask.mT, 0) @ y if self.size else f(x, y)
'''


def changes(source: str = MODULE) -> set[tuple[str, str]]:
    return {(mutation.kind, mutation.what) for mutation in mutations(source)}


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("operator", "x - x.mean(1, keepdim=True) → (x + x.mean(1, keepdim=True))"),
        ("dropped", "x - x.mean(1, keepdim=True) → x"),
        ("swapped", "x - x.mean(1, keepdim=True) → (x.mean(1, keepdim=True) - x)"),
        ("axis", "1 → 0"),
        ("reduction", "x.mean → x.sum"),
        ("keyword", "x.mean(1, keepdim=True) → x.mean(1)"),
        ("constant", "1.0 → 2.0"),
        ("constant", "-1 → 0"),
        ("constant", "True → False"),
        ("comparison", "é > 1 → (é >= 1)"),
        ("comparison", "x.ndim != 2 → (x.ndim == 2)"),
        ("choice", "x.ndim != 2 → False"),
        ("choice", "torch.where(é > 1, 1.0, é) → é"),
        ("dropped", "torch.where(é > 1, 1.0, é).float() → torch.where(é > 1, 1.0, é)"),
        ("dropped", "x.masked_fill(self.mask.mT, 0) → x"),
        ("transposed", "self.mask.mT → self.mask"),
        ("swapped", "max(x, y) → max(y, x)"),
        ("statement", "self.optimizer.zero_grad() → pass"),
        ("statement", "self.seen[-1] = max(x, y) → pass"),
        ("sign", "torch.where(é > 1, 1.0, é).float() → (-torch.where(é > 1, 1.0, é).float())"),
    ],
)
def test_mistake_is_made(kind: str, what: str) -> None:
    assert (kind, what) in changes()


def test_each_changes_one_function_and_nothing_else() -> None:
    names = {mutation.function for mutation in mutations(MODULE)}
    assert names == {"centred", "Net.forward"}
    for mutation in mutations(MODULE):
        tops = list(zip(ast.parse(MODULE).body, ast.parse(mutation.source).body, strict=True))
        changed = [old for old, new in tops if ast.dump(old) != ast.dump(new)]
        assert [top.name for top in changed if isinstance(top, ast.FunctionDef | ast.ClassDef)] == [
            mutation.function.partition(".")[0]
        ]
        assert ast.dump(ast.parse(mutation.definition).body[0]) in {ast.dump(new) for _, new in tops}


def test_annotations_defaults_documentation_and_what_is_raised_stay() -> None:
    for mutation in mutations(MODULE):
        for text in (
            '"""Rows minus their mean, at most 1."""',
            "scale: float = 2.0",
            'f"{x.ndim + 1} axes"',
            "int = 3",
        ):
            assert text in mutation.source


def test_ids_are_different_and_come_in_one_order() -> None:
    first, again = ([mutation.id for mutation in mutations(MODULE)] for _ in range(2))
    assert first == again and len(set(first)) == len(first) > 40


def test_an_id_stays_when_another_function_is_written() -> None:
    longer = MODULE.replace("class Net", "def other(x):\n    return x + 1\n\n\nclass Net")
    assert {mutation.id for mutation in mutations(MODULE)} < {mutation.id for mutation in mutations(longer)}


def test_no_two_say_the_same() -> None:
    twice = [mutation.definition for mutation in mutations("def f(x):\n    return x.sum(0)\n")]
    assert len(set(twice)) == len(twice)


def test_only_functions_that_are_asked_for() -> None:
    def of(name: str) -> list[Mutation]:
        return list(mutations(MODULE, {name}))

    assert {mutation.function for mutation in of("Net")} == {"Net.forward"} and not of("nothing")
