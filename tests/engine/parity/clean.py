"""What a test of the parity course looks at: does anything compute otherwise than in a fresh process?"""

from __future__ import annotations

import builtins
import gc
import logging
import multiprocessing
import os
import signal
import sys
import warnings

import numpy as np
import torch

CALLABLES = ("print", "sum", "open", "range")


def unclean() -> list[str]:
    """The pieces of state that are not as they are when nobody has set anything."""
    weight = torch.ones(1, requires_grad=True)
    checks = {
        "gradients": (weight * 2).requires_grad,
        "dtype": torch.zeros(1).dtype == torch.float32,
        "inference": not torch.is_inference_mode_enabled(),
        "autocast": (weight[None] @ weight[:, None]).dtype == torch.float32,
        "denormals": float(torch.tensor(1e-40) * 1) > 0,
        "device": torch.zeros(1).device.type == "cpu",
        "deterministic": not torch.are_deterministic_algorithms_enabled(),
        "anomalies": not torch.is_anomaly_enabled(),
        "tensors in print": repr(torch.tensor(1 / 3)) == "tensor(0.3333)",
        "arrays in print": repr(np.array([1 / 3])) == "array([0.33333333])",
        "numpy's errors": np.geterr()["under"] == "ignore",
        "warnings": not any(kind == "error" for kind, *_ in warnings.filters),
        "warnings shown": warnings.showwarning.__module__ == "warnings",
        "logging": logging.root.isEnabledFor(logging.ERROR) and not logging.root.isEnabledFor(5),
        "handlers": not any(handler.get_name() == "the learner's" for handler in logging.root.handlers),
        "plots": "matplotlib" not in sys.modules or sys.modules["matplotlib"].rcParams["font.size"] == 10,
        "processes": multiprocessing.get_start_method(allow_none=True) != "spawn",
        "path": "/" not in sys.path and sys.path[-1] != "/usr",
        "folder": os.getcwd() != "/" and os.path.isdir("tests"),
        "environment": os.environ.get("OMP_NUM_THREADS") != "7" and "HOME" in os.environ,
        "recursion": sys.getrecursionlimit() != 5000,
        "signals": signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
        and signal.getsignal(signal.SIGALRM) is not print
        and signal.getitimer(signal.ITIMER_REAL)[0] == 0,
        "switching": sys.getswitchinterval() < 0.5,
        "collector": gc.isenabled() and gc.get_threshold() != (1, 1, 1),
        "builtins": all(callable(getattr(builtins, name)) for name in CALLABLES),
    }
    return [name for name, clean in checks.items() if not clean]
