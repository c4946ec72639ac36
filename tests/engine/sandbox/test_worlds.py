"""State of the process that a learner's module sets is that module's own."""

from __future__ import annotations

import sys

import pytest

from autograder.sandbox.worlds import SETTINGS, Worlds, as_new

SETS = {
    "inference": "import torch; mode = torch.inference_mode(); mode.__enter__()",
    "gradients": "import torch; torch.set_grad_enabled(False)",
    "autocast": "import torch; torch.set_autocast_enabled('cpu', True)",
    "denormals": "import torch; torch.set_flush_denormal(True)",
    "logging": "import logging; logging.basicConfig(level=1, force=True); logging.disable(3)",
    "plots": "import matplotlib.pyplot as plt; plt.rcParams['font.size'] = 3; plt.style.use('ggplot')",
    "processes": "import multiprocessing; multiprocessing.set_start_method('spawn', force=True)",
    "warnings shown": "import logging; logging.captureWarnings(True)",
    "warnings": "import warnings; warnings.simplefilter('error')",
}


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("name", SETS)
def test_what_a_module_sets_is_there_when_it_is_called_and_at_no_other_time(name: str, alone: bool) -> None:
    if name == "plots":
        pytest.importorskip("matplotlib")
    read, worlds, names = SETTINGS[name].read, Worlds(alone), dict[str, object]()
    with worlds.calling("another"):
        before = read()
    with worlds.importing("module"):
        exec(SETS[name], names)
        own = read()
    assert read() == before != own
    with worlds.calling("module"):
        assert read() == own
    with worlds.calling("another"):
        assert read() == before
        with worlds.calling("module"):
            assert read() == own
        assert read() == before
    assert read() == before


@pytest.mark.parametrize("alone", [False, True])
def test_what_a_thread_sets_between_calls_is_gone_after_the_next(alone: bool) -> None:
    worlds = Worlds(alone)
    with worlds.calling("module"):
        usual = sys.getrecursionlimit()
    sys.setrecursionlimit(usual + 1)
    try:
        with worlds.calling("module"):
            pass
        assert sys.getrecursionlimit() == usual + (not alone)
    finally:
        sys.setrecursionlimit(usual)


def test_who_has_not_imported_matplotlib_need_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    with Worlds().importing("module"):
        pass
    assert "matplotlib" not in sys.modules


def test_matplotlib_imported_by_a_module_that_sets_it_is_as_new_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    usual, worlds = matplotlib.rcParams["lines.linewidth"], Worlds()
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "matplotlib")
        visit = worlds.importing("module")
        visit.__enter__()
    matplotlib.rcParams["lines.linewidth"] = 30
    visit.__exit__(None, None, None)
    assert matplotlib.rcParams["lines.linewidth"] == usual


def test_what_the_process_has_set_does_not_change_arithmetic_that_is_as_new() -> None:
    import torch

    tiny, matrix = torch.tensor(1e-40), torch.ones(1, 1)
    try:
        for name in ("denormals", "autocast", "inference"):
            exec(SETS[name], names := {})
        with as_new():
            assert tiny * 1 > 0
            assert (matrix @ matrix).dtype == torch.float32
            assert not torch.ones(1).is_inference()
        assert torch.ones(1).is_inference()
    finally:
        names["mode"].__exit__(None, None, None)
        torch.set_flush_denormal(False)
        torch.set_autocast_enabled("cpu", False)
