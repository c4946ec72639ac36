"""A scheduler that goes before any result has come is given the work again; one that always goes is given up."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import cluster
from autograder.grading.worker import Named

CLASS: list[Named] = [(name, Path(name)) for name in ("ada", "ben", "cem")]


class Scripted(cluster.Cluster):
    """A cluster whose tries go as told: each gives so many results, and then the scheduler goes."""

    def __init__(self, *tries: int):
        self._address, self._tries, self.told = "tcp://nowhere", iter(tries), list[str]()
        self._tell = self.told.append

    def _connect(self, wait: bool = True) -> Any:
        return BytesIO()

    def _results(self, client: Any, task: Any, left: dict[int, Named]) -> Iterator[tuple[int, None]]:
        for key in list(left)[: next(self._tries)]:
            yield key, None
        if left:
            raise cluster._Lost

    def graded(self) -> list[str]:
        return [named[0] for named, _ in self.each(lambda name, source, job: None, CLASS)]


def test_the_rest_is_given_again_though_nothing_had_come() -> None:
    lost = Scripted(0, 0, 1, 0, 0, 0, 0, 2)
    assert lost.graded() == ["ada", "ben", "cem"]
    assert lost.told[0] == "The scheduler at tcp://nowhere has gone; 3 are left for when it is back."


def test_a_scheduler_that_goes_each_time_is_given_up() -> None:
    lost = Scripted(1, *[0] * cluster.FRUITLESS)
    with pytest.raises(cluster.ClusterError, match="again and again"):
        lost.graded()
