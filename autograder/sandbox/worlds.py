"""Global state that code sets (default dtype, gradients off, filters, signal handlers …), kept to whose code set it.

A learner's function sees what its own module set when it was imported, and nothing that another module, another
exercise or a call before it left behind; who calls it sees nothing of all that. The same in a guest and at home.
"""

from __future__ import annotations

import builtins
import gc
import locale
import logging
import multiprocessing
import os
import random
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, NamedTuple, cast

import numpy as np
import torch

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGALRM", "SIGUSR1") if hasattr(signal, name)]
SMALLEST = 5e-324
PRINT_OPTIONS = torch._tensor_str.PRINT_OPTS


class Setting(NamedTuple):
    """One piece of a process's state: `read` answers with something to compare, and for `write`."""

    read: Callable[[], Any]
    write: Callable[[Any], object]


def _attributes(owner: Any, *names: str) -> Setting:
    def write(values: tuple[Any, ...]) -> None:
        for name, value in zip(names, values, strict=True):
            setattr(owner, name, value)

    return Setting(lambda: tuple(getattr(owner, name) for name in names), write)


def _replace(live: Any, kept: Mapping[Any, Any]) -> None:
    for key in [key for key in live if key not in kept]:
        del live[key]
    for key, value in kept.items():
        if key not in live or live[key] is not value and live[key] != value:
            live[key] = value


def _device() -> torch.device | None:
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return context.device if context else None


def _set_filters(filters: tuple[Any, ...]) -> None:
    warnings.filters[:] = filters  # type: ignore[index]
    cast(Any, warnings)._filters_mutated()


def _environment() -> Any:
    return cast(Any, os.environ)._data.copy()  # os.environ.copy decodes all of it


def _set_environment(kept: Mapping[Any, Any]) -> None:
    live = cast(Any, os.environ)
    _replace(live, {live.decodekey(name): live.decodevalue(value) for name, value in kept.items()})
    if hasattr(time, "tzset"):
        time.tzset()


def _folder() -> str | None:
    with suppress(OSError):  # it may have been removed
        return os.getcwd()
    return None


def _set_folder(folder: str | None) -> None:
    if folder is not None:
        os.chdir(folder)


def _set_signals(handlers: list[Any]) -> None:
    with suppress(ValueError):  # outside the main thread nobody can have changed them
        for number, handler in zip(SIGNALS, handlers, strict=True):
            if handler is not None:
                signal.signal(number, handler)


def _alarm() -> bool:
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _set_alarm(on: bool) -> None:
    if not on:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _set_collector(state: tuple[bool, tuple[int, int, int]]) -> None:
    (gc.enable if state[0] else gc.disable)()
    gc.set_threshold(*state[1])


_guards: list[Any] = []  # a mode ends with what it was entered through, and that is the learner's


def _set_inference(on: bool) -> None:
    if _guards:
        _guards.pop().__exit__(None, None, None)
    if torch.is_inference_mode_enabled() != on:
        _guards.append(torch._C._InferenceMode(on))
        _guards[-1].__enter__()


def _flushes_denormals() -> bool:
    return SMALLEST * 1 == 0


def _set_autocast(on: bool) -> None:
    torch.set_autocast_enabled("cpu", on)
    torch.clear_autocast_cache()


def _logging() -> tuple[int, int, list[logging.Handler]]:
    return logging.root.level, logging.root.manager.disable, logging.root.handlers.copy()


def _set_logging(state: tuple[int, int, list[logging.Handler]]) -> None:
    level, disabled, handlers = state
    logging.root.setLevel(level)
    logging.disable(disabled)
    logging.root.handlers[:] = handlers


def _plots() -> dict[str, Any] | None:
    """What matplotlib draws by, but for where; None when nobody has imported it."""
    if (parameters := getattr(sys.modules.get("matplotlib"), "rcParams", None)) is None:
        return None
    kept = dict(dict.items(parameters))  # its own way looks at each of them
    kept.pop("backend", None)
    return kept


def _set_plots(parameters: dict[str, Any] | None) -> None:
    if matplotlib := sys.modules.get("matplotlib"):
        kept = matplotlib.rcParamsOrig if parameters is None else parameters
        dict.update(matplotlib.rcParams, {name: value for name, value in dict.items(kept) if name != "backend"})


