"""Grading on a cluster of several worker processes: the same reports, whoever is killed, and only by those who can."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.engine.grading.test_interrupted import CLASS, SCORES, Room
from tests.engine.tools import BACKEND

pytestmark = pytest.mark.slow

TIMES = {"seconds", "code_seconds", "started"}


class Cluster:
    """A scheduler and its workers, each a process of its own with one thread, as a deployment starts them."""

    def __init__(self, room: Room):
        self._room, self.port = room, _free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.begin()

    def begin(self) -> subprocess.Popen[bytes]:
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        return self.scheduler

    def add(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--nthreads", "1", "--name", name, "--no-dashboard", **environment)

    def _start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        with open(self._room.root.parent / f"{command[0]}.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command], env=os.environ | self._room.paths | environment,
                cwd=self._room.temporary.parent, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            for one in [*_family(process.pid), process]:
                one.kill()
            process.wait()


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def cluster(room: Room) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    cluster = Cluster(room)
    yield cluster
    cluster.end()


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in TIMES}
    return [without_times(one) for one in value] if isinstance(value, list) else value


def reports(room: Room) -> dict[str, str]:
    found = {name: json.loads((room.out / name / "report.json").read_text()) for name in room.graded()}
    return {name: json.dumps(without_times(report), sort_keys=True) for name, report in found.items()}


def grade(room: Room, cluster: Cluster) -> subprocess.Popen[str]:
    return room.start(1, BACKEND, "--dask", cluster.address)


def assert_all_is_there(room: Room, run: subprocess.Popen[str]) -> None:
    said = run.communicate(timeout=300)[0]
    assert run.returncode == 0 and room.table() == SCORES and room.runs() == dict.fromkeys(CLASS, 1), said
    assert not list(room.out.rglob("*.tmp"))


def test_its_reports_are_those_of_this_machine(room: Room, cluster: Cluster) -> None:
    cluster.add("one"), cluster.add("two")
    assert_all_is_there(room, grade(room, cluster))
    there = reports(room)
    room.out = room.out.with_name("here")
    assert_all_is_there(room, room.start(1))
    assert reports(room) == there and len(there) == len(CLASS)


def test_workers_that_are_killed_cost_nothing(room: Room, cluster: Cluster) -> None:
    nannies = [cluster.add("one"), cluster.add("two")]
    run = grade(room, cluster)
    room.wait_for(run, 1)
    for nanny in nannies:  # which starts another in its place
        for worker in _family(nanny.pid)[:1]:
            worker.kill()
    assert_all_is_there(room, run)


def test_a_scheduler_that_starts_again_is_given_the_rest(room: Room, cluster: Cluster) -> None:
    worker = cluster.add("one")
    run = grade(room, cluster)
    room.wait_for(run, 1)
    cluster.scheduler.send_signal(signal.SIGKILL)
    worker.wait(60)
    cluster.begin()
    cluster.add("again")
    assert_all_is_there(room, run)


def test_a_worker_that_would_grade_otherwise_is_left_out_and_named(room: Room, cluster: Cluster) -> None:
    cluster.add("good"), cluster.add("other salt", LMI_SALT="pepper")
    _wait_for_workers(cluster, 2)
    run = grade(room, cluster)
    assert_all_is_there(room, run)
    cluster.add("other data", LMI_DATA=str(room.temporary))
    _wait_for_workers(cluster, 3)
    for nanny in cluster.processes[1:2]:
        nanny.terminate()
        nanny.wait()
    refused = room.start(1, BACKEND, "--regrade", "--dask", cluster.address)
    said = " ".join(refused.communicate(timeout=300)[0].split())
    assert refused.returncode == 2 and "can grade this" in said
    assert "LMI_SALT is another there" in said and "an LMI_ setting or its folder" in said


@pytest.mark.skipif(BACKEND != "bwrap", reason="bubblewrap does not work here")
def test_a_worker_without_bubblewrap_is_refused(room: Room, cluster: Cluster) -> None:
    cluster.add("bare", PATH="/nowhere")
    run = grade(room, cluster)
    said = " ".join(run.communicate(timeout=300)[0].split())
    assert run.returncode == 2 and "bubblewrap does not work there" in said


def _wait_for_workers(cluster: Cluster, count: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + 60
    with Client(cluster.address, set_as_default=False) as client:
        while len(client.scheduler_info(n_workers=-1)["workers"]) < count:
            assert time.monotonic() < deadline
            time.sleep(0.2)