SETTINGS: dict[str, Setting] = {
    "alarm": Setting(_alarm, _set_alarm),  # before the handlers: a late one would meet none
    "signals": Setting(lambda: [signal.getsignal(number) for number in SIGNALS], _set_signals),
    "inference": Setting(torch.is_inference_mode_enabled, _set_inference),  # before gradients, which it sets, too
    "gradients": Setting(torch.is_grad_enabled, torch._C._set_grad_enabled),
    "dtype": Setting(torch.get_default_dtype, torch.set_default_dtype),
    "device": Setting(_device, torch.set_default_device),
    "deterministic": Setting(
        lambda: (torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()),
        lambda modes: torch._C._set_deterministic_algorithms(modes[0], warn_only=modes[1]),  # imports nothing
    ),
    "threads": Setting(torch.get_num_threads, torch.set_num_threads),
    "precision": Setting(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    "anomalies": Setting(
        lambda: (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        lambda modes: torch.set_anomaly_enabled(*modes),
    ),
    "autocast": Setting(lambda: torch.is_autocast_enabled("cpu"), _set_autocast),
    "denormals": Setting(_flushes_denormals, torch.set_flush_denormal),
    "tensors in print": Setting(lambda: vars(PRINT_OPTIONS).copy(), vars(PRINT_OPTIONS).update),
    "numpy's errors": Setting(np.geterr, lambda kinds: np.seterr(**kinds)),
    "arrays in print": Setting(np.get_printoptions, lambda options: np.set_printoptions(**options)),
    "logging": Setting(_logging, _set_logging),
    "plots": Setting(_plots, _set_plots),
    "processes": Setting(
        lambda: multiprocessing.get_start_method(allow_none=True),
        lambda method: multiprocessing.set_start_method(method, force=True),
    ),
    "warnings shown": _attributes(warnings, "showwarning", "formatwarning"),
    "warnings logged": _attributes(logging, "_warnings_showwarning"),
    "warnings": Setting(lambda: tuple(warnings.filters), _set_filters),
    "path": Setting(lambda: (sys.path, sys.path.copy()), lambda path: _set_path(*path)),
    "folder": Setting(_folder, _set_folder),
    "environment": Setting(_environment, _set_environment),
    "recursion": Setting(sys.getrecursionlimit, sys.setrecursionlimit),
    "switching": Setting(sys.getswitchinterval, sys.setswitchinterval),
    "digits": Setting(sys.get_int_max_str_digits, sys.set_int_max_str_digits),
    "locale": Setting(lambda: locale.setlocale(locale.LC_ALL), lambda name: locale.setlocale(locale.LC_ALL, name)),
    "collector": Setting(lambda: (gc.isenabled(), gc.get_threshold()), _set_collector),
    "builtins": Setting(lambda: vars(builtins).copy(), lambda names: _replace(vars(builtins), names)),
    "streams": _attributes(sys, "stdin", "stdout", "stderr"),
    "hooks": _attributes(sys, "excepthook", "displayhook", "unraisablehook"),
}  # fmt: skip
if os.name == "nt":
    del SETTINGS["alarm"]


def _set_path(path: list[str], entries: list[str]) -> None:
    sys.path = path
    path[:] = entries


def _read() -> dict[str, Any]:
    return {name: setting.read() for name, setting in SETTINGS.items()}


class Worlds:
    """The state that each of a learner's modules has set, by the module's name.

    `alone`: only what is visited changes state, so that what is there between two visits has to be read but once.
    """

    def __init__(self, alone: bool = False) -> None:
        self.streams: list[Any] = []  # that a learner put in place: one that nobody holds closes what it lies on
        self._own: dict[str, dict[str, Any]] = {}
        self._alone, self._depth = alone, 0
        self._between: dict[str, Any] | None = None

    def importing(self, module: str) -> _Visit:
        """A `with` in which `module` is imported: what it sets is kept for its functions."""
        return _Visit(self, {}, self._own.setdefault(module, {}))

    def calling(self, module: str) -> _Visit:
        """A `with` in which something of `module` runs."""
        return _Visit(self, self._own.get(module, {}), None)

    def enter(self) -> dict[str, Any]:
        """A visit begins: the state before it."""
        self._depth += 1
        if not self._alone or self._depth > 1:
            return _read()
        self._between = self._between or _read()
        return self._between | {"streams": SETTINGS["streams"].read()}  # new for each call of a guest

    def leave(self, changed: bool) -> None:
        """It has ended, and its changes are undone."""
        self._depth -= 1
        if changed:
            self._between = None


class _Visit:
    """Puts state in place on entering, and on leaving what was there before."""

    def __init__(self, worlds: Worlds, own: Mapping[str, Any], keep: dict[str, Any] | None):
        self._worlds, self._own, self._keep = worlds, own, keep

    def __enter__(self) -> None:
        self._before = self._worlds.enter()
        for name, value in self._own.items():
            SETTINGS[name].write(value)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        changed = False
        for name, setting in SETTINGS.items():
            before, now = self._before[name], setting.read()
            if now == before:
                continue
            changed = True
            setting.write(before)
            if name == "streams":
                self._worlds.streams += now
            if self._keep is not None:
                self._keep[name] = now
        self._worlds.leave(changed)


AS_NEW = {
    "inference": False,
    "gradients": True,
    "dtype": torch.float32,
    "device": None,
    "deterministic": (False, False),
    "precision": "highest",
    "autocast": False,
    "denormals": False,
    "numpy's errors": {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"},
}


class Seeds:
    """A `with` that leaves the generators of torch, numpy and random as it found them."""

    _numpy = np.random.MT19937(0)

    def __enter__(self) -> None:
        self._torch, self._random = torch.default_generator.get_state(), random.getstate()
        self._numpys = np.random.mtrand.get_bit_generator()
        np.random.mtrand.set_bit_generator(self._numpy)  # a state takes a hundred times as long to read

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        torch.default_generator.set_state(self._torch)
        random.setstate(self._random)
        np.random.mtrand.set_bit_generator(self._numpys)


@contextmanager
def as_new() -> Iterator[None]:
    """A `with` in which torch and numpy compute as they do when nobody has set anything; it leaves no trace."""
    with Seeds(), _Visit(Worlds(), AS_NEW, None):
        yield


def set_seeds(seed: int) -> None:
    """Seed torch, numpy and random, all from one number."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(seed)  # torch.manual_seed takes ten times as long: it sees to accelerators too
